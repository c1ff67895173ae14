"""Promotions, vouchers and allotments are made and changed through their use cases."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Organization
from largesse.offers.allotments import units_of
from largesse.offers.models import Allotment, Promotion, Voucher
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")

DEFINITION = """\
code: LOYAL
actions:
  - kind: discount_order_line
    percent: {percent}
    include: pots
"""


def loyal() -> Promotion:
    return Promotion.objects.get(code="LOYAL")


def revise(owner: Client, text: str, expected: int = 1) -> Any:
    url = reverse("admin:offers_promotion_change", args=[loyal().pk])
    return owner.post(url, {"definition": text, "expected": expected, "reason": "more"})


@spec("PR-8")
def test_an_edit_makes_a_revision_with_its_difference(owner: Client):
    assert revise(owner, DEFINITION.format(percent=15)).status_code == 302
    assert loyal().revision == 2
    url = reverse("admin:offers_promotion_revision", args=[loyal().pk, 2])
    text = owner.get(url).content.decode()
    assert "Action 1 (Discount order line), percentage" in text
    assert "<del>10 %</del>" in text
    assert "<ins>15 %</ins>" in text


@spec("PR-1", "BI-1")
def test_all_faults_are_told_beside_the_definition_with_their_lines(owner: Client):
    wrong = DEFINITION.format(percent="ten") + "colour: red\n"
    text = revise(owner, wrong).content.decode()
    assert "Line 4: actions[0].percent" in text
    assert "Line 6: colour" in text
    assert loyal().revision == 1


def test_text_that_is_no_promotion_is_told_and_kept(owner: Client):
    for wrong in ("actions: [", "- a list", "just words"):
        answer = revise(owner, wrong)
        assert answer.status_code == 200
        assert wrong in answer.content.decode()
    assert loyal().revision == 1


@spec("PR-8")
def test_who_edits_an_older_revision_is_told(owner: Client):
    revise(owner, DEFINITION.format(percent=15))
    text = revise(owner, DEFINITION.format(percent=20), expected=1).content.decode()
    assert "was changed meanwhile" in text
    assert loyal().revision == 2


@spec("IF-30", "PR-8")
def test_a_promotion_is_duplicated_switched_and_archived(owner: Client):
    url = reverse("admin:offers_promotion_do", args=[loyal().pk])
    owner.post(url, {"deed": "duplicate"})
    owner.post(url, {"deed": "duplicate"})
    copies = Promotion.objects.filter(code__startswith="LOYAL-COPY")
    assert set(copies.values_list("code", "active")) == {
        ("LOYAL-COPY", False),
        ("LOYAL-COPY-2", False),
    }
    owner.post(url, {"deed": "switch-off"})
    assert not loyal().active
    owner.post(url, {"deed": "archive"})
    assert loyal().archived


def test_bulk_actions_make_revisions(owner: Client):
    chosen = list(Promotion.objects.values_list("pk", flat=True))
    url = reverse("admin:offers_promotion_changelist")
    owner.post(url, {"action": "switch_off", "_selected_action": chosen})
    assert not Promotion.objects.filter(active=True).exists()
    assert loyal().revision == 2


@spec("VO-2", "VO-13")
def test_a_voucher_is_made_with_a_number_or_a_random_one(owner: Client):
    url = reverse("admin:offers_voucher_add")
    assert owner.post(url, {"number": "dv 77", "percent": "12.5"}).status_code == 302
    assert Voucher.objects.get(number="DV77").percent == 125_000
    assert owner.post(url, {"value": "10.00"}).status_code == 302
    made = Voucher.objects.get(value=1000, number__startswith="DV")
    assert len(made.number) == 15
    text = owner.post(url, {"number": "DV77", "percent": "5"}).content.decode()
    assert "the number of another voucher" in text
    assert "one of the two" in owner.post(url, {"number": "X"}).content.decode()


@spec("AL-1", "AL-3", "AL-11")
def test_an_allotment_is_granted_and_raised(owner: Client):
    mugs = ProductGroup.objects.get(code="mugs")
    sent = {
        "organization": Organization.objects.get().pk,
        "title": "Mugs",
        "quantity": "4",
        "product_group": mugs.pk,
        "product": Product.objects.get(sku="HAT").pk,
    }
    url = reverse("admin:offers_allotment_add")
    assert "is not in the product group" in owner.post(url, sent).content.decode()
    sent["product"] = Product.objects.get(sku="MUG").pk
    assert owner.post(url, sent).status_code == 302
    made = Allotment.objects.get(title="Mugs")
    change = reverse("admin:offers_allotment_change", args=[made.pk])
    owner.post(change, {"title": "Mugs", "quantity": "9"})
    assert units_of(made).granted == 9


@spec("IF-21")
def test_an_api_key_is_shown_once(owner: Client):
    from largesse.api.models import ApiKey

    sent = {"name": "Web shop", "scopes": ["quotes:write"], "requests_per_minute": "100"}
    answer = owner.post(reverse("admin:api_apikey_add"), sent)
    text = answer.content.decode()
    secret = text.split('value="lgs_live_')[1].split('"')[0]
    assert "no-store" in answer["Cache-Control"]
    key = ApiKey.objects.get()
    assert secret.endswith(key.ending)
    assert secret not in owner.get(reverse("admin:api_apikey_changelist")).content.decode()
    url = reverse("admin:api_apikey_changelist")
    owner.post(url, {"action": "revoke", "_selected_action": [str(key.pk)]})
    key.refresh_from_db()
    assert key.revoked_at is not None
