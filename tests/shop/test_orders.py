"""Orders in the shop: whose they are, what is told of them, cancelling, refunds, each cent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from largesse.orders.answers import Deed
from largesse.orders.models import Order
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.shop.store import Shopper
from tests.words import spec


@pytest.fixture
def buyer(shopper: Shopper) -> Shopper:
    """A guest who has ordered six towels and two candles."""
    shopper.add("TOWEL", "6")
    shopper.add("CANDLE", "2")
    shopper.check_out()
    shopper.pay()
    return shopper


def by_staff(key: str) -> Deed:
    order = Order.objects.get()
    return Deed(key=key, body=b"", at=order.placed_at + timedelta(hours=1), actor="ines")


@spec("IF-33", "OR-1")
def test_an_order_shows_what_came_off_and_what_happened(buyer: Shopper):
    page = buyer.see(buyer.at)
    assert "Tea towel 6 units Six tea towels, 10 % off −5.40 54.00 48.60" in page
    assert "Order placed by you" in page
    assert page.index("Order placed") < page.index("Prices held for you")
    assert "test card ending in 4242" in page


@spec("QU-40")
def test_an_order_is_its_buyers_alone(buyer: Shopper):
    stranger = Shopper()
    for page in ("", "/receipt", "/explanation", "/cancel"):
        assert stranger.client.get(buyer.at + page).status_code == 404
    assert stranger.client.post(f"{buyer.at}/cancel").status_code == 404
    stranger.register("Somebody Else", "else@example.com")
    assert stranger.client.get(buyer.at).status_code == 404


@spec("OR-5", "IF-33")
def test_a_buyer_cancels_after_a_question_while_it_is_not_posted(buyer: Shopper):
    page = buyer.see(f"{buyer.at}/cancel")
    assert "This cannot be undone." in page
    assert Order.objects.get().state == Order.State.PLACED, "asking does nothing"
    page = buyer.do(f"{buyer.at}/cancel")
    assert "is cancelled." in page
    assert Order.objects.get().state == Order.State.CANCELLED
    assert "Cancel order" not in buyer.see(buyer.at)


@spec("OR-5")
def test_a_posted_order_is_not_cancelled(buyer: Shopper):
    post(Order.objects.get().id, by_staff("post"))
    page = buyer.do(f"{buyer.at}/cancel")
    assert "Completed by Alder & Finch" in page
    assert "Cancel order" not in page
    assert Order.objects.get().state == Order.State.POSTED


@spec("OR-5")
def test_a_refund_is_shown_with_what_was_given_back(buyer: Shopper):
    order = Order.objects.get()
    post(order.id, by_staff("post"))
    refund(order.id, by_staff("refund"), {"1": 2})
    page = buyer.see(buyer.at)
    assert "Partly refunded" in page
    # Two of six towels at 48.60; the tax is on what they cost before the discount (AC-5).
    assert "16.20 1.80 18.00" in page
    assert "Given back to you 18.00" in page
    assert "6 units · 2 given back" in page


@spec("EX-3")
def test_a_receipt_can_be_printed(buyer: Shopper):
    page = buyer.see(f"{buyer.at}/receipt")
    assert "6 Tea towel 54.00 Six tea towels, 10 % off −5.40" in page
    assert "Subtotal 79.20 Shipping 6.50 Tax 9.00 Total USD 94.70" in page
    assert "You saved 10.80" in page


@spec("IF-36", "EX-4")
def test_each_cent_of_an_order_is_explained_from_what_was_stored(buyer: Shopper):
    html = buyer.html(f"{buyer.at}/explanation")
    assert "<rect" in html, "the waterfall is drawn by the server"
    page = buyer.see(f"{buyer.at}/explanation?cell=1-standard")
    assert "From 90.00 to 94.70" in page
    assert "Tea towel, −5.40" in page
    assert "10 % of 54.00 = 5.40" in page
    assert "Proven best: no mix of these offers saves more" in page


@spec("IF-38")
def test_a_shopper_reads_no_codes(buyer: Shopper):
    for url in (
        "/",
        "/p/TOWEL",
        buyer.at,
        f"{buyer.at}/receipt",
        f"{buyer.at}/explanation",
        "/cart",
    ):
        page = buyer.see(url)
        assert not re.search(r"TOWELS-6|CANDLES-15|\b[a-z]+_[a-z0-9_]+\b", page), url


@spec("IF-33")
def test_a_customer_finds_their_orders_in_the_account(shopper: Shopper):
    shopper.register("Marta Ilves", "marta@example.com")
    assert "No orders yet" in shopper.see("/account")
    shopper.add("MUG")
    shopper.check_out()
    shopper.pay()
    number = Order.objects.get().number
    assert number in shopper.see("/account")
    again = Shopper()
    again.do("/account/sign-in", username="marta@example.com", password="nine green apples")
    assert number in again.see("/account"), "wherever they sign in"
    assert f"Order {number}" in again.see(shopper.at)


@spec("IF-33")
def test_checkout_knows_the_customers_last_address(shopper: Shopper):
    shopper.register("Marta Ilves", "marta@example.com")
    shopper.add("MUG")
    shopper.check_out()
    shopper.pay()
    shopper.add("MUG")
    shopper.check_out()
    assert 'value="1 Pine Street"' in shopper.html("/checkout")


@spec("VO-30")
def test_a_voucher_that_paid_stands_on_the_order_and_the_receipt(shopper: Shopper):
    shopper.add("APRON")
    shopper.do("/cart/codes", code="GV1")
    shopper.check_out()
    shopper.pay()
    assert "Voucher GV1 −10.00 Paid by you 51.50" in shopper.see(shopper.at)
    page = shopper.see(f"{shopper.at}/receipt")
    assert "Voucher GV1 −10.00 Test card ending in 4242 51.50" in page
