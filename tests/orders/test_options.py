"""Options on an order: each is a line of its own, charged, and given back by itself."""

from __future__ import annotations

from uuid import UUID

import pytest

from largesse.engine.cart import CartLine
from largesse.ledger.accounts import Kind
from largesse.orders.checking import orders as checking
from largesse.orders.models import OrderLine
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.orders.journal import left
from tests.orders.store import cart, deed, done, id_of, lines, order_of
from tests.words import money, spec

pytestmark = pytest.mark.usefixtures("store")

POT = CartLine("1", "POT", allotment="SCHOOL-POTS")
MUG = CartLine("2", "MUG", option_of="1")
"""A mug that is offered with pots."""


def sold() -> UUID:
    """An order of a free pot and the mug that goes with it."""
    order = id_of(place(cart(POT, MUG), deed()))
    done(post(order, deed()))
    return order


def pots_left() -> int:
    return left(Kind.ALLOTMENT, "SCHOOL-POTS", "unit")


def net(order: UUID) -> dict[str, int]:
    return dict(OrderLine.objects.filter(order=order).values_list("sku", "net"))


@spec("AL-12")
def test_the_pot_is_free_and_what_goes_with_it_is_charged():
    answered = place(cart(POT, MUG, shipping=700), deed())

    assert net(id_of(answered)) == {"POT": 0, "MUG": money("12.50")}
    # The mug, its tax, and shipping.
    assert order_of(answered).due == money("20.75")


@spec("AL-12", "AL-10")
def test_an_option_is_given_back_without_its_line_and_the_line_without_it():
    order, before = sold(), pots_left()

    assert done(refund(order, deed(), lines("2: 1"))).refund_total == money("13.75")
    assert pots_left() == before

    assert done(refund(order, deed(), lines("1: 1"))).state == "refunded"
    assert pots_left() == before + 1


@spec("AL-12", "JO-4")
def test_the_check_finds_an_option_that_is_said_to_go_with_another_line():
    option = OrderLine.objects.get(order=sold(), option_of="1")
    OrderLine.objects.filter(id=option.id).update(option_of="")
    messages = [str(each) for each in checking.check()]
    OrderLine.objects.filter(id=option.id).update(option_of="1")

    assert [m for m in messages if "option_of is , its quote says 1" in m] == messages != []
