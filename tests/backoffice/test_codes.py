"""Single-use codes in the back office: made in bulk, found, exported, made void (PR-6)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from largesse.offers.models import CodeBatch, Promotion, SingleUseCode
from largesse.orders.models import Order
from tests.backoffice.conftest import ClientOf
from tests.orders.offers import buys, on_offer
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")

LIST = "admin:offers_singleusecode_changelist"


@pytest.fixture
def spring(store: None) -> Promotion:
    return on_offer(single_use_codes=True, title="Spring")


def makes(client: Client, promotion: Promotion, **fields: Any) -> Any:
    said = {"promotion": promotion.pk, "count": 3, "length": 10, **fields}
    return client.post(reverse("admin:offers_singleusecode_add"), said, follow=True)


@spec("PR-6")
def test_codes_are_made_in_bulk_and_then_listed(owner: Client, spring: Promotion) -> None:
    page = makes(owner, spring, count=60, label="The fair", starting_with="fair-")
    text = page.content.decode()
    assert "60 codes made for Spring" in text
    assert text.count("FAIR-") == 50
    assert CodeBatch.objects.get().made_by == "owner"
    second = owner.get(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"] + "&p=2")
    assert second.content.decode().count("FAIR-") == 10


@spec("PR-6", "BI-1")
def test_what_is_wrong_is_told_beside_its_field(owner: Client, spring: Promotion) -> None:
    text = makes(owner, spring, count=100_000, length=6, starting_with="é").content.decode()
    assert "Random letters is 8 or more for so many codes" in text
    assert "Starting with has at most 16 letters" in text
    text = makes(owner, spring, first_day="2026-06-02", last_day="2026-06-01").content.decode()
    assert "Last day is before they start." in text
    text = makes(owner, Promotion.objects.get(code="LOYAL")).content.decode()
    assert "takes no single-use codes" in text
    assert not SingleUseCode.objects.exists()


@spec("PR-6")
def test_the_codes_of_a_promotion_are_listed_with_their_state_and_their_order(
    owner: Client, spring: Promotion
) -> None:
    makes(owner, spring)
    makes(owner, on_offer(code="OTHER", single_use_codes=True))
    code = str(spring.codes.values_list("code", flat=True)[0])
    order = Order.objects.get(id=buys("1 POT", codes=(code,)))
    url = reverse("admin:offers_promotion_codes", args=[spring.pk])
    text = owner.get(url, follow=True).content.decode()
    assert all(each in text for each in spring.codes.values_list("code", flat=True))
    assert not any(each.code in text for each in SingleUseCode.objects.exclude(promotion=spring))
    assert order.number in text
    used = owner.get(reverse(LIST), {"state": "used"}).content.decode()
    assert used.count(code) == 1
    assert f"?promotion__id__exact={spring.pk}" in text
    found = owner.get(reverse(LIST), {"q": code[:6].lower()}).content.decode()
    assert code in found


@spec("PR-6")
def test_a_code_has_a_page_with_what_the_journal_says_of_it(
    owner: Client, spring: Promotion
) -> None:
    makes(owner, spring, count=1)
    code = SingleUseCode.objects.get()
    order = Order.objects.get(id=buys("1 POT", codes=(code.code,)))
    url = reverse("admin:offers_singleusecode_change", args=[code.pk])
    text = owner.get(url).content.decode()
    assert order.number in text
    assert "Placed" in text


@spec("PR-6")
def test_codes_are_made_void_one_or_many(owner: Client, spring: Promotion) -> None:
    makes(owner, spring)
    one, *others = SingleUseCode.objects.all()
    owner.post(reverse("admin:offers_singleusecode_change", args=[one.pk]))
    assert list(SingleUseCode.objects.exclude(void_since=None)) == [one]
    chosen = {"action": "make_void", "_selected_action": [each.pk for each in others]}
    text = owner.post(reverse(LIST), chosen, follow=True).content.decode()
    assert "2 codes made void" in text
    assert not SingleUseCode.objects.filter(void_since=None).exists()


@spec("PR-6", "QU-44")
def test_an_export_has_all_codes_that_the_filters_leave_and_is_recorded(
    owner: Client, spring: Promotion
) -> None:
    makes(owner, spring, label="=cmd()")
    makes(owner, on_offer(code="OTHER", single_use_codes=True))
    url = reverse("admin:offers_singleusecode_export")
    answer = owner.get(url, {"promotion__id__exact": str(spring.pk)})
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["Code"] for row in rows} == {each.code for each in spring.codes.all()}
    assert rows[0]["Batch"] == "'=cmd()"
    assert LogEntry.objects.get().object_repr == "3 single-use codes"


@spec("QU-40")
def test_who_may_not_see_numbers_sees_codes_masked_and_makes_none(
    owner: Client, spring: Promotion, client_of: ClientOf
) -> None:
    makes(owner, spring, count=1)
    code = SingleUseCode.objects.get()
    support = client_of("Support")
    assert code.code not in support.get(reverse(LIST)).content.decode()
    page = reverse("admin:offers_singleusecode_change", args=[code.pk])
    assert code.code not in support.get(page).content.decode()
    assert support.post(page).status_code == 403
    assert makes(support, spring).status_code == 403
    assert client_of("Cashier").get(reverse(LIST)).status_code == 403
    assert SingleUseCode.objects.filter(void_since=None).count() == 1
