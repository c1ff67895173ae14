"""The Products tab: quantities, Calculate, the deal on each line, what picks cost."""

from __future__ import annotations

import pytest

from largesse.business import configuration
from largesse.catalog.models import Product
from largesse.crm.models import Customer
from largesse.offers import deals, promotions
from largesse.offers.models import Deal
from tests.rep.store import AT, ORDER, OnOrder, Rep
from tests.words import spec


def quantities(order: OnOrder) -> dict[str, object]:
    return {line["sku"]: line.get("quantity", 1) for line in order.record.lines}


# --- quantities --------------------------------------------------------------------------------------


@spec("IF-32")
def test_what_is_typed_is_on_the_order_with_its_value_at_list_price(order: OnOrder):
    chalk = Product.objects.get(sku="CHALK")
    chalk.list_price = 1600
    chalk.save()
    page = order.orders(CHALK="2", CEDAR="10")
    assert quantities(order) == {"CHALK": 2, "CEDAR": 10}
    assert "2 lines, 12 units 212.00 – 209.00" in page
    assert "16.00 sells at 14.50" in page


@spec("IF-32")
def test_a_line_that_is_set_to_nothing_is_taken_out_and_can_be_put_back(order: OnOrder):
    order.orders(CHALK="2", CEDAR="10")
    assert "Stoneware mug, chalk removed." in order.orders(CHALK="0")
    assert quantities(order) == {"CEDAR": 10}
    order.rep.do(f"{order.url}undo?to=lines")
    assert quantities(order) == {"CHALK": 2, "CEDAR": 10}


@spec("IF-32")
def test_nothing_is_undone_once_the_order_has_changed_again(order: OnOrder):
    order.orders(CHALK="2")
    order.lines(remove="CHALK")
    order.orders(CEDAR="1")
    assert "nothing was undone" in order.rep.do(f"{order.url}undo?to=lines")
    assert quantities(order) == {"CEDAR": 1}


@spec("BI-1")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("many", "Enter a number, such as 12."),
        ("-1", "Enter a number, such as 12."),
        ("1.5", "Enter a number without decimals."),
        ("9000000", "Enter 1,000,000 or less."),
        ("NaN", "Enter a number, such as 12."),
    ],
)
def test_what_is_no_quantity_is_told_beside_its_field_and_nothing_is_changed(
    order: OnOrder, typed: str, told: str
):
    order.orders(CHALK="2")
    assert told in order.orders(CHALK=typed, CEDAR="5")
    assert quantities(order) == {"CHALK": 2}
    fields = {"q.CHALK": typed, "was.q.CHALK": "2", "version": order.version}
    sent = order.rep.client.post(order.url, fields).content.decode()
    assert f'value="{typed}"' in sent
    assert 'aria-invalid="true"' in sent


@spec("MO-1")
def test_weighed_goods_have_decimals(order: OnOrder):
    page = order.orders(TEA="0.250")
    assert quantities(order) == {"TEA": "0.250"}
    assert "1 line, 1 unit 8.00 – 8.00" in page


@spec("IF-32")
def test_fields_that_are_as_they_were_change_nothing(order: OnOrder):
    order.orders(CHALK="2")
    before = order.record.changed_at
    order.lines(**{"q.CHALK": "2", "was.q.CHALK": "2"})
    assert order.record.changed_at == before


@spec("IF-32")
@pytest.mark.parametrize("searched", ["chalk mug", "CHALK", "4002"])
def test_products_are_found_by_name_number_and_bar_code(order: OnOrder, searched: str):
    page = order.see(f"?q={searched}")
    assert "Stoneware mug, chalk CHALK" in page
    assert "Linen apron" not in page


@spec("IF-32")
def test_a_search_that_finds_nothing_says_so(order: OnOrder):
    assert "Nothing found" in order.see("?q=zeppelin")


@spec("IF-32")
def test_what_is_no_longer_sold_is_not_counted_and_is_named(order: OnOrder):
    order.orders(CHALK="2", CEDAR="10")
    chalk = Product.objects.get(sku="CHALK")
    chalk.active = False
    chalk.save()
    page = order.see()
    assert "No longer sold: CHALK. It is not on the order." in page
    assert "1 line, 10 units" in page


@spec("IF-32")
def test_what_is_in_stock_stands_beside_the_product(order: OnOrder):
    Product.objects.filter(sku="CHALK").update(stock=320, stock_counted_at=AT)
    assert "CHALK · 320 in stock" in order.orders(CHALK="2")


@spec("IF-32")
def test_a_page_that_is_older_than_the_order_changes_nothing_and_says_so(order: OnOrder):
    seen = order.version
    order.orders(CHALK="2")
    page = order.rep.do(order.url, version=seen, **{"q.CEDAR": "5", "was.q.CEDAR": "0"})
    assert "This order was changed in another window at" in page
    assert quantities(order) == {"CHALK": 2}


# --- the best deals ----------------------------------------------------------------------------------


@spec("DE-5", "IF-32")
def test_lines_are_on_no_deal_before_calculate_and_on_the_best_ones_after(order: OnOrder):
    page = order.orders(**{**ORDER, "TOWEL": "10"})
    assert set(order.deals().values()) == {""}
    assert "Not calculated" in page
    # 72.00 of credit, 104.40 on mugs, 48.00 on aprons, 20.00 on boards.
    assert "The best deals would bring 244.40 more." in page

    page = order.calculate()
    assert "Calculated: 244.40 saved in all." in page
    assert order.deals() == {
        "CEDAR": "CANDLE",
        "FIG": "CANDLE",
        "CHALK": "MUGS",
        "MOSS": "MUGS",
        "APRON": "APRON-42",
        "BOARD": "BOARD-5",
        "TOWEL": "",
    }
    assert "Mug mix 12 %, tier 2 at 60" in page
    assert "Proven best" in order.rep.html(order.url)


@spec("DE-5")
def test_after_calculate_every_change_is_calculated(order: OnOrder):
    order.orders(CHALK="30")
    order.calculate()
    assert order.deals() == {"CHALK": ""}
    order.orders(CHALK="36")
    assert order.deals() == {"CHALK": "MUGS"}
    order.orders(CHALK="10")
    assert order.deals() == {"CHALK": ""}


@spec("DE-5")
def test_the_order_is_optimised_as_a_whole(order: OnOrder):
    order.orders(**ORDER)
    order.calculate()
    # 14 % of 680.00 beats 48.00 and 20.00 on fewer lines.
    assert {order.deals()[sku] for sku in ("APRON", "BOARD", "TOWEL")} == {"KITCHEN"}


@spec("EX-2", "IF-32")
def test_a_line_on_no_deal_says_what_little_more_would_bring(order: OnOrder):
    order.orders(TOWEL="20")
    assert "No deal add 4 for Linen case 8 %" in order.calculate()
    assert "add" not in order.orders(TOWEL="5").split("Deal Benefit")[1].split("1 line")[0]


# --- picks -------------------------------------------------------------------------------------------


@spec("DE-6", "BE-2", "IF-32")
def test_a_pick_is_kept_and_the_page_says_what_it_costs(order: OnOrder):
    order.orders(**ORDER)
    order.calculate()
    page = order.picks("BOARD", "BOARD-5")
    assert "Your pick on Walnut board costs 27.20." in page
    assert "Without it Kitchen mix would take three lines and bring 95.20 instead of 68.00." in page
    assert "5.00 off each · your pick" in page
    order.orders(CEDAR="25")
    order.calculate()
    assert order.deals()["BOARD"] == "BOARD-5"

    page = order.lines(best="6")
    assert "costs" not in page
    assert order.deals()["BOARD"] == "KITCHEN"


@spec("DE-6")
def test_a_line_can_be_kept_off_every_deal_and_given_back_to_the_best_choice(order: OnOrder):
    order.orders(CHALK="36")
    order.calculate()
    page = order.picks("CHALK", "")
    assert order.deals() == {"CHALK": ""}
    assert "No deal your pick" in page
    assert "Your pick on Stoneware mug, chalk costs 41.76." in page
    order.picks("CHALK", "*")
    assert order.deals() == {"CHALK": "MUGS"}


@spec("DE-6")
def test_a_pick_that_does_not_hold_any_more_is_cleared_and_that_is_said(order: OnOrder):
    order.orders(CHALK="40")
    order.calculate()
    order.picks("CHALK", "CERAMICS")
    page = order.orders(CHALK="10")
    assert "A pick was cleared. First ceramics can’t be reached" in page.replace("'", "’")
    assert [line.get("deal") for line in order.record.lines] == [None]
    order.orders(CHALK="40")
    assert order.deals() == {"CHALK": "MUGS"}


@spec("DE-6")
def test_only_deals_that_a_line_qualifies_for_are_offered(order: OnOrder):
    order.orders(CHALK="40", TOWEL="20")
    order.calculate()
    html = order.rep.html(order.url)
    assert 'value="1 CERAMICS"' in html
    assert 'value="2 LINEN"' not in html
    # Of another product: nothing happens.
    order.picks("TOWEL", "MUGS")
    assert order.deals()["TOWEL"] == ""


@spec("DE-6")
def test_where_reps_may_not_pick_they_are_offered_nothing(order: OnOrder):
    order.orders(CHALK="40")
    order.calculate()
    configuration.change(configuration.REPS_PICK_DEALS, False)
    assert 'name="pick"' not in order.rep.html(order.url)
    order.picks("CHALK", "CERAMICS")
    assert order.deals() == {"CHALK": "MUGS"}


@spec("DE-1")
def test_deals_for_others_are_not_had_and_another_customer_changes_that(order: OnOrder):
    order.orders(GLASS="3")
    order.calculate()
    assert order.deals() == {"GLASS": ""}
    order.rep.do(f"{order.url}customer", customer="C-1")
    assert order.record.customer == Customer.objects.get(number="C-1")
    assert order.deals() == {"GLASS": "TRADE"}


@spec("IF-32")
def test_without_any_deal_the_page_stands_all_the_same(rep: Rep):
    for deal in Deal.objects.all():
        deals.archive(deal, by=None, at=AT)
    order = OnOrder(rep)
    order.orders(CHALK="40")
    assert "1 line, 40 units" in order.calculate()
    assert "No deals for this customer" in order.see("deals")


@spec("IF-36")
def test_every_amount_can_be_asked(order: OnOrder):
    order.orders(CHALK="36")
    order.calculate()
    assert "How each cent came about" in order.see("explanation")
    assert "Mug mix" in order.see("explanation")


@spec("DE-6", "QU-3")
def test_of_a_large_order_all_picks_are_weighed_together(
    order: OnOrder, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("largesse.rep.work.SMALL", 0)
    order.orders(**ORDER)
    order.calculate()
    order.picks("BOARD", "BOARD-5")
    page = order.picks("CHALK", "CERAMICS")
    assert "Your 2 picks cost" in page
    assert "+" not in order.see("deals").split("Kitchen mix")[1][:200]
    page = order.lines(best="all")
    assert "picks cost" not in page
    assert order.deals()["BOARD"] == "KITCHEN"


@spec("DE-6", "IF-32")
def test_a_deal_that_other_offers_would_give_more_than_is_told_of(order: OnOrder):
    promotions.revise(
        {
            "code": "MUG-SALE",
            "title": "Mugs, 20 % off",
            "actions": [{"kind": "discount_order_line", "percent": 20, "include": "mugs"}],
        },
        by=None,
        at=AT,
    )
    order.orders(CHALK="40", CEDAR="10")
    page = order.calculate()
    # The deal gives 46.40, the promotion would give 116.00.
    assert "Without Mug mix the customer would get 69.60 more." in page
    page = order.lines(off="MUGS")
    assert "The lines of Mug mix are on no deal now." in page
    assert order.deals() == {"CHALK": "", "CEDAR": "CANDLE"}
    assert "Without" not in page
    assert "−116.00" in page
