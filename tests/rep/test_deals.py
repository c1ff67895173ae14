"""The Deals tab: how far the order is with each deal, and what moves when one is applied."""

from __future__ import annotations

import re

import pytest

from largesse.offers import deals
from tests.rep.store import AT, ORDER, OnOrder, a_deal, percent
from tests.words import spec


@pytest.fixture
def kitchen(order: OnOrder) -> OnOrder:
    """The order of 40 candles, 60 mugs and kitchen things, with the boards on a deal by pick."""
    order.orders(**ORDER)
    order.calculate()
    order.picks("BOARD", "BOARD-5")
    return order


def card(page: str, title: str) -> str:
    """The words of a deal's card, up to the next badge."""
    return page[page.index(title) :][:260]


# --- looking -----------------------------------------------------------------------------------------


@spec("DE-2", "IF-32")
def test_cards_show_what_the_order_has_of_what_each_trigger_asks_for(kitchen: OnOrder):
    page = kitchen.see("deals")
    assert "All 9 Applied 4 Qualifies 2 Not met 3" in page
    assert "40 of 10, 4 times Applied" in card(page, "Candle bonus")
    assert "Credit 72.00 · used 0.00 · left 72.00" in card(page, "Candle bonus")
    assert "180.00 of 300.00 at list Not met" in card(page, "Linen opening")
    assert "30 of 28 units Qualifies" in card(page, "Kitchen mix")
    assert "870.00 of 500.00 at list Qualifies" in card(page, "First ceramics")
    assert "0 of 6 units Not met" in card(page, "Any six glasses")
    assert "KITCHEN · to 30 Nov" in page


@spec("DE-2", "IF-32")
def test_of_tiers_the_one_that_holds_is_marked_and_the_next_is_told(kitchen: OnOrder):
    html = kitchen.rep.html(f"{kitchen.url}deals")
    assert re.search(r"8.% from 36, <b>12.% from 60</b>, 15.% from 96", html)
    assert "Saves 104.40 · 36 more for 15 %" in kitchen.see("deals").replace("\xa0", " ")


@spec("DE-1", "IF-32")
def test_pinned_deals_come_first(kitchen: OnOrder):
    page = kitchen.see("deals")
    pinned = page[page.index("Pinned") : page.index("Other deals")]
    assert "Candle bonus" in pinned
    assert "Kitchen mix" in pinned
    assert "Mug mix" not in pinned


@spec("IF-32")
def test_deals_are_filtered_and_found_by_their_name_or_a_product(kitchen: OnOrder):
    assert "Mug mix" not in kitchen.see("deals?show=not_met").split("Referred")[0]
    assert "Linen case" in kitchen.see("deals?show=not_met")
    found = kitchen.see("deals?q=towel")
    assert "Linen case" in found
    assert "Kitchen mix" in found
    assert "Mug mix" not in found
    assert "Mug mix" in kitchen.see("deals?q=mug mix")
    assert "No deal is like this" in kitchen.see("deals?q=zeppelin")


@spec("DE-1")
def test_deals_for_others_are_not_shown(kitchen: OnOrder):
    assert "Trade glasses" not in kitchen.see("deals")
    kitchen.rep.do(f"{kitchen.url}customer", customer="C-1")
    assert "Trade glasses" in kitchen.see("deals")


# --- applying ----------------------------------------------------------------------------------------


@spec("DE-7", "IF-32")
def test_before_lines_leave_their_deals_it_is_asked_with_what_is_lost_and_gained(kitchen: OnOrder):
    before = kitchen.deals()
    page = kitchen.deed("apply", "KITCHEN")
    assert kitchen.deals() == before
    assert "Apply Kitchen mix?" in page
    assert "Three lines move to Kitchen mix. Two of the lines shown leave their deal." in page
    assert "Linen apron leaves Apron price 48.00 42.00" in page
    assert "Walnut board leaves Boards 5 off 20.00 28.00" in page
    assert "Tea towel no deal so far 0.00 25.20" in page
    assert "Benefit 68.00 95.20" in page
    told = "Apron price and Boards 5 off lose their trigger. Together they gave 68.00."
    assert f"{told} The customer still gains 27.20." in page
    assert "Move 3 lines Keep as is" in page

    page = kitchen.deed("apply", "KITCHEN", confirmed="1")
    assert "Kitchen mix is applied." in page
    assert {kitchen.deals()[sku] for sku in ("APRON", "BOARD", "TOWEL")} == {"KITCHEN"}
    kitchen.rep.do(f"{kitchen.url}undo?to=deals")
    assert kitchen.deals() == before


@spec("DE-7")
def test_what_the_customer_would_lose_is_said_too(kitchen: OnOrder):
    page = kitchen.deed("apply", "CERAMICS")
    assert "First ceramics rebate at posting 0.00 10.00" in page
    assert "Mug mix loses its trigger. It gave 104.40. The customer loses 94.40 by it." in page


@spec("DE-7")
def test_a_deal_that_takes_part_of_anothers_lines_says_what_that_one_still_brings(order: OnOrder):
    order.orders(APRON="30", BOARD="20")
    order.deed("apply", "KITCHEN")
    page = order.deed("apply", "BOARD-5")
    assert "One line moves to Boards 5 off. It leaves its deal." in page
    assert "Kitchen mix brings 210.00 instead of 350.00. The customer loses 40.00 by it." in page
    order.deed("apply", "BOARD-5", confirmed="1")
    assert order.deals() == {"APRON": "KITCHEN", "BOARD": "BOARD-5"}


@spec("DE-7")
def test_where_nothing_is_lost_a_deal_is_applied_at_once(order: OnOrder):
    order.orders(CHALK="36")
    page = order.deed("apply", "MUGS")
    assert "Mug mix is applied." in page
    assert order.deals() == {"CHALK": "MUGS"}


@spec("DE-7")
def test_a_deal_goes_on_lines_with_a_qualifying_quantity_only(order: OnOrder):
    deals.revise(
        a_deal("EACH", "Each mug", "mugs", percent(20, 10), assorted=False), by=None, at=AT
    )
    order.orders(CHALK="12", MOSS="5")
    order.deed("apply", "EACH")
    assert order.deals() == {"CHALK": "EACH", "MOSS": ""}


@spec("DE-7")
def test_a_deal_whose_trigger_is_not_met_is_not_applied(order: OnOrder):
    order.orders(CHALK="10")
    order.deed("apply", "MUGS", confirmed="1")
    assert order.deals() == {"CHALK": ""}
    sent = {"version": order.version, "deal": "NO"}
    assert order.rep.client.post(f"{order.url}deals/apply", sent).status_code == 404


@spec("DE-7", "IF-32")
def test_a_page_that_is_older_than_the_order_applies_nothing(kitchen: OnOrder):
    seen, before = kitchen.version, kitchen.deals()
    kitchen.orders(GLASS="1")
    page = kitchen.rep.do(f"{kitchen.url}deals/apply", version=seen, deal="KITCHEN", confirmed="1")
    assert "changed in another window" in page
    assert kitchen.deals() == {**before, "GLASS": ""}


# --- detaching and filling ---------------------------------------------------------------------------


@spec("DE-6", "IF-32")
def test_lines_are_detached_and_stay_so(kitchen: OnOrder):
    page = kitchen.deed("detach", "MUGS")
    assert "Mug mix is detached." in page
    assert {kitchen.deals()[sku] for sku in ("CHALK", "MOSS")} == {""}
    kitchen.calculate()
    assert {kitchen.deals()[sku] for sku in ("CHALK", "MOSS")} == {""}


@spec("DE-6")
def test_a_pick_is_detached_and_the_best_choice_holds_again(kitchen: OnOrder):
    kitchen.deed("detach", "BOARD-5")
    assert kitchen.deals()["BOARD"] == "KITCHEN"


@spec("EX-2", "IF-32")
def test_what_a_deal_lacks_is_added_with_one_button(order: OnOrder):
    order.orders(TOWEL="20")
    page = order.calculate()
    assert "4 units more of towels would bring 17.28" in order.see("deals")
    page = order.deed("fill", "LINEN")
    assert "4 × Tea towel added." in page
    assert order.deals() == {"TOWEL": "LINEN"}


@spec("EX-2")
def test_what_a_deal_lacks_in_value_is_added_in_units(order: OnOrder):
    order.orders(TOWEL="20")
    # 120.00 at 9.00 each.
    assert "14 × Tea towel added." in order.deed("fill", "OPENING")


@spec("IF-32")
def test_the_products_of_a_deal_that_has_none_on_the_order_are_one_step_away(order: OnOrder):
    order.orders(CHALK="1")
    assert "?show=all&amp;deal=KITCHEN" in order.rep.html(f"{order.url}deals")
    page = order.see("?show=all&deal=KITCHEN")
    assert "Products of Kitchen mix" in page
    assert "Tea towel" in page
    assert "Soy candle" not in page


@spec("IF-32")
def test_many_deals_come_in_pages(order: OnOrder):
    for number in range(60):
        deals.revise(
            a_deal(f"MANY-{number}", f"Many {number}", "glass", percent(10, 6)), by=None, at=AT
        )
    order.orders(GLASS="6")
    assert "1 to 48 of 69" in order.see("deals")
    assert "49 to 69 of 69" in order.see("deals?page=2")


@spec("DE-7", "IF-32")
def test_a_deal_that_holds_some_of_its_lines_can_be_applied_to_all(order: OnOrder):
    order.orders(CHALK="40", MOSS="36")
    order.picks("CHALK", "MUGS")
    assert order.deals() == {"CHALK": "MUGS", "MOSS": ""}
    assert "1 of 2 lines" in card(order.see("deals"), "Mug mix")
    order.deed("apply", "MUGS", confirmed="1")
    assert order.deals() == {"CHALK": "MUGS", "MOSS": "MUGS"}
    assert "2 lines" in card(order.see("deals"), "Mug mix")
