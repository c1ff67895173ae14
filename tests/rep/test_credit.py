"""The customer's credit pays for an order that a rep enters, a part or all of it (SP-13, IF-32)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from largesse.engine.money import Currency
from largesse.orders.answers import Deed
from largesse.orders.credit.accounts import CreditAccount, of_customer
from largesse.orders.credit.by_hand import Booked, give
from largesse.orders.models import Order
from tests.rep.store import OnOrder
from tests.words import spec

USD = Currency.of("USD")


def given(amount: int, account: str = "", who: str = "C-2") -> None:
    deed = Deed(key=uuid4().hex, body=b"", at=timezone.now(), actor="ines", reason="late")
    assert isinstance(give(who, account, amount, USD, deed).answer, Booked)


def account(name: str = "", who: str = "C-2") -> CreditAccount:
    (found,) = (each for each in of_customer(who) if each.account == name)
    return found


@pytest.fixture
def glasses(order: OnOrder) -> OnOrder:
    """Two glasses, 19.80 with tax, for Olive Provisions, who have 12.00 of credit."""
    given(1200)
    order.orders(GLASS="2")
    return order


def uses(order: OnOrder, amount: str, account: str = "", **fields: str) -> str:
    said = {"version": order.version, "account": account, "amount": amount, **fields}
    return order.rep.do(f"{order.url}summary/credit", **said)


@spec("SP-13", "IF-32")
def test_credit_pays_a_part_and_the_order_is_placed_for_the_rest(glasses: OnOrder) -> None:
    page = glasses.see("summary")
    assert "Pay with credit Main account, 12.00 on it" in page
    page = uses(glasses, "5.00")
    assert "Total 19.80 Credit, main account −5.00 To pay USD 14.80" in page
    assert "Place order, 14.80" in page
    page = glasses.save(place="1", due="1480")
    order = Order.objects.get()
    assert (order.state, order.total, order.due) == ("placed", 1980, 1480)
    assert "Credit, main account −5.00 To pay USD 14.80" in page
    assert (account().held, account().payable) == (500, 700)


@spec("SP-13")
def test_what_pays_is_changed_and_taken_back(glasses: OnOrder) -> None:
    uses(glasses, "5.00")
    assert "To pay USD 7.80" in uses(glasses, "12.00")
    page = uses(glasses, "", none="1")
    assert "Total USD 19.80" in page
    assert glasses.record.credit == {}


@spec("SP-13")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("12.01", "Only 12.00 is on this account."),
        ("0", "Enter an amount, such as 5.00."),
        ("much", "much"),
    ],
)
def test_an_amount_that_can_not_be_is_told_beside_its_field(
    glasses: OnOrder, typed: str, told: str
) -> None:
    assert told in uses(glasses, typed)
    assert glasses.record.credit == {}


@spec("SP-13")
def test_credit_is_the_customers_own_and_falls_away_with_another_one(glasses: OnOrder) -> None:
    uses(glasses, "5.00")
    glasses.rep.do(f"{glasses.url}customer", customer="C-1")
    page = glasses.see("summary")
    assert "Pay with credit" not in page
    assert glasses.record.credit == {}
    # Who presses an old button for an account that the new customer doesn't have changes nothing.
    assert "To pay" not in uses(glasses, "5.00")


@spec("SP-13", "OR-2")
def test_credit_that_is_gone_meanwhile_asks_for_the_price_again(glasses: OnOrder) -> None:
    from largesse.orders.credit.by_hand import take

    uses(glasses, "12.00")
    deed = Deed(key=uuid4().hex, body=b"", at=timezone.now(), actor="ines", reason="late")
    take("C-2", "", 1200, USD, deed)
    page = glasses.save(place="1", due="780")
    assert "The order comes to 19.80 now, not 7.80. Nothing was saved" in page
    assert not Order.objects.exists()


@spec("SP-13")
def test_a_page_that_is_older_than_the_order_changes_no_payment(glasses: OnOrder) -> None:
    seen = glasses.version
    glasses.orders(GLASS="3")
    assert "changed in another window" in uses(glasses, "5.00", version=seen)
    assert glasses.record.credit == {}


@spec("SP-13", "DE-8")
def test_an_order_that_is_taken_up_again_keeps_what_credit_pays(glasses: OnOrder) -> None:
    uses(glasses, "5.00")
    glasses.save(send="1")
    saved = Order.objects.get()
    assert (saved.state, saved.due, account().held) == ("referred_by_user", 1480, 500)
    glasses.rep.do(f"{glasses.url}order/edit")
    assert glasses.record.credit == {"": 500}
    glasses.orders(GLASS="3")
    # What the saved order holds is there for its changed form.
    assert "Main account, 12.00 on it" in glasses.see("summary")
    uses(glasses, "12.00")
    assert "To pay USD 17.70" in glasses.see("summary")
    glasses.save(send="1")
    newer = Order.objects.get(replaces=saved)
    assert newer.total - newer.due == 1200
    assert account().held == 1200
