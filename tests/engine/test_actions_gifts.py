"""Gifts: products that the order gets free, without asking or of the buyer's choice (AC-7)."""

from __future__ import annotations

from typing import Any

import pytest

import largesse as lg
from tests.words import (
    book,
    bought,
    by_offer,
    cart,
    gift,
    gift_of,
    nets,
    new_item,
    off,
    priced,
    product,
    promotion,
    reason,
    refused,
    saved,
    spec,
    worth,
)

SOLD = [product("mug", "10.00"), product("hat", "8.00"), product("pen", "2.00", name="Pen")]


# --- a gift ----------------------------------------------------------------------------------------


@spec("AC-7")
def test_a_gift_is_added_as_a_line_that_costs_nothing():
    quote = priced(cart("1 mug"), promotion(gift("pen", 2)), products=SOLD)

    (_, pens) = quote.lines
    assert (pens.sku, pens.quantity, pens.gross, pens.net) == ("pen", 2, 400, 0)
    assert pens.added_by == "PROMO"
    assert quote.total == quote.cart.lines[0].quantity * 1000
    assert by_offer(quote) == {"PROMO": "4.00"}


@spec("AC-7", "PR-4")
def test_a_gift_comes_as_often_as_it_is_awarded():
    each_two = promotion(gift("pen"), bought(2, of="mug"), cumulative=True)
    quote = priced(cart("5 mug"), each_two, products=SOLD)

    assert [line.quantity for line in quote.lines] == [5, 2]


@spec("AC-7")
def test_no_gift_where_the_order_does_not_qualify():
    quote = priced(cart("1 mug"), promotion(gift("pen"), worth("50.00")), products=SOLD)

    assert len(quote.lines) == 1
    assert reason(quote) == "subtotal_too_low"


@spec("AC-7", "FL-1")
def test_a_gift_may_go_below_its_floor_unless_it_says_otherwise():
    sold = [*SOLD, product("cap", "5.00", floor="3.00")]

    assert nets(priced(cart("1 mug"), promotion(gift("cap")), products=sold)) == ["10.00", "0.00"]
    kept = priced(cart("1 mug"), promotion(gift("cap", below_floor=False)), products=sold)
    assert nets(kept) == ["10.00", "3.00"]


@spec("AC-7")
def test_what_costs_nothing_anyway_can_be_a_gift():
    sold = [*SOLD, product("sample", "0.00")]
    quote = priced(cart("1 mug"), promotion(gift("sample")), products=sold)

    assert [line.sku for line in quote.lines] == ["mug", "sample"]
    assert "PROMO" in quote.awarded


@spec("PR-5", "AC-7")
def test_a_budget_cuts_a_gift_by_whole_units_so_that_it_costs_the_buyer_nothing():
    three = promotion(gift("pen", 3), budget=500)
    quote = priced(cart("1 mug"), three, products=SOLD)
    assert [(line.quantity, line.net) for line in quote.lines] == [(1, 1000), (2, 0)]

    none = priced(cart("1 mug"), promotion(gift("hat"), budget=500), products=SOLD)
    refusal = refused(none, "PROMO")
    assert (refusal.code.value, refusal.needed, refusal.found) == ("used_up", 800, 500)
    assert len(none.lines) == 1


@spec("PR-5", "AC-2", "MO-5")
def test_a_budget_cuts_the_discount_of_a_new_item():
    quote = priced(cart("1 mug"), promotion(new_item("50%", "hat"), budget=150), products=SOLD)

    assert nets(quote) == ["10.00", "6.50"]
    assert [(a.amount, a.cut_from) for a in quote.adjustments] == [(150, 400)]


@spec("AC-7", "AC-4")
def test_no_other_promotion_takes_a_gift():
    quote = priced(cart("1 mug"), promotion(gift("pen")), promotion(off("10%"), code="TENTH"),
                   products=SOLD)  # fmt: skip

    assert by_offer(quote) == {"PROMO": "2.00", "TENTH": "1.00"}


# --- a choice of gift ------------------------------------------------------------------------------


def choosing(*chosen: str, **fields: Any) -> lg.Quote:
    gifts = dict(zip(["PROMO"], chosen, strict=False))
    choice = promotion(gift_of("pen", "hat", **fields), title="A gift")
    return priced(cart("1 mug", gifts=gifts), choice, products=SOLD)


@spec("AC-7")
def test_the_buyer_is_told_what_may_be_chosen_and_gets_nothing_before():
    quote = choosing()

    assert quote.gifts == (lg.GiftChoice("PROMO", "A gift", ("pen", "hat"), 1, None),)
    assert len(quote.lines) == 1
    assert saved(quote) == "0.00"
    refusal = refused(quote, "PROMO")
    assert refusal.code.value == "gift_not_chosen"
    assert refusal.sentence == "One of these may be chosen: Pen, hat."


@spec("AC-7")
def test_the_chosen_product_is_added_free():
    quote = choosing("hat")

    assert [(line.sku, line.net) for line in quote.lines] == [("mug", 1000), ("hat", 0)]
    assert quote.gifts[0].chosen == "hat"


@spec("AC-7")
def test_what_is_not_on_the_list_cannot_be_chosen():
    quote = choosing("mug")

    assert len(quote.lines) == 1
    assert quote.gifts[0].chosen is None


@spec("AC-7", "BI-2")
def test_a_code_that_opens_a_choice_of_gift_is_not_refused():
    choice = promotion(gift_of("pen", "hat"), promo_code="GIFT")
    quote = priced(cart("1 mug", codes=["gift"]), choice, products=SOLD)

    assert quote.refusals == ()
    assert quote.gifts


@spec("AC-7")
def test_a_choice_that_the_order_does_not_qualify_for_is_not_offered():
    rich = promotion(gift_of("pen", "hat"), worth("50.00"))
    quote = priced(cart("1 mug", gifts={"PROMO": "pen"}), rich, products=SOLD)

    assert quote.gifts == ()
    assert len(quote.lines) == 1


@spec("BI-1", "AC-7")
def test_a_gift_must_be_sold_and_a_promotion_has_one_choice():
    with pytest.raises(lg.Faults) as wrong:
        book(
            promotion(gift("nothing"), code="A"),
            promotion(gift_of("pen", "no-pen"), code="B"),
            promotion(gift_of("pen"), gift_of("hat"), code="C"),
            promotion(lg.ChoiceOfGift(products=()), code="D"),
            promotion(gift("pen", 0), code="E"),
            products=SOLD,
        )

    assert [(fault.place, fault.message) for fault in wrong.value.faults] == [
        ("promotions[A].actions[0].product", "no product 'nothing'"),
        ("promotions[B].actions[0].products[1]", "no product 'no-pen'"),
        ("promotions[C].actions", "at most one of them lets the buyer choose a gift"),
        ("promotions[D].actions[0].products", "names at least one product"),
        ("promotions[E].actions[0].quantity", "is 1 or more"),
    ]


@spec("BI-1", "AC-7")
def test_a_file_is_told_where_a_gift_is_missing():
    from largesse.engine.formats.document import document_of

    with pytest.raises(lg.Faults) as wrong:
        document_of(
            {
                "format": 1,
                "products": [{"sku": "pen", "price": "2.00"}],
                "promotions": [
                    {"code": "A", "actions": [{"kind": "gift", "product": "hat"}]},
                    {"code": "B", "actions": [{"kind": "gift_choice", "products": ["pen", "hat"]}]},
                ],
            }
        )

    assert [fault.place for fault in wrong.value.faults] == [
        "promotions[0].actions[0].product",
        "promotions[1].actions[0].products[1]",
    ]


@spec("BI-1")
def test_a_gift_cannot_be_taken_out_of_a_book():
    from largesse.engine.book import Changes

    whole = book(promotion(gift_of("pen", "hat")), products=SOLD)

    with pytest.raises(lg.Faults):
        whole.with_changes(Changes(products={"hat": None}))
