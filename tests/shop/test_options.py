"""Options: what is offered with a product stands beneath it in the cart, and is charged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from largesse.catalog.models import Product, ProductGroup, ProductOption
from largesse.crm.models import Organization
from largesse.offers import allotment_links, allotments
from largesse.orders.models import Cart, OrderLine
from largesse.shop import carts
from largesse.shop.lines import (
    Wanted,
    merged,
    with_added,
    with_options,
    with_put_back,
    with_quantity,
)
from tests.shop.store import AT, Shopper
from tests.words import spec


@pytest.fixture(autouse=True)
def offered(shop: None) -> None:
    """Mugs and aprons with gift wrap; aprons with a name embroidered on them too."""
    wrap = Product.objects.create(sku="WRAP", name="Gift wrap", price=400, icon="gift")
    name = Product.objects.create(sku="NAME", name="Embroidered name", price=1200)
    mug, apron = Product.objects.get(sku="MUG"), Product.objects.get(sku="APRON")
    ProductOption.objects.create(product=mug, option=wrap)
    ProductOption.objects.create(product=apron, option=name, position=2)
    ProductOption.objects.create(product=apron, option=wrap, position=1)


@pytest.fixture
def link(shop: None) -> str:
    """The link to three free aprons, which cost 50.00."""
    given = allotments.grant(
        Organization.objects.create(code="northside-pta", name="Northside Elementary PTA"),
        Product.objects.get(sku="APRON"),
        3,
        "Teacher aprons",
        at=AT,
        by="ines",
        product_group=ProductGroup.objects.get(code="kitchen"),
    )
    return allotment_links.path_of(given) or ""


def kept() -> list[tuple[str, Any, str | None]]:
    """The lines of the one open cart: product, quantity, and the id of what they go with."""
    (cart,) = Cart.objects.filter(order=None)
    return [(line.sku, line.quantity, line.option_of) for line in carts.kept_of(cart).lines]


def summary(page: str) -> str:
    return page[page.index("Summary") :]


# --- ticking -----------------------------------------------------------------------------------------


@spec("AL-12")
def test_a_product_lists_its_options_with_their_prices_in_their_order(shopper: Shopper):
    page = shopper.see("/p/APRON")
    assert "Options Gift wrap 4.00 Embroidered name 12.00" in page
    assert "Options" not in shopper.see("/p/TOWEL")


@spec("AL-12")
def test_what_is_ticked_is_added_for_each_unit_that_is(shopper: Shopper):
    shopper.do("/cart/add", sku="MUG", quantity="2", options="WRAP")
    shopper.add("TOWEL")
    shopper.do("/cart/add", sku="MUG", quantity="1", options="WRAP")
    shopper.add("MUG")
    assert kept() == [("MUG", 4, None), ("WRAP", 3, "1"), ("TOWEL", 1, None)]
    assert "4.00 each with Stoneware mug" in shopper.see("/cart")


@spec("AL-12")
def test_what_is_not_offered_with_a_product_is_refused(shopper: Shopper):
    page = shopper.do("/cart/add", sku="MUG", quantity="1", options="NAME")
    assert "Not all of what you ticked is offered with it any more." in page
    assert not Cart.objects.exists()

    shopper.add("MUG")
    page = shopper.do("/cart/lines/1/options", options="NAME")
    assert "Not all of what you ticked is offered with it any more." in page
    assert kept() == [("MUG", 1, None)]


@spec("AL-12")
def test_an_option_is_ticked_and_left_out_in_the_cart(shopper: Shopper):
    shopper.add("APRON", "2")
    shopper.do("/cart/lines/1/options", options=["NAME", "WRAP"])  # type: ignore[arg-type]
    assert kept() == [("APRON", 2, None), ("WRAP", 2, "1"), ("NAME", 2, "1")]
    shopper.do("/cart/lines/2", quantity="1", was="2")
    shopper.do("/cart/lines/1/options", options="WRAP")
    assert kept() == [("APRON", 2, None), ("WRAP", 1, "1")]
    shopper.do("/cart/lines/1/options")
    assert kept() == [("APRON", 2, None)]


@spec("AL-12")
def test_an_option_has_no_options(shopper: Shopper):
    ProductOption.objects.create(
        product=Product.objects.get(sku="WRAP"), option=Product.objects.get(sku="TOWEL")
    )
    shopper.do("/cart/add", sku="MUG", quantity="1", options="WRAP")
    assert "Tea towel" not in shopper.see("/cart")
    shopper.do("/cart/lines/2/options", options="TOWEL")
    assert kept() == [("MUG", 1, None), ("WRAP", 1, "1")]


@spec("AL-12")
def test_an_option_that_is_bought_for_itself_is_a_product_as_any(shopper: Shopper):
    shopper.do("/cart/add", sku="MUG", quantity="1", options="WRAP")
    shopper.add("WRAP")
    assert kept() == [("MUG", 1, None), ("WRAP", 1, "1"), ("WRAP", 1, None)]


@spec("AL-12")
@pytest.mark.parametrize("change", ["withdrawn", "off sale"])
def test_an_option_that_is_offered_no_more_is_not_in_the_total(shopper: Shopper, change: str):
    shopper.do("/cart/add", sku="MUG", quantity="1", options="WRAP")
    if change == "withdrawn":
        ProductOption.objects.filter(product__sku="MUG").delete()
    else:
        wrap = Product.objects.get(sku="WRAP")
        wrap.active = False
        wrap.save()
    page = shopper.see("/cart")
    assert "No longer sold: Gift wrap." in page
    assert "1 item 14.50" in summary(page)


# --- how many ----------------------------------------------------------------------------------------


@spec("AL-12")
def test_there_is_never_more_of_an_option_than_of_its_line(shopper: Shopper):
    shopper.do("/cart/add", sku="MUG", quantity="3", options="WRAP")
    page = shopper.do("/cart/lines/2", quantity="4", was="3")
    assert "Enter 3 or less: there are 3 of what it goes with." in page
    shopper.do("/cart/lines/1", quantity="2", was="3")
    assert kept() == [("MUG", 2, None), ("WRAP", 2, "1")]
    shopper.do("/cart/lines/1", quantity="5", was="2")
    assert kept() == [("MUG", 5, None), ("WRAP", 2, "1")]


@spec("AL-12")
def test_with_its_line_an_option_goes_and_comes_back(shopper: Shopper):
    shopper.do("/cart/add", sku="APRON", quantity="2", options="WRAP")
    shopper.add("TOWEL")
    before = kept()
    html = shopper.client.post("/cart/lines/1/remove", follow=True).content.decode()
    assert kept() == [("TOWEL", 1, None)]
    undo = html[html.index("/cart/put-back/") :].split('"')[0]
    shopper.do(undo)
    assert kept() == before


@spec("AL-12", "IF-33")
def test_a_guests_options_come_along_when_they_sign_in(shopper: Shopper):
    shopper.register("Marta Ilves", "marta@example.com")
    shopper.do("/cart/add", sku="TOWEL", quantity="1")
    shopper.do("/cart/add", sku="MUG", quantity="1", options="WRAP")
    shopper.do("/account/sign-out")
    shopper.do("/cart/add", sku="MUG", quantity="2", options="WRAP")
    shopper.do("/account/sign-in", username="marta@example.com", password="nine green apples")
    assert kept() == [("TOWEL", 1, None), ("MUG", 3, None), ("WRAP", 3, "2")]


# --- with a gift -------------------------------------------------------------------------------------


@spec("AL-12", "AL-5")
def test_through_a_link_the_product_is_free_and_its_option_charged(shopper: Shopper, link: str):
    page = shopper.see(link)
    assert "Gift wrap 4.00" in page
    assert "The gift covers price and tax, not shipping." in page
    page = shopper.do("/cart/lines/1/options", options="WRAP")
    assert "The gift covers price and tax, not shipping or options." in page
    # Gift wrap, its tax, and shipping.
    assert "2 items 54.00 Teacher aprons −50.00" in summary(page)
    assert "Total USD 10.90" in summary(page)

    assert "With Linen apron" in shopper.check_out()
    page = shopper.pay()
    assert "1 unit with Linen apron" in page
    assert "Free, from Northside Elementary PTA" in page
    assert "with Linen apron" in shopper.see(f"{shopper.at}/receipt")
    assert "1 × 4.00 · with Linen apron" in shopper.see(f"{shopper.at}/explanation")
    sold = OrderLine.objects.values_list("sku", "net", "option_of").order_by("position")
    assert list(sold) == [("APRON", 0, ""), ("WRAP", 400, "1")]


@spec("AL-12", "AL-5")
def test_a_link_that_is_opened_again_keeps_the_options(shopper: Shopper, link: str):
    shopper.see(link)
    shopper.do("/cart/lines/1/options", options="WRAP")
    shopper.see(link)
    assert kept() == [("APRON", 1, None), ("WRAP", 1, "1")]


# --- lines -------------------------------------------------------------------------------------------

OPTIONS = ("X", "Y", "Z")
deeds = st.one_of(
    st.tuples(
        st.just("add"), st.sampled_from("AB"), st.integers(1, 4), st.sets(st.sampled_from(OPTIONS))
    ),
    st.tuples(st.just("tick"), st.integers(0, 9), st.sets(st.sampled_from(OPTIONS))),
    st.tuples(st.just("set"), st.integers(0, 9), st.integers(0, 4)),
)


def filled(done: list[Any]) -> tuple[Wanted, ...]:
    """A cart to which all this was done, as far as it can be."""
    lines: tuple[Wanted, ...] = ()
    for kind, *told in done:
        if kind == "add":
            sku, units, options = told
            lines = with_added(lines, sku, units, sorted(options))
            continue
        place, change = told
        line = lines[place] if place < len(lines) else None
        if line is not None and kind == "set":
            mains = {each.id: each for each in lines}
            most = 99 if line.option_of is None else mains[line.option_of].units
            lines = with_quantity(lines, line.id, min(change, most))
        elif line is not None and line.option_of is None:
            lines = with_options(lines, line.id, sorted(change))
    return lines


def assert_sound(lines: tuple[Wanted, ...]) -> None:
    """Ids are unique, and each option stands beneath its line, once, and is no more of than it."""
    assert len({line.id for line in lines}) == len(lines)
    assert len({(line.sku, line.allotment, line.option_of) for line in lines}) == len(lines)
    main = None
    for line in lines:
        if line.option_of is None:
            main = line
        else:
            assert main is not None
            assert line.option_of == main.id
            assert 0 < line.quantity <= main.units


@spec("AL-12")
@given(st.lists(deeds, max_size=12), st.lists(deeds, max_size=6), st.data())
def test_whatever_is_done_to_a_cart_its_options_go_with_their_lines(one, other, data):
    lines = filled(one)
    assert_sound(lines)
    assert_sound(merged(lines, filled(other)))
    if lines:
        place = data.draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        removed = [line, *(each for each in lines if each.option_of == line.id)]
        without = with_quantity(lines, line.id, 0)
        assert_sound(without)
        back = with_put_back(without, removed, place)
        assert_sound(back)
        assert {(each.sku, each.quantity) for each in back} == {
            (each.sku, each.quantity) for each in lines
        }


@spec("AL-12")
def test_what_is_weighed_is_one_piece_and_has_one_of_an_option():
    lines = with_options(with_added((), "TEA", Decimal("0.250")), "1", ["WRAP"])
    assert [line.quantity for line in lines] == [Decimal("0.250"), 1]
