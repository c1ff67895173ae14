"""Checkout: prices are held, a test card pays, and nobody pays more than they agreed to."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from largesse.catalog.models import Product
from largesse.offers.models import Voucher
from largesse.orders.cancelling import expire_lapsed
from largesse.orders.models import Cart, Order
from largesse.orders.placing import reserve
from largesse.shop import payments
from largesse.shop.changing import change
from largesse.shop.views import checkout, page
from tests.shop.store import ADDRESS, Shopper
from tests.words import spec


@pytest.fixture
def buyer(shopper: Shopper) -> Shopper:
    """A guest with two aprons in the cart: 110.00 with tax, and 6.50 shipping."""
    shopper.add("APRON", "2")
    return shopper


@spec("IF-33", "OR-4")
def test_a_guest_buys_with_a_test_card(buyer: Shopper):
    page = buyer.check_out()
    assert "Your prices are held until" in page
    assert "for 15 minutes more" in page
    page = buyer.pay()
    order = Order.objects.get()
    assert (order.state, order.due) == (Order.State.PLACED, 11650)
    assert f"Order {order.number} Ordered" in page
    assert "Total USD 116.50" in page
    assert order.payment is not None
    assert order.payment["contact"] == {"name": "Marta Ilves", "email": "marta@example.com"}
    assert order.payment["last4"] == "4242"
    assert "4242424242424242" not in str(order.payment), "the card number is not kept"
    assert "Your cart is empty" in buyer.see("/cart")


@spec("IF-33")
def test_a_declined_card_is_told_beside_its_field_and_what_was_typed_stays(buyer: Shopper):
    buyer.check_out()
    page = buyer.pay(card="4000 0000 0000 0002", city="Tacoma")
    assert "The bank declined this card. Try another one." in page
    html = buyer.client.post(
        "/checkout", {**ADDRESS, "card": "4000000000000002", "city": "Tacoma"}
    ).content.decode()
    assert 'value="Tacoma"' in html
    assert 'id="id_card_error"' in html
    assert Order.objects.get().state == Order.State.HELD
    assert "Ordered" in buyer.pay()


@spec("IF-33")
@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("card", "4242 4242 4242 4241", "This is not a card number. Check the digits."),
        ("card", "5555 5555 5555 4444", "Only test cards are taken here."),
        ("email", "marta", "Enter a valid email address."),
        ("street", "", "This field is required."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(buyer: Shopper, field: str, typed: str, told: str):
    buyer.check_out()
    assert told in buyer.pay(**{field: typed})
    assert Order.objects.get().state == Order.State.HELD


@spec("OR-3")
def test_pressing_check_out_twice_holds_once(buyer: Shopper):
    due = buyer.due()
    buyer.do("/checkout/start", due=due)
    cart = Cart.objects.get()
    # As if the first answer had not come back yet.
    Cart.objects.update(order=None)
    buyer.do("/checkout/start", due=due)
    assert Order.objects.count() == 1
    assert Cart.objects.get().order == cart.order


@spec("OR-3")
def test_pressing_pay_twice_places_once_and_shows_the_order(buyer: Shopper):
    buyer.check_out()
    order = Order.objects.get()
    before = dict(buyer.client.cookies)
    buyer.pay(order=order.public_id)
    # The second press was sent before the first answer, with its cookies, came.
    buyer.client.cookies.clear()
    for name, morsel in before.items():
        buyer.client.cookies[name] = morsel.value
    page = buyer.pay(order=order.public_id)
    assert f"Order {order.number}" in page
    assert Order.objects.count() == 1
    assert Order.objects.get().events == 2


@spec("OR-2")
def test_a_worse_price_is_shown_beside_the_old_one_and_asked_about(buyer: Shopper):
    due = buyer.due()
    apron = Product.objects.get(sku="APRON")
    apron.price = 5500
    apron.save()
    page = buyer.do("/checkout/start", due=due)
    assert "The price has changed" in page
    assert "You saw 116.50 Today it is USD 127.50" in page
    assert "11.00 more than you agreed to." in page
    assert Order.objects.count() == 0, "nothing is held"
    assert "Your prices are held" in buyer.do("/checkout/start", due="12750")


@spec("OR-2", "VO-4")
def test_a_voucher_that_somebody_else_used_meanwhile_is_a_worse_price(buyer: Shopper):
    buyer.do("/cart/codes", code="GV1")
    due = buyer.due()
    other = Shopper()
    other.add("APRON")
    other.do("/cart/codes", code="GV1")
    other.check_out()
    page = buyer.do("/checkout/start", due=due)
    assert "You saw 106.50 Today it is USD 116.50" in page
    assert "GV1 is not valid for this order any more." in page


@spec("OR-2")
def test_a_better_price_needs_no_question(buyer: Shopper):
    due = buyer.due()
    apron = Product.objects.get(sku="APRON")
    apron.price = 4000
    apron.save()
    buyer.do("/checkout/start", due=due)
    assert Order.objects.get().due == 9450


@spec("OR-4")
def test_while_prices_are_held_the_cart_shows_them_and_can_go_on_to_payment(buyer: Shopper):
    buyer.do("/cart/codes", code="GV1")
    buyer.check_out()
    page = buyer.see("/cart")
    assert "Your prices are held" in page
    assert "GV1 applied" in page, "the voucher is held for this very cart"
    assert "Continue to payment" in page


@spec("OR-4", "OR-5")
def test_changing_the_cart_gives_back_what_was_held(buyer: Shopper):
    buyer.do("/cart/codes", code="GV1")
    buyer.check_out()
    page = buyer.add("MUG")
    assert Order.objects.get().state == Order.State.CANCELLED
    assert "GV1 applied" in page
    assert "held" not in buyer.see("/cart").replace("Prices are held for 15 minutes", "")


@spec("OR-4")
def test_going_back_to_the_cart_gives_back_what_was_held(buyer: Shopper):
    buyer.check_out()
    assert "Check out" in buyer.do("/checkout/leave")
    assert Order.objects.get().state == Order.State.CANCELLED
    assert "Your prices are held" in buyer.check_out(), "and it can be held anew"


@spec("OR-4")
@pytest.mark.parametrize("by_itself", [True, False])
def test_when_the_time_is_over_the_cart_is_still_there(buyer: Shopper, by_itself: bool):
    buyer.check_out()
    past = timezone.now() - timedelta(minutes=1)
    Order.objects.update(held_until=past)
    if by_itself:
        expire_lapsed(timezone.now())
    page = buyer.pay()
    assert "The 15 minutes are over." in page
    assert "Your cart 2 items" in page
    assert Order.objects.get().state == Order.State.CANCELLED
    assert "Your prices are held" in buyer.check_out()


@spec("IF-33")
def test_an_order_that_costs_nothing_needs_no_card(shopper: Shopper):
    Voucher.objects.filter(number="GV1").update(value=100_00)
    shopper.add("TOWEL")
    shopper.do("/cart/codes", code="GV1")
    assert "Card number" not in shopper.check_out()
    address = {name: said for name, said in ADDRESS.items() if name != "card"}
    assert "nothing was due" in shopper.do("/checkout", **address)


@spec("IF-33")
def test_checkout_needs_a_cart(shopper: Shopper):
    assert "Your cart is empty" in shopper.see("/checkout")
    assert "Your cart is empty" in shopper.do("/checkout/start", due="0")


def test_the_amount_that_was_seen_must_be_one(buyer: Shopper):
    for said in ("", "abc", "-1", "١٢", "9" * 40):
        assert "Your cart" in buyer.do("/checkout/start", due=said)
    assert Order.objects.count() == 0


def test_the_same_payment_has_the_same_reference():
    first = payments.pay(payments.GOOD, "A-1", 100, "USD")
    assert first == payments.pay(payments.GOOD, "A-1", 100, "USD")
    assert first != payments.pay(payments.GOOD, "A-1", 101, "USD")


# --- two tabs at once --------------------------------------------------------------------------------


@spec("OR-4")
def test_a_cart_that_another_tab_changes_while_it_is_held_is_looked_at_again(
    buyer: Shopper, monkeypatch: pytest.MonkeyPatch
):
    def reserved(*said: Any, **more: Any) -> Any:
        answered = reserve(*said, **more)
        buyer.do("/cart/add", sku="MUG", quantity="1")
        return answered

    due = buyer.due()
    monkeypatch.setattr(checkout, "reserve", reserved)
    told = buyer.do("/checkout/start", due=due)
    assert "Your cart was changed meanwhile. Look at it again." in told
    assert "Stoneware mug" in told
    assert Order.objects.get().state == Order.State.CANCELLED
    assert Cart.objects.get().order is None


@spec("OR-5")
def test_who_changes_a_cart_that_another_tab_has_just_bought_has_a_new_one(
    buyer: Shopper, monkeypatch: pytest.MonkeyPatch
):
    buyer.check_out()
    other = Shopper()
    other.client.cookies = copy(buyer.client.cookies)

    def bought_first(*said: Any) -> Any:
        monkeypatch.setattr(page, "change", change)
        buyer.pay()
        return change(*said)

    monkeypatch.setattr(page, "change", bought_first)
    told = other.add("MUG")
    assert "Stoneware mug" in told
    assert "Linen apron" not in told
    assert Order.objects.get().state == Order.State.PLACED
    assert Cart.objects.count() == 2
