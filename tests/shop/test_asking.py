"""What a cart asks and promises: suggestions, gifts to choose, shipping, credit, rights, codes."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from largesse.offers import codes, promotions
from largesse.orders.answers import Deed
from largesse.orders.models import Cart, Order
from largesse.orders.posting import post
from largesse.shop import carts
from tests.shop.store import AT, Shopper
from tests.words import spec

TEN_OFF = {"kind": "discount_order", "amount": "10.00", "stacking": "both"}


def offer(code: str, *actions: dict[str, Any], **fields: Any) -> None:
    """Put a promotion on offer."""
    definition = {"code": code, "title": code.capitalize(), "actions": list(actions), **fields}
    promotions.revise(definition, by=None, at=AT)


def shown(page: str) -> str:
    """The summary of a cart's page."""
    return page[page.index("Summary") :]


def is_checked(html: str, control: str) -> bool:
    """Whether a check box or radio button is on."""
    found = re.search(rf'<input [^>]*id="{control}"[^>]*>', html)
    assert found is not None, f"there is no {control}"
    return " checked" in found[0]


def take(shopper: Shopper, code: str) -> str:
    return shopper.do("/cart/answers", offer=code, accepted="1")


def leave(shopper: Shopper, code: str) -> str:
    return shopper.do("/cart/answers", offer=code)


# --- suggestions -------------------------------------------------------------------------------------


@spec("PR-3", "IF-33")
def test_an_unchecked_suggestion_applies_once_it_is_taken(shopper: Shopper):
    offer("EXTRA", TEN_OFF, suggest="unchecked", description="Once only.")
    page = shopper.add("APRON")
    assert "Extra Once only. Take 10.00 off" in page
    assert not is_checked(shopper.html("/cart"), "take-extra")
    assert "Extra" not in shown(page)

    page = take(shopper, "EXTRA")
    assert "Extra −10.00" in shown(page)
    assert is_checked(shopper.html("/cart"), "take-extra")
    assert Cart.objects.get().answers == {"EXTRA": True}


@spec("PR-3", "IF-33")
def test_a_checked_suggestion_applies_until_it_is_left(shopper: Shopper):
    offer("EXTRA", TEN_OFF, suggest="checked")
    assert "Extra −10.00" in shown(shopper.add("APRON"))
    assert is_checked(shopper.html("/cart"), "take-extra")
    page = leave(shopper, "EXTRA")
    assert "Extra −10.00" not in shown(page)
    assert "Extra Take 10.00 off" in page, "it can still be taken"
    assert Cart.objects.get().answers == {"EXTRA": False}


@spec("PR-3", "AC-7")
def test_a_gift_that_is_asked_about_says_what_it_is_worth(shopper: Shopper):
    offer("TRY-ME", {"kind": "gift", "product": "TOWEL"}, suggest="unchecked")
    assert "Try-me Take it, worth 9.00" in shopper.add("APRON")
    assert "Your cart 1 item, 1 added" in take(shopper, "TRY-ME")


@spec("PR-3")
def test_an_answer_holds_again_when_its_promotion_qualifies_again(shopper: Shopper):
    least = {"kind": "subtotal", "minimum": "60.00"}
    offer("EXTRA", TEN_OFF, suggest="checked", conditions=[least])
    shopper.add("APRON", "2")
    leave(shopper, "EXTRA")
    page = shopper.do("/cart/lines/1", quantity="1", was="2")
    assert "Extra" not in page, "it is not asked about while it does not qualify"
    page = shopper.do("/cart/lines/1", quantity="3", was="1")
    assert "Extra Take 10.00 off" in page
    assert not is_checked(shopper.html("/cart"), "take-extra")
    assert Cart.objects.get().answers == {"EXTRA": False}


@spec("PR-3")
@pytest.mark.parametrize("code", ["CANDLES-15", "NOSUCH", ""])
def test_only_what_is_asked_can_be_answered(shopper: Shopper, code: str):
    shopper.add("CANDLE")
    leave(shopper, code)
    assert Cart.objects.get().answers == {}
    assert "Candles, 15 % off −2.70" in shopper.see("/cart")


@spec("PR-3", "OR-2")
def test_the_order_is_priced_as_the_shopper_saw_it(shopper: Shopper):
    offer("TAKEN", TEN_OFF, suggest="unchecked")
    offer("LEFT", {**TEN_OFF, "amount": "3.00"}, suggest="checked")
    shopper.add("APRON")
    take(shopper, "TAKEN")
    leave(shopper, "LEFT")
    due = shopper.due()
    shopper.check_out()
    page = shopper.pay()
    order = Order.objects.get()
    assert str(order.due) == due
    assert "Taken −10.00" in page
    assert "Left" not in page
    assert "Left Promotion You chose not to take it." in shopper.see(f"{shopper.at}/explanation")


@spec("PR-3", "OR-4")
def test_an_answer_at_checkout_holds_the_prices_anew(shopper: Shopper):
    offer("EXTRA", TEN_OFF, suggest="unchecked")
    shopper.add("APRON")
    page = shopper.check_out()
    assert "Pay 61.50 and order" in page
    page = shopper.do("/cart/answers", offer="EXTRA", accepted="1", at="checkout")
    assert shopper.at == "/checkout"
    assert "Pay 51.50 and order" in page
    states = Order.objects.order_by("id").values_list("state", "due")
    assert list(states) == [("cancelled", 6150), ("held", 5150)]
    shopper.pay()
    assert Order.objects.get(state=Order.State.PLACED).due == 5150


@spec("PR-3", "OR-4")
def test_where_checkout_becomes_another_page_the_whole_of_it_is_new(shopper: Shopper):
    """A part of the page cannot take the card's field away, or say that the time is over."""
    all_off = {"kind": "discount_order", "percent": 100, "multipliers": {"taxable": 0}}
    offer("ALL", all_off, suggest="unchecked")
    offer("POST-FREE", {"kind": "shipping_discount", "percent": 100})
    shopper.add("APRON")
    shopper.check_out()
    said = {"offer": "ALL", "accepted": "1", "at": "checkout"}
    response = shopper.client.post("/cart/answers", said, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/checkout"
    page = shopper.see("/checkout")
    assert "Card number" not in page

    Order.objects.update(held_until=timezone.now() - timedelta(minutes=1))
    response = shopper.client.post("/cart/answers", said, headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == "/checkout"
    assert "The 15 minutes are over." in shopper.see("/checkout")


@spec("PR-3")
def test_answering_in_the_cart_gives_up_held_prices(shopper: Shopper):
    offer("EXTRA", TEN_OFF, suggest="unchecked")
    shopper.add("APRON")
    shopper.check_out()
    take(shopper, "EXTRA")
    assert shopper.at == "/cart"
    assert Order.objects.get().state == Order.State.CANCELLED


@spec("PR-3", "IF-33")
def test_a_guests_answers_come_along_when_they_sign_in(shopper: Shopper):
    offer("EXTRA", TEN_OFF, suggest="unchecked")
    shopper.register("Marta Ilves", "marta@example.com")
    shopper.add("MUG")
    leave(shopper, "EXTRA")
    guest = Shopper()
    guest.add("APRON")
    take(guest, "EXTRA")
    guest.do("/account/sign-in", username="marta@example.com", password="nine green apples")
    assert "Extra −10.00" in shown(guest.see("/cart"))


@spec("PR-3", "IF-33")
def test_a_product_that_is_cheaper_with_what_was_left_is_not_shown_so(shopper: Shopper):
    action = {"kind": "discount_order_line", "percent": 50, "include": "mugs"}
    offer("HALF", action, suggest="checked")
    shopper.add("MUG")
    assert "7.25 for one today, with Half." in shopper.see("/p/MUG")
    leave(shopper, "HALF")
    assert "for one today" not in shopper.see("/p/MUG")


promotion_codes = st.sampled_from("ABCDE")


@given(st.lists(st.tuples(promotion_codes, st.booleans())))
def test_the_last_answer_to_each_promotion_is_kept(said: list[tuple[str, bool]]):
    answers: Any = {}
    for code, accepted in said:
        answers = carts.with_answer(answers, code, accepted)
    assert answers == dict(said)


def test_a_cart_keeps_the_latest_of_very_many_answers():
    answers: Any = {}
    for number in range(carts.ANSWERS_MAX + 5):
        answers = carts.with_answer(answers, str(number), True)
    assert len(answers) == carts.ANSWERS_MAX
    assert "0" not in answers
    assert str(carts.ANSWERS_MAX + 4) in answers


# --- rolled up or separate ---------------------------------------------------------------------------


@spec("AC-3")
def test_discounts_of_one_kind_roll_up_but_for_those_shown_separately(shopper: Shopper):
    off = {"kind": "discount_order_line", "percent": 10, "stacking": "both"}
    offer("MUGS-10", {**off, "include": "mugs"})
    offer("TOWELS-10", {**off, "include": "towels", "display": "separate"})
    shopper.add("CANDLE")
    shopper.add("TOWEL")
    page = shown(shopper.add("MUG"))
    assert "Towels-10 −0.90 Tea towel −0.90" in page
    rolled = "−4.15 Candles, 15 % off Soy candle −2.70 Mugs-10 Stoneware mug −1.45"
    assert rolled in page


@spec("AC-7", "IF-33")
def test_shipping_is_shown_before_and_after_its_discount(shopper: Shopper):
    offer("POST-FREE", {"kind": "shipping_discount", "percent": 100})
    page = shown(shopper.add("APRON"))
    assert "1 item 50.00 Shipping 6.50 Free Post-free −6.50 Tax 10 % 5.00 Total USD 55.00" in page
    assert "You save 6.50" in page
    shopper.check_out()
    page = shopper.pay()
    assert "Shipping 6.50 Free Post-free −6.50" in page
    page = shopper.see(f"{shopper.at}/explanation")
    assert "From 50.00 to 55.00" in page
    assert "Shipping charge 6.50 Post-free −6.50" in page


# --- gifts -------------------------------------------------------------------------------------------

CHOICE = {"kind": "gift_choice", "products": ["TOWEL", "CANDLE"]}


@spec("AC-7", "IF-33")
def test_a_gift_is_chosen_and_stands_on_the_cart_until_none_is(shopper: Shopper):
    offer("PRESENT", CHOICE)
    page = shopper.add("APRON")
    assert "Choose your gift Present Tea towel Soy candle No gift" in page
    assert is_checked(shopper.html("/cart"), "gift-present--none")

    page = shopper.do("/cart/gifts", offer="PRESENT", product="CANDLE")
    assert "Your cart 1 item, 1 added" in page
    assert "Soy candle 18.00 Present 1 18.00 Free" in page
    assert "Present −18.00" in shown(page)
    html = shopper.html("/cart")
    assert is_checked(html, "gift-present-candle")
    assert 'aria-label="Remove Soy candle"' not in html
    assert Cart.objects.get().gifts == {"PRESENT": "CANDLE"}

    page = shopper.do("/cart/gifts", offer="PRESENT", product="")
    assert "Your cart 1 item" in page
    assert Cart.objects.get().gifts == {}


@spec("AC-7")
@pytest.mark.parametrize(
    ("code", "sku"), [("PRESENT", "APRON"), ("CANDLES-15", "CANDLE"), ("NOSUCH", "CANDLE")]
)
def test_only_what_is_on_the_list_is_a_gift(shopper: Shopper, code: str, sku: str):
    offer("PRESENT", CHOICE)
    shopper.add("MUG")
    shopper.do("/cart/gifts", offer=code, product=sku)
    assert Cart.objects.get().gifts == {}


@spec("AC-7", "OR-2")
def test_the_chosen_gift_is_on_the_order(shopper: Shopper):
    offer("PRESENT", CHOICE)
    shopper.add("APRON")
    shopper.do("/cart/gifts", offer="PRESENT", product="TOWEL")
    shopper.check_out()
    page = shopper.pay()
    assert "Tea towel 1 unit Present 9.00 Free" in page


@spec("AC-7")
def test_a_gift_that_comes_by_itself_is_no_line_of_the_shoppers(shopper: Shopper):
    offer("WITH-IT", {"kind": "gift", "product": "TOWEL"})
    page = shopper.add("APRON")
    assert "Tea towel 9.00 With-it 1 9.00 Free" in page
    assert 'aria-label="Remove Tea towel"' not in shopper.html("/cart")
    assert [row["sku"] for row in Cart.objects.get().lines] == ["APRON"]


# --- what comes later --------------------------------------------------------------------------------


@spec("AC-7", "IF-33")
def test_the_cart_says_what_credit_the_order_brings_and_the_order_that_it_came(shopper: Shopper):
    credit = {"kind": "award_credit", "account": "rewards", "amount": "5.00"}
    offer("BACK", credit)
    offer("FOR-REP", {**credit, "amount": "7.77", "to": "referrer"})
    assert "of credit" not in shopper.add("APRON"), "nobody can give credit to a guest"
    shopper.register("Marta Ilves", "marta@example.com")
    page = shopper.see("/cart")
    assert "You will get 5.00 of credit once your order is completed." in page
    assert "7.77" not in page
    shopper.check_out()
    page = shopper.pay()
    assert "You will get 5.00 of credit once your order is completed." in page
    deed = Deed(key="post", body=b"", at=timezone.now(), actor="ines")
    post(Order.objects.get().id, deed)
    assert "You got 5.00 of credit. Back" in shopper.see(shopper.at)


@spec("AC-7", "IF-33")
def test_the_cart_says_what_a_later_order_will_have(shopper: Shopper):
    offer("NEXT", TEN_OFF, single_use_codes=True, title="10.00 off")
    later = {"kind": "delayed_promotion", "promotion": "NEXT", "opens_after": 1, "holds_for": 30}
    offer("EARN-NEXT", later, title="Come again")
    shopper.register("Marta Ilves", "marta@example.com")
    page = shopper.add("APRON")
    told = r"This order earns you 10\.00 off on a later order, from \d+ \w+ \d+ to \d+ \w+ \d+ *\. "
    assert re.search(told + "Come again", page)


@spec("AC-7", "PR-6")
def test_what_an_order_earned_is_taken_off_the_next_by_itself(shopper: Shopper):
    offer("NEXT", TEN_OFF, single_use_codes=True, title="10.00 off")
    later = {"kind": "delayed_promotion", "promotion": "NEXT"}
    offer("EARN-NEXT", later, target="customer")
    shopper.register("Marta Ilves", "marta@example.com")
    for nth, expected in enumerate((False, True, True)):
        page = shopper.add("APRON")
        assert ("10.00 off −10.00" in shown(page)) is expected
        shopper.check_out()
        shopper.pay()
        order = Order.objects.latest("id")
        post(order.id, Deed(key=f"post-{nth}", body=b"", at=timezone.now(), actor="ines"))
    assert "You have earned 10.00 off on a later order" in shopper.see(shopper.at)


@spec("EX-2", "AC-7")
def test_what_comes_later_is_no_near_miss(shopper: Shopper):
    """What a towel more would save is not said to come from the credit that it brings as well."""
    credit = {"kind": "award_credit", "account": "rewards", "amount": "5.00"}
    conditions = [{"kind": "product_count", "minimum": 6, "products": "towels"}]
    offer("AAA-BACK", credit, conditions=conditions)
    shopper.register("Marta Ilves", "marta@example.com")
    page = shopper.add("TOWEL", "5")
    assert "1 more Tea towel: Six tea towels, 10 % off. Saves 5.40" in page
    assert "Aaa-back" not in page


# --- codes -------------------------------------------------------------------------------------------


def single_use(code: str, count: int = 1) -> list[str]:
    """New codes of a promotion."""
    from largesse.offers.models import Promotion, SingleUseCode

    promotion = Promotion.objects.get(code=code)
    codes.generate(promotion, count, at=AT, by="ines")
    return list(SingleUseCode.objects.values_list("code", flat=True))


@spec("PR-6", "QU-41")
def test_a_single_use_code_gives_once_and_is_then_as_if_unknown(shopper: Shopper):
    offer("ONCE", TEN_OFF, single_use_codes=True)
    (code,) = single_use("ONCE")
    shopper.add("APRON")
    page = shopper.do("/cart/codes", code=f" {code.lower()} ")
    assert f"{code} applied" in page
    assert "Once −10.00" in shown(page)
    shopper.check_out()
    shopper.pay()
    other = Shopper()
    other.add("APRON")
    assert f"{code} is not valid for this order." in other.do("/cart/codes", code=code)


@spec("PR-6")
def test_a_second_code_of_the_same_promotion_waits(shopper: Shopper):
    offer("ONCE", TEN_OFF, single_use_codes=True)
    first, second = single_use("ONCE", 2)
    shopper.add("APRON")
    shopper.do("/cart/codes", code=first)
    page = shopper.do("/cart/codes", code=second)
    assert f"{first} applied" in page
    assert f"{second} applied" not in page


@spec("PR-3", "PR-6")
def test_a_code_whose_offer_is_asked_about_waits_for_the_answer(shopper: Shopper):
    offer("ASKED", TEN_OFF, suggest="unchecked", promo_code="PLEASE")
    shopper.add("APRON")
    page = shopper.do("/cart/codes", code="please")
    assert "PLEASE Take its offer in your cart to use it." in page
    assert "PLEASE applied" in take(shopper, "ASKED")


@spec("PR-5", "PR-6")
def test_a_code_that_was_used_up_says_so(shopper: Shopper):
    offer("FIRST-ONE", TEN_OFF, promo_code="EARLY", max_uses=1)
    shopper.add("APRON")
    assert "EARLY applied" in shopper.do("/cart/codes", code="EARLY")
    shopper.check_out()
    shopper.pay()
    other = Shopper()
    other.add("APRON")
    assert "EARLY It has been used up." in other.do("/cart/codes", code="EARLY")


@spec("PR-5")
def test_a_code_for_each_customer_asks_a_guest_to_sign_in(shopper: Shopper):
    offer("ONCE-EACH", TEN_OFF, promo_code="HELLO", max_uses_per_customer=1)
    shopper.add("APRON")
    assert "HELLO Sign in to use it." in shopper.do("/cart/codes", code="HELLO")


@spec("PR-6")
def test_a_code_that_lets_a_gift_be_chosen_is_applied(shopper: Shopper):
    offer("PRESENT", CHOICE, promo_code="GIFT4ME")
    shopper.add("APRON")
    assert "GIFT4ME applied" in shopper.do("/cart/codes", code="GIFT4ME")


@spec("PR-5", "OR-2")
def test_a_limit_that_another_order_reaches_meanwhile_is_a_changed_price(shopper: Shopper):
    offer("FIRST-ONE", TEN_OFF, max_uses=1)
    shopper.add("APRON")
    due = shopper.due()
    other = Shopper()
    other.add("APRON")
    other.check_out()
    page = shopper.do("/checkout/start", due=due)
    assert "You saw 51.50 Today it is USD 61.50" in page


def test_answers_and_gifts_are_part_of_what_a_hold_is_for(shopper: Shopper):
    """Two carts that differ in an answer alone are two orders, not one repeated."""
    offer("EXTRA", TEN_OFF, suggest="unchecked")
    shopper.add("APRON")
    shopper.check_out()
    shopper.do("/checkout/leave")
    take(shopper, "EXTRA")
    shopper.check_out()
    assert Order.objects.filter(state=Order.State.HELD, due=5150).exists()
    assert timezone.now() - Order.objects.latest("id").placed_at < timedelta(minutes=5)
