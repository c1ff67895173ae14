"""Stock given away against a deal's credit: never over it, and what is left lapses."""

from __future__ import annotations

import pytest

from largesse.offers import deals
from largesse.orders.models import Order
from tests.rep.store import AT, OnOrder, a_deal
from tests.words import spec


@pytest.fixture
def candles(order: OnOrder) -> OnOrder:
    """40 candles, which give 72.00 of credit."""
    order.orders(CEDAR="24", FIG="16")
    order.calculate()
    return order


def given(order: OnOrder) -> dict[str, int]:
    return {each["sku"]: each["units"] for each in order.record.giveaways}


@spec("DE-12", "DE-13", "IF-32")
def test_the_bar_shows_credit_used_and_left_while_stock_is_allocated(candles: OnOrder):
    page = candles.see()
    assert "Credit 72.00 Used 0.00 Left 72.00" in page
    assert "40 ordered, the value of 1 for every 10" in page
    candles.lines(allocate="g.CANDLE/TAPER")
    assert given(candles) == {"TAPER": 1}
    page = candles.gives("CANDLE", "TAPER", "2")
    assert "Credit 72.00 Used 24.00 Left 48.00" in page
    page = candles.gives("CANDLE", "VOTIVE", "1")
    assert "Used 54.00 Left 18.00 18.00 lapses when the order is saved" in page
    # What fills the rest best; the pillar costs more than is left.
    assert "Give 2 × Match bottle" in page
    assert "6.00 of credit missing" in page
    assert "Left 0.00 All of it is used" in candles.lines(allocate="g.CANDLE/MATCH 2")
    assert given(candles) == {"TAPER": 2, "VOTIVE": 1, "MATCH": 2}


@spec("DE-13", "IF-32")
def test_the_unit_that_does_not_fit_is_refused_with_the_amount_missing(candles: OnOrder):
    candles.gives("CANDLE", "VOTIVE", "2")
    page = candles.gives("CANDLE", "VOTIVE", "4")
    assert "18.00 of credit is missing for unit 3." in page
    assert given(candles) == {"VOTIVE": 2}
    assert "12.00 of credit is missing for unit 1." in candles.lines(allocate="g.CANDLE/PILLAR")
    assert given(candles) == {"VOTIVE": 2}


@spec("DE-12")
def test_only_what_the_deal_gives_is_given(candles: OnOrder):
    candles.lines(allocate="g.CANDLE/GLASS")
    candles.lines(allocate="g.MUGS/TAPER")
    assert given(candles) == {}


@spec("DE-12")
def test_a_giveaway_uses_up_the_list_price_whatever_the_selling_price(candles: OnOrder):
    from largesse.catalog.models import Product

    match = Product.objects.get(sku="MATCH")
    match.price, match.list_price = 600, 900
    match.save()
    assert "Used 9.00" in candles.lines(allocate="g.CANDLE/MATCH")


@spec("DE-13", "IF-32")
def test_fewer_units_than_the_giveaways_need_block_saving_until_they_are_removed(candles: OnOrder):
    candles.gives("CANDLE", "VOTIVE", "2")
    page = candles.orders(CEDAR="4")
    assert "Credit 36.00 Used 30.00" in page
    told = "24.00 of the credit of Candle bonus is missing: remove 1 of Votive glass."
    assert f"{told} The order can’t be saved before. Remove 1" in page
    page = candles.save(place="1", due="99999")
    assert told in page
    assert not Order.objects.exists()
    candles.lines(take_back="g.CANDLE/VOTIVE 1")
    assert given(candles) == {"VOTIVE": 1}
    assert "is placed" in candles.save(place="1", due="99999")


@spec("DE-13")
def test_giveaways_of_a_deal_that_gives_nothing_any_more_are_to_be_removed(candles: OnOrder):
    candles.gives("CANDLE", "VOTIVE", "1")
    page = candles.orders(CEDAR="1", FIG="1")
    assert "Candle bonus gives no credit on this order any more: remove the Votive glass." in page
    candles.lines(take_back="g.CANDLE/VOTIVE 0")
    assert given(candles) == {}


@spec("DE-12", "DE-15", "IF-32")
def test_what_is_given_stands_on_the_order_as_bonus_at_no_price(candles: OnOrder):
    candles.gives("CANDLE", "VOTIVE", "2")
    page = candles.see("summary")
    assert "Votive glass Bonus Candle bonus, worth 60.00 at list 2 – – 0.00" in page
    assert "12.00 of credit lapses when the order is saved." in page
    candles.save(place="1", due="99999")
    order = candles.record.order
    assert order is not None
    bonus = order.lines.get(bonus=True)
    assert (bonus.sku, bonus.units, bonus.gross, bonus.net) == ("VOTIVE", 2, 6000, 0)


@spec("DE-12")
def test_what_a_deal_gives_by_itself_is_shown_and_needs_no_choice(order: OnOrder):
    deals.revise(
        a_deal(
            "GLASSES",
            "Glass bonus",
            "glass",
            {"min_units": 10, "benefit": {"kind": "free_stock", "amount": "20.00"}},
            gives=["MATCH"],
        ),
        by=None,
        at=AT,
    )
    order.orders(GLASS="10")
    page = order.calculate()
    assert "Credit 20.00 Used 18.00 Left 2.00" in page
    assert "Match bottle MATCH 9.00 – – Bonus – – 2 18.00" in page
    assert 'name="g.GLASSES/MATCH"' not in order.rep.html(order.url)


@spec("DE-12")
def test_the_products_to_give_have_a_list_of_their_own(candles: OnOrder):
    assert "Bonus stock 4" in candles.see()
    page = candles.see("?show=bonus")
    for name in ("Taper candle", "Votive glass", "Beeswax pillar", "Match bottle"):
        assert name in page
    assert "Soy candle, cedar" not in page
