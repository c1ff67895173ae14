"""The product list: groups, search, sorting, pages, and what is on offer."""

from __future__ import annotations

import pytest

from largesse.catalog.models import Product
from tests.shop.store import Shopper
from tests.words import spec


@spec("IF-33")
def test_the_list_shows_what_is_sold_with_its_price(shopper: Shopper):
    page = shopper.see("/")
    assert "All products 6 products" in page
    assert "Linen apron 50.00 60.00 Add" in page, "the list price is struck beside the price"


@spec("IF-33")
def test_the_menu_has_the_groups_that_are_in_the_shop(shopper: Shopper):
    page = shopper.see("/c/candles")
    assert "Kitchen" in page
    assert "Tea towels" not in page, "a group that is not in the shop's menu"
    assert "Soy candle" in page
    assert "Stoneware mug" not in page
    assert shopper.client.get("/c/towels").status_code == 404


@spec("IF-33")
def test_a_search_needs_every_word_and_says_when_it_finds_nothing(shopper: Shopper):
    assert "1 product for “linen apron”" in shopper.see("/?q=linen+apron")
    page = shopper.see("/?q=velvet+apron")
    assert "Nothing found" in page
    assert "Show all products" in page


@spec("IF-33")
def test_the_list_is_sorted_as_asked(shopper: Shopper):
    page = shopper.see("/?sort=-price")
    assert page.index("Kitchen set") < page.index("Linen apron") < page.index("Tea towel")


@spec("IF-33")
def test_a_thousand_products_come_in_pages(shopper: Shopper):
    Product.objects.bulk_create(
        Product(sku=f"P{n:04}", name=f"Peg {n:04}", price=100) for n in range(1000)
    )
    page = shopper.see("/?q=peg&page=2")
    assert "Peg 0024" in page
    assert "Peg 0023" not in page
    assert "25 to 48 of 1,000" in page


@spec("IF-33")
def test_a_card_says_what_one_unit_costs_today_only_where_that_is_so(shopper: Shopper):
    page = shopper.see("/")
    assert "15.30 with Candles, 15 % off" in page
    assert "with Six tea towels" not in page, "one towel alone is not cheaper"
    assert "Mugs for the club" not in page, "this shopper is not of the club"


@spec("IF-33")
def test_what_comes_off_whole_orders_is_said_of_no_product(shopper: Shopper):
    Product.objects.create(sku="OVEN", name="Oven", price=90000)
    assert "Oven 900.00 Add" in shopper.see("/?q=oven")


@spec("IF-33", "QU-41")
def test_a_product_says_which_offers_name_it_but_none_that_needs_a_code_or_is_for_others(
    shopper: Shopper,
):
    assert "In these offers Six tea towels, 10 % off" in shopper.see("/p/TOWEL")
    assert "In these offers" not in shopper.see("/p/MUG")
    assert "SPRING" not in shopper.see("/p/APRON")


@spec("IF-33")
def test_a_kit_tells_what_it_holds(shopper: Shopper):
    page = shopper.see("/p/SET")
    assert "In this set 1 × Linen apron 2 × Tea towel" in page


@pytest.mark.parametrize("url", ["/p/NOTHING", "/c/nothing", "/orders/ord_nothing"])
def test_what_is_not_there_is_not_found(shopper: Shopper, url: str):
    assert shopper.client.get(url).status_code == 404


@spec("IF-33")
def test_what_is_not_for_sale_is_not_on_the_shelves(shopper: Shopper):
    Product.objects.filter(sku="MUG").update(active=False)
    assert "Stoneware mug" not in shopper.see("/")
    assert shopper.client.get("/p/MUG").status_code == 404
