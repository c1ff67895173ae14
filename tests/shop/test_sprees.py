"""A shopping spree on an ordinary order: what there is to spend, the choice, what is left out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from largesse.catalog.models import Product
from largesse.ledger.accounts import Kind
from largesse.offers import promotions
from largesse.orders.answers import Deed
from largesse.orders.models import Cart, Order, OrderLine
from largesse.orders.posting import post
from largesse.shop import carts
from tests.orders.parties import balance
from tests.shop.store import AT, Shopper
from tests.words import spec

TREATS = "/cart/spree/TREATS"


def treats(code: str = "TREATS", **fields: Any) -> None:
    """Whoever buys for 50.00 or more may spend 30.00 on mugs, towels and candles; or as said."""
    of_promotion = ("title", "conditions", "max_uses", "budget", "active")
    said: dict[str, Any] = {name: fields.pop(name) for name in of_promotion if name in fields}
    action: dict[str, Any] = {
        "kind": "shopping_spree",
        "description": "Treats for you",
        "order_types": ["order"],
        "amount": "30.00",
        "exclude": "kitchen-large",
        **fields,
    }
    definition = {
        "code": code,
        "title": "Little treats",
        "conditions": [{"kind": "subtotal", "minimum": "50.00"}],
        "actions": [action],
        **said,
    }
    promotions.revise(definition, by=None, at=AT)


@pytest.fixture(autouse=True)
def groups(shop: None) -> None:
    from largesse.catalog.models import ProductGroup

    for code, title, skus in (
        ("kitchen-large", "Large things", ["APRON", "SET"]),
        ("small", "Small things", ["MUG", "TOWEL"]),
    ):
        group = ProductGroup.objects.create(code=code, title=title)
        group.products.set(Product.objects.filter(sku__in=skus))


def choose(shopper: Shopper, sku: str, units: int | str = 1, **fields: str) -> str:
    """Type so many units on the card of a product."""
    said = {"promotion": "TREATS", "sku": sku, "units": str(units), **fields}
    return shopper.do(f"/cart/spree/{said['promotion']}", **said)


def chosen() -> list[tuple[str, str, int]]:
    """What the one cart keeps of choices."""
    return [(c.promotion, c.sku, c.units) for c in carts.kept_of(Cart.objects.get()).sprees]


def card(page: str, sku: str) -> str:
    """The words of a product's card, from its SKU to the next one."""
    found = re.search(rf"\b{sku} (.*?)(?= [A-Z]{{3,}} |$)", page)
    assert found is not None, page
    return found[1]


def summary(page: str) -> str:
    return page[page.index("Summary") :]


# --- the cart --------------------------------------------------------------------------------------


@spec("SP-6", "IF-33")
def test_a_cart_that_qualifies_says_what_there_is_to_spend(shopper: Shopper) -> None:
    treats()
    assert "to spend" not in shopper.add("MUG")
    page = shopper.add("APRON")
    assert "30.00 to spend Treats for you Choose products Spent 0.00 Left 30.00" in page


@spec("SP-6")
def test_it_says_on_what_where_the_list_is_of_one_group(shopper: Shopper) -> None:
    treats(include="small", exclude=None)
    assert "30.00 to spend on Small things" in shopper.add("APRON")


@spec("SP-6", "SP-3", "IF-33")
def test_what_is_chosen_is_a_line_of_its_own_kind_and_the_spree_pays_for_it(
    shopper: Shopper,
) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "CANDLE")
    page = shopper.see("/cart")
    assert "Your cart 1 item, 1 chosen" in page
    assert "Soy candle 18.00 Little treats" in page
    assert "Shopping spree −18.00 Soy candle −18.00" in summary(page)
    assert "Spent 18.00 Left 12.00" in page
    html = shopper.html("/cart")
    assert 'action="/cart/lines/TREATS' not in html, "it is no ordinary line"
    assert shopper.due() == str(5000 + 650 + 500 + 180), "the tax is that of the full price"


@spec("SP-6")
def test_a_chosen_line_is_stepped_typed_and_removed_in_the_cart(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "TOWEL")
    choose(shopper, "TOWEL", 1, at="cart", was="1", step="1")
    assert shopper.at == "/cart"
    assert chosen() == [("TREATS", "TOWEL", 2)]
    choose(shopper, "TOWEL", 3, at="cart")
    assert chosen() == [("TREATS", "TOWEL", 3)]
    assert "Spent 27.00 Left 3.00" in choose(shopper, "TOWEL", 3, at="cart")
    page = choose(shopper, "TOWEL", "two", at="cart")
    assert "Enter a whole number, such as 2." in page
    choose(shopper, "TOWEL", 0, at="cart")
    assert chosen() == []
    assert "chosen" not in shopper.see("/cart")


@spec("SP-6")
def test_two_quick_presses_or_two_tabs_are_two_steps(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "TOWEL", 0, was="0", step="1")
    choose(shopper, "TOWEL", 0, was="0", step="1")
    assert chosen() == [("TREATS", "TOWEL", 2)]


@spec("SP-6", "SP-5")
def test_two_sprees_are_spent_each_by_itself(shopper: Shopper) -> None:
    treats()
    treats("MORE", title="More treats", description="More", amount="10.00")
    shopper.add("APRON")
    choose(shopper, "TOWEL", 1)
    page = choose(shopper, "TOWEL", 1, promotion="MORE")
    assert "More, 10.00" in page
    assert "Treats for you, 30.00" in page
    page = shopper.see("/cart")
    assert "Shopping sprees −18.00" in summary(page)
    assert "Your cart 1 item, 2 chosen" in page
    assert [(c[0], c[2]) for c in chosen()] == [("TREATS", 1), ("MORE", 1)]
    shopper.see("/cart/spree/TREATS?spree=MORE&show=fits")
    response = shopper.client.get("/cart/spree/TREATS?spree=MORE&show=fits")
    assert response["Location"] == "/cart/spree/MORE?show=fits"


# --- the reward list -------------------------------------------------------------------------------


@spec("SP-6", "SP-7", "IF-33")
def test_the_list_has_what_can_be_chosen_and_says_what_is_missing(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    page = choose(shopper, "CANDLE")
    assert "Award 30.00 a fixed amount Spent 18.00" in page
    assert "Left 12.00 can be spent on this order only" in page
    assert "All 3 Fits 12.00 Chosen 1" in page
    assert card(page, "MUG").startswith("14.50 2.50 missing")
    assert card(page, "TOWEL").startswith("9.00 Choose")
    assert "APRON" not in page, "it is excluded"
    assert "TEA" not in page, "what is weighed is on no list"


@spec("SP-6")
@pytest.mark.parametrize(
    ("query", "skus"),
    [
        ("", ["TOWEL", "CANDLE", "MUG"]),
        ("?show=fits", ["TOWEL", "CANDLE", "MUG"]),
        ("?show=chosen", ["TOWEL"]),
        ("?q=stone", ["MUG"]),
        ("?q=stone&show=chosen", []),
    ],
)
def test_the_list_is_searched_and_shown_in_three_ways(
    shopper: Shopper, query: str, skus: list[str]
) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "TOWEL")
    html = shopper.html(TREATS + query)
    assert re.findall(r'<span class="sub code">(\w+)</span>', html) == skus


@spec("SP-6")
def test_a_long_list_has_pages(shopper: Shopper) -> None:
    for number in range(30):
        Product.objects.create(sku=f"PIN-{number:02}", name=f"Pin {number:02}", price=100)
    treats()
    shopper.add("APRON")
    assert "PIN-00" in shopper.see(TREATS)
    page = shopper.see(f"{TREATS}?page=2")
    assert "PIN-00" not in page
    assert "PIN-29" in page


@spec("SP-6")
def test_a_choice_by_htmx_answers_with_the_page_on_which_no_card_has_moved(
    shopper: Shopper,
) -> None:
    treats()
    shopper.add("APRON")
    said = {"promotion": "TREATS", "sku": "TOWEL", "units": "1", "first": ""}
    response = shopper.client.post(TREATS, said, headers={"HX-Request": "true"})
    assert response.status_code == 200
    found = re.findall(r'<span class="sub code">(\w+)</span>', response.content.decode())
    assert found == ["CANDLE", "MUG", "TOWEL"]


@spec("SP-6")
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_cart_without_the_spree_has_no_such_page(shopper: Shopper, method: str) -> None:
    treats()
    shopper.add("MUG")
    said = {"promotion": "TREATS", "sku": "TOWEL", "units": "1"}
    response = getattr(shopper.client, method)(TREATS, said)
    assert response["Location"] == "/cart"
    part = getattr(shopper.client, method)(TREATS, said, headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == "/cart"
    assert chosen() == []


@spec("SP-6")
def test_an_empty_cart_is_given_nothing(shopper: Shopper) -> None:
    treats(conditions=[])
    shopper.add("MUG")
    choose(shopper, "TOWEL")
    page = shopper.do("/cart/lines/1", quantity="0", was="1")
    assert "Your cart is empty" in page
    assert chosen() == [("TREATS", "TOWEL", 1)], "it holds again with the next product"
    assert "Your cart 1 item, 1 chosen" in shopper.add("MUG")


@spec("SP-6")
@pytest.mark.parametrize(
    ("promotion", "sku"),
    [("TREATS", "APRON"), ("TREATS", "TEA"), ("TREATS", "NOSUCH"), ("NOSUCH", "TOWEL")],
)
def test_only_what_a_spree_of_the_cart_rewards_can_be_chosen(
    shopper: Shopper, promotion: str, sku: str
) -> None:
    treats()
    shopper.add("APRON")
    assert "There is nothing to spend on it" in choose(shopper, sku, promotion=promotion)
    assert chosen() == []


@spec("SP-6", "MO-6")
def test_more_than_an_order_can_have_is_told_beside_the_card(shopper: Shopper) -> None:
    treats(over_purchase=True)
    mug = Product.objects.get(sku="MUG")
    mug.price = 10**12
    mug.save()
    shopper.add("APRON")
    page = choose(shopper, "MUG", 1_000_000)
    assert "That is more than an order can have." in page
    assert "Enter 1,000,000 or less." in choose(shopper, "MUG", 1_000_001)
    assert chosen() == []


@spec("SP-6")
def test_a_cart_keeps_so_many_choices_and_no_more(
    shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("largesse.shop.views.sprees.CHOICES_MAX", 1)
    treats()
    shopper.add("APRON")
    choose(shopper, "TOWEL")
    assert "Too many products are chosen." in choose(shopper, "MUG")
    choose(shopper, "TOWEL", 2)
    assert chosen() == [("TREATS", "TOWEL", 2)]


# --- beyond the award ------------------------------------------------------------------------------


@spec("SP-7", "IF-33")
def test_beyond_the_award_the_shopper_is_told_what_to_remove_and_it_is_not_ordered(
    shopper: Shopper,
) -> None:
    treats()
    shopper.add("APRON")
    page = choose(shopper, "TOWEL", 5)
    assert "6.00 missing for one more; remove 2." in page
    page = shopper.see("/cart")
    told = "2 Tea towel are not in your order. Little treats: 6.00 is missing for one more."
    assert told in page
    assert "Take them out" in page
    page = shopper.check_out()
    assert told in page, "it is said before it is paid"
    shopper.pay()
    order = Order.objects.get()
    assert (order.state, order.due) == ("placed", 5000 + 650 + 500 + 270)
    assert OrderLine.objects.get(order=order, spree=True).units == 3


@spec("SP-7")
def test_what_is_left_out_is_taken_out_with_one_press(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "TOWEL", 5)
    note = re.search(r'<form class="note[^>]*left-out.*?</form>', shopper.html("/cart"), re.S)
    assert note is not None
    fields = dict(re.findall(r'name="(promotion|sku|units|at)" value="(\w+)"', note[0]))
    page = shopper.do(TREATS, **fields)
    assert chosen() == [("TREATS", "TOWEL", 3)]
    assert "not in your order" not in page


@spec("SP-7", "IF-33")
def test_where_more_may_be_chosen_the_difference_is_charged(shopper: Shopper) -> None:
    treats(over_purchase=True)
    shopper.add("APRON")
    page = choose(shopper, "CANDLE", 2)
    assert "6.00 beyond it is to pay" in page
    assert "Selected 36.00 Shopping spree −30.00 Tax 3.60 Added to your order USD 9.60" in page
    page = shopper.see("/cart")
    assert "Shopping spree −30.00" in summary(page)
    assert shopper.due() == str(5000 + 600 + 650 + 500 + 360)
    shopper.check_out()
    page = shopper.pay()
    assert "Paid by the shopping spree −30.00" in page
    assert Order.objects.get().due == 7110


@spec("SP-7", "OR-2")
def test_an_award_that_falls_where_more_may_be_chosen_is_a_price_to_agree_to(
    shopper: Shopper,
) -> None:
    treats(over_purchase=True)
    shopper.add("APRON")
    choose(shopper, "CANDLE", 2)
    due = shopper.due()
    treats(over_purchase=True, amount="20.00")
    page = shopper.do("/checkout/start", due=due, chosen="2")
    assert "The price has changed" in page
    assert "71.10 Today it is USD 81.10" in page
    assert not Order.objects.exists()


# --- no longer given -------------------------------------------------------------------------------


@spec("SP-6", "IF-33")
def test_a_choice_is_kept_told_and_not_ordered_while_the_cart_does_not_qualify(
    shopper: Shopper,
) -> None:
    treats()
    shopper.add("APRON")
    shopper.add("MUG")
    choose(shopper, "TOWEL")
    page = shopper.do("/cart/lines/1/remove")
    assert "1 Tea towel is not in your order. Little treats:" in page
    assert "14.50" in page[page.index("Little treats:") :][:120], "it says how near it is"
    assert "chosen" not in summary(page)
    page = shopper.check_out()
    assert "1 Tea towel is not in your order." in page
    shopper.pay()
    order = Order.objects.get()
    assert (order.state, order.lines.count()) == ("placed", 1)


@spec("SP-6")
def test_a_choice_holds_again_when_the_cart_qualifies_again(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    shopper.add("MUG")
    choose(shopper, "TOWEL")
    shopper.do("/cart/lines/1/remove")
    assert "Your cart 2 items, 1 chosen" in shopper.add("APRON")


@spec("SP-6")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"active": False}, "Little treats: your cart doesn’t qualify for it as it is."),
        ({"include": "small", "exclude": None}, "Little treats: it can’t be chosen any more."),
    ],
)
def test_a_spree_that_is_changed_is_told_without_blaming_anybody(
    shopper: Shopper, change: dict[str, Any], told: str
) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "CANDLE")
    treats(**change)
    assert f"1 Soy candle is not in your order. {told}" in shopper.see("/cart")
    shopper.check_out()
    shopper.pay()
    assert Order.objects.get().lines.count() == 1


@spec("SP-6", "SP-7", "OR-2")
def test_what_has_just_gone_is_looked_at_in_the_cart_before_it_is_held(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "TOWEL", 3)
    fields = dict(re.findall(r'name="(due|chosen)" value="(\d+)"', shopper.html("/cart")))
    assert fields["chosen"] == "3"
    treats(amount="20.00")
    page = shopper.do("/checkout/start", **fields)
    assert shopper.at == "/cart"
    assert "Not all that you chose is given any more." in page
    assert "1 Tea towel is not in your order." in page
    assert not Order.objects.exists()
    assert "Your prices are held" in shopper.check_out()


@spec("SP-7", "OR-2")
def test_an_award_that_others_use_up_between_pricing_and_holding_is_no_error(
    shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from largesse.shop.views import checkout

    treats(budget="40.00")
    shopper.add("APRON")
    choose(shopper, "TOWEL", 3)
    fields = dict(re.findall(r'name="(due|chosen)" value="(\d+)"', shopper.html("/cart")))
    others = Shopper()
    others.add("APRON")
    others.do(TREATS, promotion="TREATS", sku="TOWEL", units="2")
    others.check_out()
    # As if the others had come after it was looked at.
    monkeypatch.setattr(checkout, "given", lambda quote, choices: choices)
    monkeypatch.setattr(checkout, "given_units", lambda quote: {("TREATS", "TOWEL"): 3})
    page = shopper.do("/checkout/start", **fields)
    assert shopper.at == "/cart"
    assert "Not all that you chose is given any more." in page
    assert "1 Tea towel is not in your order." in page
    monkeypatch.undo()
    assert "Your prices are held" in shopper.check_out(), "the next try is no repetition"


@spec("SP-6")
def test_changing_a_choice_gives_up_the_prices_that_are_held(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "TOWEL")
    shopper.check_out()
    assert "Choosing something gives them up." in shopper.see(TREATS)
    choose(shopper, "TOWEL", 2)
    assert list(Order.objects.values_list("state", flat=True)) == ["cancelled"]
    shopper.check_out()
    shopper.pay()
    assert OrderLine.objects.get(order__state="placed", spree=True).units == 2


# --- what is left ----------------------------------------------------------------------------------


@spec("SP-11", "IF-33")
def test_a_guest_is_told_to_sign_in_since_credit_needs_an_account(shopper: Shopper) -> None:
    treats(carry_over="credit")
    shopper.add("APRON")
    page = choose(shopper, "CANDLE")
    assert "Left 12.00 becomes credit if you sign in first" in page
    page = shopper.see("/cart")
    assert "What is left becomes credit if you sign in first" in page
    assert "of credit once" not in page
    assert "/account/sign-in?next=/cart" in shopper.html("/cart")


@spec("SP-11", "SP-13")
def test_what_is_left_becomes_credit_of_a_known_buyer_when_the_order_is_posted(
    shopper: Shopper,
) -> None:
    treats(carry_over="credit")
    shopper.add("APRON")
    choose(shopper, "CANDLE")
    shopper.register("Marta Ilves", "marta@example.com")
    page = shopper.see("/cart")
    assert chosen() == [("TREATS", "CANDLE", 1)], "the choice comes along"
    assert "What is left becomes credit once your order is completed" in page
    assert "You will get 12.00 of credit once your order is completed. Little treats" in page
    shopper.check_out()
    shopper.pay()
    order = Order.objects.get()
    assert order.customer is not None
    owner = f"{order.customer.number}/"
    assert balance(Kind.CUSTOMER_CREDIT, owner) == 0
    post(order.id, Deed(key="post", body=b"", at=order.placed_at, actor="ines"))
    assert balance(Kind.CUSTOMER_CREDIT, owner) == -1200
    assert "You got 12.00 of credit." in shopper.see(f"/orders/{order.public_id}")
    assert "12.00" in shopper.see("/account")


@spec("SP-11")
def test_what_is_left_and_not_carried_over_is_said_to_be_for_this_order_only(
    shopper: Shopper,
) -> None:
    treats()
    page = shopper.add("APRON")
    assert "What is left can be spent on this order only" in page
    assert "sign in" not in page


@spec("SP-6")
def test_choices_of_two_carts_are_joined_when_a_guest_signs_in(shopper: Shopper) -> None:
    treats()
    shopper.register("Marta Ilves", "marta@example.com")
    shopper.add("APRON")
    choose(shopper, "TOWEL", 1)
    choose(shopper, "MUG", 1)
    guest = Shopper()
    guest.add("APRON")
    guest.do(TREATS, promotion="TREATS", sku="TOWEL", units="2")
    guest.do("/account/sign-in", username="marta@example.com", password="nine green apples")
    assert chosen() == [("TREATS", "TOWEL", 2), ("TREATS", "MUG", 1)]


# --- the order -------------------------------------------------------------------------------------


@spec("SP-7", "IF-36", "IF-33")
def test_order_receipt_and_explanation_tell_what_was_chosen_and_who_pays(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "CANDLE")
    page = shopper.check_out()
    assert "Soy candle Chosen: Little treats" in page
    assert "Shopping spree −18.00" in page
    page = shopper.pay()
    assert "Little treats Paid by the shopping spree −18.00 18.00 Free" in page
    assert "1 item, 1 chosen" in page
    receipt = shopper.see(f"{shopper.at}/receipt")
    assert "1 Soy candle 18.00 Little treats −18.00" in receipt
    told = shopper.see(f"{shopper.at}/explanation")
    assert "Soy candle 1 × 18.00 · chosen against a shopping spree 18.00" in told
    assert "Rewards" in told


@spec("SP-6", "OR-3")
def test_pressing_check_out_twice_holds_once_what_was_chosen(shopper: Shopper) -> None:
    treats()
    shopper.add("APRON")
    choose(shopper, "CANDLE")
    due = shopper.due()
    for _ in range(2):
        shopper.do("/checkout/start", due=due, chosen="1")
        # As if the first answer had not come back yet.
        Cart.objects.update(order=None)
    assert OrderLine.objects.filter(spree=True).count() == 1


@spec("SP-6")
def test_the_shelves_are_priced_without_what_is_chosen(shopper: Shopper) -> None:
    treats(conditions=[])
    shopper.add("APRON")
    choose(shopper, "CANDLE")
    assert "15.30 with Candles, 15 % off" in shopper.see("/p/CANDLE") + shopper.see("/")
