"""Before a refund leaves deals unearned its page says so and asks; the order's page keeps it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from largesse.business.configuration import CHARGE_BACK_UNEARNED, change
from largesse.orders.models import Order, Refund
from largesse.orders.returning.reckoning import reckon
from tests.orders.deals import CHOSEN, given, on_deal, tier
from tests.orders.offers import bought
from tests.words import spec

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def order(store: None) -> UUID:
    on_deal(tier("bonus_stock", every=10), **CHOSEN)
    return bought("40 MUG", location=None, giveaways=given("4 MUG"))


def send(client: Client, order: UUID, key: str = "1", **sent: Any) -> Any:
    url = reverse("admin:orders_order_refund", args=[order])
    return client.post(url, {"reason": "broken", "key": key * 32, **sent})


def shown(answer: Any) -> str:
    """The text of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


@spec("DE-16")
def test_a_refund_that_leaves_stock_unearned_is_shown_before_it_is_made(
    order: UUID, owner: Client
) -> None:
    answer = send(owner, order, **{"units-0": "15"})
    text = shown(answer)
    assert "This leaves deals unearned." in text
    assert "2 × Mug given away beyond its credit" in text
    assert "The buyer gets 187.50" in text
    assert not Refund.objects.exists()
    stamp = answer.context["preview"].stamp
    confirmed = send(owner, order, **{"units-0": "15", "confirmed": stamp})
    assert confirmed.status_code == 302
    assert Refund.objects.get().total == 18750


@spec("DE-16")
def test_other_units_than_were_confirmed_are_shown_again(order: UUID, owner: Client) -> None:
    stamp = send(owner, order, **{"units-0": "15"}).context["preview"].stamp
    again = send(owner, order, **{"units-0": "25", "confirmed": stamp})
    assert "3 × Mug given away beyond its credit" in shown(again)
    assert not Refund.objects.exists()


@spec("DE-16", "OR-3")
def test_a_confirmed_refund_sent_twice_is_made_once(order: UUID, owner: Client) -> None:
    stamp = send(owner, order, **{"units-0": "15"}).context["preview"].stamp
    for _ in range(2):
        assert send(owner, order, **{"units-0": "15", "confirmed": stamp}).status_code == 302
    assert Refund.objects.count() == 1


@spec("DE-16")
def test_a_refund_that_leaves_all_earned_asks_nothing(order: UUID, owner: Client) -> None:
    assert send(owner, order, **{"units-0": "15", "units-1": "2"}).status_code == 302


@spec("DE-16")
def test_what_is_charged_back_is_shown_and_stays_on_the_orders_page(
    order: UUID, owner: Client
) -> None:
    change(CHARGE_BACK_UNEARNED, True)
    answer = send(owner, order, **{"units-0": "15"})
    assert "The buyer gets 162.50" in shown(answer)
    assert "Charged back 25.00" in shown(answer)
    send(owner, order, **{"units-0": "15", "confirmed": answer.context["preview"].stamp})
    page = owner.get(reverse("admin:orders_order_change", args=[order]))
    assert "Unearned after refunds" in shown(page)
    assert "Charged back 25.00" in shown(page)
    send(owner, order, key="2", **{"units-0": "25", "units-1": "4"})
    assert Order.objects.get(id=order).state == "refunded"
    page = owner.get(reverse("admin:orders_order_change", args=[order]))
    assert "Unearned after refunds" not in shown(page)


@spec("DE-15")
def test_the_page_marks_bonus_lines(order: UUID, owner: Client) -> None:
    page = owner.get(reverse("admin:orders_order_change", args=[order]))
    assert shown(page).count("Bonus") == 1


@spec("DE-16")
def test_what_a_refund_comes_to_is_reckoned_without_doing_it(order: UUID) -> None:
    found = reckon(Order.objects.get(id=order), {"1": 15})
    assert (found.total, found.returned) == (18750, 18750)  # type: ignore[union-attr]
    assert not Refund.objects.exists()
