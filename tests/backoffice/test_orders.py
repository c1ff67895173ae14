"""Orders are acted on from their page: with a reason, through the use cases, once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from largesse.ledger.models import Event
from largesse.orders.models import Order, Refund
from tests.orders.offers import bought, buys, gives_back
from tests.orders.store import cart, deed, id_of
from tests.orders.test_paying_by_credit import ALL, gives
from tests.words import spec

KEY = "0" * 32


@pytest.fixture
def order(store: None) -> UUID:
    from largesse.orders.placing import place

    return id_of(place(cart("3 MUG", "1 HAT"), deed()))


def send(client: Client, order: UUID, name: str, **sent: Any) -> Any:
    url = reverse(f"admin:orders_order_{name}", args=[order])
    return client.post(url, {"reason": "as asked", "key": KEY, **sent})


@spec("OR-3", "OR-5")
def test_a_refund_sent_twice_is_made_once(order: UUID, owner: Client):
    send(owner, order, "post")
    for _ in range(2):
        answer = send(owner, order, "refund", key="1" * 32, **{"units-0": "2"})
        assert answer.status_code == 302
    assert Refund.objects.get().lines.get().units == 2
    assert Order.objects.get().state == "partly_refunded"


@spec("OR-3")
def test_the_same_form_with_other_units_is_refused(order: UUID, owner: Client):
    send(owner, order, "post")
    send(owner, order, "refund", key="1" * 32, **{"units-0": "1"})
    answer = send(owner, order, "refund", key="1" * 32, **{"units-0": "2"})
    assert "was used with another request" in answer.content.decode()
    assert Refund.objects.count() == 1


@spec("OR-1")
def test_a_deed_asks_for_a_reason_and_keeps_it_with_who_did_it(order: UUID, owner: Client):
    answer = send(owner, order, "cancel", reason="")
    assert answer.status_code == 200
    assert Order.objects.get().state == "placed"
    send(owner, order, "cancel", reason="changed their mind")
    event = Event.objects.get(kind="order.cancelled")
    assert (event.actor, event.reason) == ("owner", "changed their mind")


@spec("OR-5")
def test_more_units_than_were_sold_are_refused_beside_the_field(order: UUID, owner: Client):
    send(owner, order, "post")
    answer = send(owner, order, "refund", key="1" * 32, **{"units-0": "4"})
    assert "3 were sold." in answer.content.decode()
    answer = send(owner, order, "refund", key="1" * 32)
    assert "Nothing is chosen." in answer.content.decode()
    assert not Refund.objects.exists()
    send(owner, order, "refund", key="1" * 32, **{"units-0": "2"})
    answer = send(owner, order, "refund", key="2" * 32, **{"units-0": "2"})
    assert "1 can still be refunded." in answer.content.decode()


@spec("OR-1")
def test_a_deed_that_came_too_late_says_why(order: UUID, owner: Client):
    send(owner, order, "post")
    answer = send(owner, order, "cancel", key="1" * 32)
    assert "only one that is not posted yet can be cancelled" in answer.content.decode()
    # The refusal is kept under its key: the form that says so has another.
    assert f'value="{"1" * 32}"' not in answer.content.decode()


@spec("JO-1", "JO-3", "IF-30")
def test_the_page_shows_lines_parts_events_and_what_was_booked(order: UUID, owner: Client):
    send(owner, order, "post")
    text = owner.get(reverse("admin:orders_order_change", args=[order])).content.decode()
    for told in ("Mug", "3 mugs for 2", "Posted", "by owner", "Sales", "Discounts, promotions"):
        assert told in text


@spec("IF-36")
def test_an_order_explains_each_cent(order: UUID, owner: Client):
    text = owner.get(reverse("admin:orders_order_explain", args=[order])).content.decode()
    assert "3 mugs for 2" in text


@spec("IF-30")
def test_orders_are_found_by_number_and_customer_and_filtered(order: UUID, owner: Client):
    url = reverse("admin:orders_order_changelist")
    number = Order.objects.get().number
    for found in ({"q": number}, {"q": "anna"}, {"state__exact": "placed"}, {"channel": "shop"}):
        assert number in owner.get(url, found).content.decode(), found
    for missed in ({"q": "dora"}, {"state__exact": "posted"}, {"channel": "till"}):
        assert number not in owner.get(url, missed).content.decode(), missed


def test_what_is_no_order_is_not_found(store: None, owner: Client):
    for wrong in ("nonsense", "01a20099-3d28-7604-b519-da87e2f62369"):
        url = reverse("admin:orders_order_change", args=[wrong])
        assert owner.get(url).status_code == 404


@spec("SP-13")
def test_an_order_whose_credit_was_taken_back_says_what_is_missing_where_it_is_posted(
    order: UUID, owner: Client
):
    gives("30.00")
    earned = bought("1 POT")
    held = buys("1 HAT", credit=ALL)
    gives_back(earned)
    page = send(owner, held, "post").content.decode()
    assert "30.00 is missing: Store has 0.00 of 30.00." in page
    assert "Give it, place the order anew, or cancel it." in page
    assert Order.objects.get(id=held).state == "placed"
