"""Several tenders of one sale: each on its account, the last one taken given back first."""

from __future__ import annotations

import pytest

from largesse.ids import parse_id
from largesse.ledger import reading
from largesse.ledger.accounts import Kind
from largesse.orders.models import Order
from largesse.orders.over_the_counter import sell_now
from largesse.orders.placing import place, place_held, reserve
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from largesse.orders.tenders import Tender, payment_of, returned, tenders_of
from tests.orders.store import cart, changed, deed, done, id_of, lines, order_of, refused
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

CARD_AND_CASH = (
    Tender(method="card", amount=2000, last4="4417", reference="t1"),
    Tender(method="cash", amount=2400, given=5000, change=2600),
)


def hat(**fields):
    """A hat of 40.00 with 10 % tax: 44.00."""
    return cart("1 HAT", **fields)


def taken(order_id):
    """What stands on the account of each method, by the entries of an order."""
    rows = reading.transfers_of(order_id)
    return {
        row.target.owner: row.amount - row.reversed
        for row in rows
        if row.kind == "entry" and row.target.kind is Kind.TENDERS
    }


@spec("IF-31", "JO-3")
def test_each_tender_is_booked_to_the_account_of_its_method() -> None:
    sold = sell_now(hat(), deed(), confirmed_due=4400, payment=payment_of(CARD_AND_CASH))
    assert done(sold).state == "posted"
    assert taken(id_of(sold)) == {"card": 2000, "cash": 2400}
    assert tenders_of(order_of(sold).payment, 4400) == CARD_AND_CASH


@spec("IF-31")
def test_an_order_that_names_one_method_was_paid_whole_by_it() -> None:
    placed = place(hat(), deed(), payment={"method": "card", "reference": "pi_3"})
    post(id_of(placed), deed())
    assert taken(id_of(placed)) == {"card": 4400}
    order = order_of(placed)
    assert tenders_of(order.payment, order.due) == (
        Tender(method="card", amount=4400, reference="pi_3"),
    )


@spec("OR-5", "IF-31")
def test_a_refund_gives_back_the_tender_taken_last_first() -> None:
    pay = (
        Tender(method="card", amount=4400),
        Tender(method="cash", amount=1000),
        Tender(method="card", amount=3400),
    )
    sold = sell_now(cart("2 HAT"), deed(), confirmed_due=8800, payment=payment_of(pay))
    refund(id_of(sold), deed(), lines("1: 1"))
    assert taken(id_of(sold)) == {"card": 4400, "cash": 0}
    refund(id_of(sold), deed())
    assert taken(id_of(sold)) == {"card": 0, "cash": 0}


def test_what_goes_back_of_tenders_never_exceeds_what_was_taken() -> None:
    assert returned(CARD_AND_CASH, 0) == (0, 0)
    assert returned(CARD_AND_CASH, 2500) == (100, 2400)
    assert returned(CARD_AND_CASH, 9000) == (2000, 2400)


@spec("VO-30", "OR-5")
def test_a_value_voucher_goes_back_after_all_tenders() -> None:
    pay = payment_of([Tender(method="cash", amount=3400)])
    sold = sell_now(hat(codes=("GV1",)), deed(), confirmed_due=3400, payment=pay)
    refund(id_of(sold), deed())
    back = [
        (row.source.kind, row.amount)
        for row in reading.transfers_of(id_of(sold))
        if row.reverses is not None and row.target.kind is Kind.RECEIVABLES
    ]
    assert sorted(back) == [(Kind.TENDERS, 3400), (Kind.VOUCHER_CLEARING, 1000)]


@spec("IF-31")
def test_tenders_that_do_not_come_to_what_is_due_place_nothing() -> None:
    short = payment_of([Tender(method="cash", amount=4399)])
    assert refused(place(hat(), deed(), payment=short)).code == "tenders_differ"
    held = reserve(hat(), deed(), minutes=5)
    assert refused(place_held(id_of(held), deed(), payment=short)).code == "tenders_differ"


@spec("OR-3", "IF-31")
def test_a_sale_is_placed_and_posted_once_for_its_key() -> None:
    pay = payment_of(CARD_AND_CASH)
    first = sell_now(hat(), deed("sale"), confirmed_due=4400, payment=pay)
    again = sell_now(hat(), deed("sale"), confirmed_due=4400, payment=pay)
    assert again.repeated
    assert done(again) == done(first)
    assert Order.objects.count() == 1


@spec("OR-2", "OR-3")
def test_a_worse_price_neither_places_nor_posts() -> None:
    pay = payment_of([Tender(method="cash", amount=4000)])
    answer = sell_now(hat(), deed("sale"), confirmed_due=4000, payment=pay)
    assert changed(answer).due == 4400
    assert Order.objects.count() == 0
    assert sell_now(hat(), deed("sale"), confirmed_due=4000, payment=pay).repeated


@spec("VO-4")
def test_of_two_sales_with_one_voucher_one_sells() -> None:
    first = sell_now(
        hat(codes=("DV1",)),
        deed(),
        confirmed_due=3520,
        payment=payment_of([Tender(method="cash", amount=3520)]),
    )
    assert done(first).due == 3520
    second = sell_now(
        hat(codes=("DV1",)),
        deed(),
        confirmed_due=3520,
        payment=payment_of([Tender(method="cash", amount=3520)]),
    )
    assert changed(second).due == 4400
    assert parse_id(Order.prefix, done(first).order) == Order.objects.get().id
