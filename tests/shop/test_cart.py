"""The cart: quantities, live discounts, near misses, codes, and whose cart it is."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from largesse.catalog.models import Product
from largesse.offers import deals
from largesse.offers.models import Voucher
from largesse.orders.models import Cart
from largesse.shop import carts
from largesse.shop.lines import Wanted, with_added, with_put_back, with_quantity
from tests.shop.store import AT, Shopper
from tests.words import spec


def shown(page: str) -> str:
    """The summary of a cart's page."""
    return page[page.index("Summary") :]


# --- quantities --------------------------------------------------------------------------------------


@spec("IF-33")
def test_what_is_added_is_in_the_cart_with_its_live_total(shopper: Shopper):
    page = shopper.add("APRON")
    assert "Your cart 1 item" in page
    # 50.00, shipping 6.50, tax 10 % of the goods.
    assert "1 item 50.00 Shipping 6.50 Tax 10 % 5.00 Total USD 61.50" in shown(page)


@spec("IF-33")
def test_the_same_product_joins_its_line(shopper: Shopper):
    shopper.add("MUG")
    assert "Your cart 3 items" in shopper.add("MUG", "2")
    assert [row["quantity"] for row in Cart.objects.get().lines] == [3]


@spec("IF-33")
def test_a_step_is_taken_from_what_is_kept_and_a_typed_number_holds(shopper: Shopper):
    shopper.add("MUG", "2")
    # Two quick presses send the same page's number twice.
    shopper.do("/cart/lines/1", quantity="2", was="2", step="1")
    assert "4 items" in shopper.do("/cart/lines/1", quantity="2", was="2", step="1")
    assert "9 items" in shopper.do("/cart/lines/1", quantity="9", was="4")
    assert "8 items" in shopper.do("/cart/lines/1", quantity="9", was="4", step="-1")


@spec("BI-1")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("two", "Enter a number, such as 2."),
        ("-1", "Enter a number, such as 2."),
        ("1.5", "Enter a number without decimals."),
        ("9000000", "Enter 1,000,000 or less."),
        ("1e99999999", "Enter 1,000,000 or less."),
        ("NaN", "Enter a number, such as 2."),
    ],
)
def test_a_quantity_that_is_none_is_told_beside_its_field_and_the_line_stays(
    shopper: Shopper, typed: str, told: str
):
    shopper.add("MUG")
    page = shopper.do("/cart/lines/1", quantity=typed, was="1")
    assert told in page
    assert Cart.objects.get().lines == [{"id": "1", "sku": "MUG"}]


@spec("MO-1")
def test_weighed_goods_have_decimals(shopper: Shopper):
    page = shopper.add("TEA", "0.250")
    assert "1 item 8.00" in shown(page)
    assert "Enter a number with at most 3 decimals." in shopper.do(
        "/cart/lines/1", quantity="0.2505", was="0.250"
    )


@spec("IF-33")
def test_a_removed_line_comes_back_where_it_was(shopper: Shopper):
    for sku in ("MUG", "APRON", "TOWEL"):
        shopper.add(sku)
    response = shopper.client.post("/cart/lines/2/remove", follow=True)
    html = response.content.decode()
    undo = re.search(r'action="(/cart/put-back/[^"]+)"', html)
    assert "Linen apron removed." in html
    assert undo is not None
    shopper.do(undo[1])
    assert [row["sku"] for row in Cart.objects.get().lines] == ["MUG", "APRON", "TOWEL"]


def test_a_forged_undo_changes_nothing(shopper: Shopper):
    shopper.add("MUG")
    shopper.do("/cart/put-back/anything:forged")
    assert [row["sku"] for row in Cart.objects.get().lines] == ["MUG"]


@spec("IF-33")
def test_what_is_no_longer_sold_is_told_and_not_charged(shopper: Shopper):
    shopper.add("MUG")
    shopper.add("APRON")
    mug = Product.objects.get(sku="MUG")
    mug.active = False
    mug.save()
    page = shopper.see("/cart")
    assert "No longer sold: Stoneware mug." in page
    assert "1 item 50.00" in shown(page)


@spec("QU-43")
def test_prices_are_never_taken_from_the_client(shopper: Shopper):
    shopper.do("/cart/add", sku="APRON", quantity="1", price="0.01", unit_price="1", gross="1")
    assert "1 item 50.00" in shown(shopper.see("/cart"))


quantities = st.one_of(
    st.integers(1, 50), st.decimals("0.001", "9", places=3).filter(lambda d: d > 0)
)


@given(st.lists(st.tuples(st.sampled_from("ABCD"), quantities), max_size=8), st.data())
def test_a_line_taken_out_and_put_back_is_where_and_what_it_was(added, data):
    lines: tuple[Wanted, ...] = ()
    for sku, quantity in added:
        lines = with_added(lines, sku, quantity)
    if not lines:
        return
    place = data.draw(st.integers(0, len(lines) - 1))
    line = lines[place]
    assert with_put_back(with_quantity(lines, line.id, 0), (line,), place) == lines


@given(quantities)
def test_a_kept_line_is_read_back_as_it_was(quantity: int | Decimal):
    kept = carts.Kept((Wanted("1", "A", quantity),))
    assert carts.kept_of(Cart(**carts.columns_of(kept))) == kept


# --- discounts ---------------------------------------------------------------------------------------


@spec("AC-3", "IF-33")
def test_discounts_of_one_kind_are_rolled_into_one_sum_that_opens(shopper: Shopper):
    shopper.add("TOWEL", "6")
    page = shopper.add("CANDLE", "2")
    assert "Six tea towels, 10 % off −5.40 Tea towel −5.40" in shown(page)
    assert "Candles, 15 % off −5.40 Soy candle −5.40" in shown(page)
    assert "You save 10.80 . No other mix of offers saves more on this cart." in shown(page)


@spec("EX-2")
def test_a_near_miss_stands_under_its_line_with_the_button_that_closes_it(shopper: Shopper):
    page = shopper.add("TOWEL", "4")
    told = "2 more Tea towel: Six tea towels, 10 % off. Saves 5.40 4 of 6 Add 2"
    assert told in page
    page = shopper.do("/cart/add", sku="TOWEL", quantity="2")
    assert "Six tea towels, 10 % off −5.40 Tea towel −5.40" in page


@spec("EX-2", "DE-5", "DE-12")
def test_deals_are_near_misses_too_and_what_they_give_away_stands_in_the_cart(shopper: Shopper):
    deal = {
        "code": "APRONS",
        "title": "Two aprons",
        "sets": [{"products": "kitchen"}],
        "tiers": [{"min_units": 2, "benefit": {"kind": "free_stock", "amount": "10.00"}}],
        "gives": ["TOWEL"],
    }
    deals.revise(deal, by=None, at=AT)
    page = shopper.add("APRON")
    assert "1 more Linen apron: Two aprons. Saves 10.00" in page
    page = shopper.add("APRON")
    assert "Two aprons −9.00" in page


@spec("EX-2")
def test_what_is_not_half_reached_is_no_near_miss(shopper: Shopper):
    assert "Saves" not in shopper.add("TOWEL", "2")
    assert "3 more Tea towel" in shopper.add("TOWEL")


@spec("IF-36")
def test_every_amount_that_came_off_can_be_asked_about(shopper: Shopper):
    shopper.add("CANDLE", "2")
    html = shopper.html("/cart")
    asked = re.search(r'href="(/cart/explanation\?cell=[^"#]+)', html)
    assert asked is not None
    page = shopper.see(asked[1])
    assert "Soy candle, −5.40" in page
    assert "15 % of 36.00 = 5.40" in page


@spec("IF-36", "EX-1")
def test_the_explanation_speaks_to_shoppers_of_what_concerns_them(shopper: Shopper):
    shopper.add("TOWEL", "4")
    page = shopper.see("/cart/explanation")
    assert "Six tea towels, 10 % off" in page
    assert "Needs 6 units of Tea towels, found 4." in page
    for hidden in (
        "too_few_units",
        "SPRING",
        "5.00 off from 100.00 on",
        "Mugs for the club",
        "TOWELS-6",
    ):
        assert hidden not in page, hidden


# --- codes -------------------------------------------------------------------------------------------


@spec("QU-41", "BI-2")
@pytest.mark.parametrize("code", ["NOSUCHCODE", "FALL22", "GV2", "CLUB-MUGS"])
def test_unknown_expired_and_void_codes_are_told_alike_beside_the_field(
    shopper: Shopper, code: str
):
    shopper.add("APRON")
    page = shopper.do("/cart/codes", code=code.lower())
    assert f"{code} is not valid for this order." in page
    assert (
        f'value="{code.lower()}"'
        in shopper.client.post("/cart/codes", {"code": code.lower()}).content.decode()
    ), "what was typed is kept"
    assert Cart.objects.get().codes == [], "it is not kept on the cart"


@spec("PR-6")
def test_a_code_waits_for_what_it_needs_and_then_gives(shopper: Shopper):
    shopper.add("APRON")
    page = shopper.do("/cart/codes", code=" spring ")
    assert "SPRING Needs a subtotal of 100.00, found 50.00." in page
    page = shopper.add("APRON")
    assert "SPRING applied" in page
    assert "5.00 off from 100.00 on −5.00" in page


@spec("VO-30")
def test_a_value_voucher_pays_a_part(shopper: Shopper):
    shopper.add("APRON")
    page = shopper.do("/cart/codes", code="gv1")
    assert "Total 61.50 Voucher GV1 −10.00 To pay USD 51.50" in page


@spec("VO-12")
def test_a_percentage_voucher_asks_a_guest_to_sign_in(shopper: Shopper):
    shopper.add("APRON")
    assert "DV1 Sign in to use it." in shopper.do("/cart/codes", code="DV1")
    shopper.register("Marta Ilves", "marta@example.com")
    assert "DV1 applied" in shopper.see("/cart")


@spec("VO-3")
def test_a_second_voucher_waits(shopper: Shopper):
    Voucher.objects.filter(number="GV2").update(state=Voucher.State.ASSIGNED)
    shopper.add("APRON", "2")
    shopper.do("/cart/codes", code="GV1")
    page = shopper.do("/cart/codes", code="GV2")
    assert "GV2 One voucher an order, and another is on your cart." in page


@spec("IF-33")
def test_a_code_can_be_taken_off_again(shopper: Shopper):
    shopper.add("APRON")
    shopper.do("/cart/codes", code="GV1")
    assert "GV1" not in shopper.do("/cart/codes/remove", code="GV1")


# --- whose cart --------------------------------------------------------------------------------------


@spec("IF-33")
def test_a_cart_is_its_owners_alone(shopper: Shopper):
    shopper.add("APRON")
    assert "Your cart is empty" in Shopper().see("/cart")


@spec("IF-33", "QU-42")
def test_a_changed_cookie_shows_no_cart(shopper: Shopper):
    shopper.add("APRON")
    cookie = shopper.client.cookies["cart"]
    shopper.client.cookies["cart"] = cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B")
    assert "Your cart is empty" in shopper.see("/cart")


@spec("IF-33")
def test_a_guests_cart_joins_the_customers_own(shopper: Shopper):
    shopper.register("Marta Ilves", "marta@example.com")
    shopper.add("MUG", "2")
    guest = Shopper()
    guest.add("MUG")
    guest.add("APRON")
    guest.do("/account/sign-in", username="Marta@Example.com", password="nine green apples")
    page = guest.see("/cart")
    assert "Your cart 4 items" in page
    assert Cart.objects.count() == 1
    assert "Your cart 4 items" in shopper.see("/cart"), "it follows the customer"


@spec("IF-33")
def test_signing_out_leaves_the_cart_with_the_account(shopper: Shopper):
    shopper.register("Marta Ilves", "marta@example.com")
    shopper.add("MUG")
    shopper.do("/account/sign-out")
    assert "Your cart is empty" in shopper.see("/cart")


@spec("QU-41")
def test_whoever_enters_too_many_wrong_codes_is_told_nothing_for_a_while(shopper: Shopper):
    shopper.add("MUG")
    for n in range(20):
        assert "is not valid" in shopper.do("/cart/codes", code=f"GUESS{n}")
    for code in ("GUESS20", "SPRING"):
        assert "Too many codes that are not valid" in shopper.do("/cart/codes", code=code)
