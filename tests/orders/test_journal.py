"""What orders book, by the gross method (JO-2, JO-3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from largesse.ledger.accounts import Kind
from largesse.ledger.reading import totals
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.orders.journal import amounts, booked
from tests.orders.store import AT, cart, deed, done, id_of, lines
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@spec("JO-3")
def test_an_order_of_100_with_a_20_percent_voucher_of_a_partner() -> None:
    order_id = id_of(place(cart("1 POT", location=None, codes=("DV1",)), deed()))
    assert booked(order_id) == {}
    done(post(order_id, deed()))
    assert booked(order_id) == amounts(
        receivables="80.00", partner_vouchers__cafe="20.00", sales="-100.00"
    )


@spec("JO-3")
def test_an_order_of_100_that_a_value_voucher_pays_10_of() -> None:
    order_id = id_of(place(cart("1 POT", location=None, codes=("GV1",)), deed()))
    done(post(order_id, deed()))
    assert booked(order_id) == amounts(
        receivables="90.00", value_voucher_clearing__cafe="10.00", sales="-100.00"
    )


@spec("JO-2")
def test_tax_shipping_and_the_payment_are_apart() -> None:
    paid = cart("3 MUG", shipping=650)
    order_id = id_of(place(paid, deed(), payment={"method": "card"}))
    done(post(order_id, deed()))
    assert booked(order_id) == amounts(
        **{
            "promotions__MUGS-3-FOR-2": "12.50",
            "tenders__card": "35.25",
            "tax_payable": "-3.75",
            "shipping": "-6.50",
            "sales": "-37.50",
        }
    )


@spec("JO-2", "ST-5")
def test_tax_within_the_prices_is_no_sale() -> None:
    order_id = id_of(place(cart("1 POT", location="vienna"), deed()))
    done(post(order_id, deed()))
    assert booked(order_id) == amounts(receivables="100.00", tax_payable="-16.67", sales="-83.33")


@spec("JO-1", "OR-5")
def test_a_whole_refund_leaves_nothing_on_any_account() -> None:
    paid = cart("5 MUG", "1 POT", codes=("DV1",), shipping=650)
    order_id = id_of(place(paid, deed(), payment={"method": "card"}))
    done(post(order_id, deed()))
    done(refund(order_id, deed(), lines("1: 3")))
    done(refund(order_id, deed(), shipping=True))
    assert booked(order_id) == {}


@spec("OR-5", "JO-3")
def test_a_refund_of_what_nobody_paid_yet_lowers_what_is_owed_before_a_value_voucher_goes_back() -> (
    None
):
    order_id = id_of(place(cart("2 HAT", location=None, codes=("GV1",)), deed()))
    done(post(order_id, deed()))
    done(refund(order_id, deed(), lines("1: 1")))
    assert booked(order_id) == amounts(
        receivables="30.00", value_voucher_clearing__cafe="10.00", sales="-40.00"
    )
    done(refund(order_id, deed()))
    assert booked(order_id) == {}


@spec("OR-5")
def test_the_shipping_charge_goes_back_only_when_asked_for_and_once() -> None:
    order_id = id_of(place(cart("2 MUG", shipping=650), deed()))
    done(post(order_id, deed()))
    assert done(refund(order_id, deed(), lines("1: 1"))).refund_total == 1375
    assert done(refund(order_id, deed(), lines("1: 1"), shipping=True)).refund_total == 2025
    assert booked(order_id) == {}


@spec("JO-4")
def test_the_journal_alone_tells_what_each_offer_has_cost() -> None:
    order_id = id_of(place(cart("3 MUG", "1 POT", codes=("DV1",)), deed()))
    done(post(order_id, deed()))
    day = AT.date()
    discounts = [kind for kind in Kind if "discounts" in kind]
    costs = totals(discounts, since=day, until=day + timedelta(days=1))
    assert {(cost.account.kind, cost.account.owner): cost.balance for cost in costs} == {
        (Kind.PROMOTIONS, "MUGS-3-FOR-2"): 1250,
        (Kind.PARTNER_VOUCHERS, "cafe"): 2500,
    }
    assert totals(discounts, since=day + timedelta(days=1)) == ()
