"""How each cent came about: the explanation of a quote adds up, and says no more than is so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import largesse as lg
from largesse.orders.explaining.explanation import explained
from largesse.orders.explaining.voice import STAFF, Voice
from largesse.orders.explaining.waterfall import Step, waterfall
from tests.words import (
    allotment,
    buy,
    cart,
    customer,
    deal,
    off,
    order_off,
    post,
    priced,
    promotion,
    spec,
    tagged,
    voucher,
    worth,
)


def order(*offers: lg.Promotion) -> lg.Quote:
    """Mugs of which two are a gift, a board and an apron, 15 % off, 2.00 off the order, a voucher."""
    return priced(
        cart("3 mug @ 14.50 by CLUB", "1 board @ 50.00", "2 apron @ 50.00", customer=customer()),
        promotion(off("15%", on="apron", stacking="both"), code="APRONS", title="Aprons, 15 % off"),
        post(order_off("2.00", stacking="both"), worth("100.00"), code="THANKS", title="Thank you"),
        allotment(2, "mug", title="Volunteer mugs"),
        voucher("10%"),
        *offers,
        location=lg.Location("sea", tax={"standard": lg.percent("10")}),
    )


@spec("IF-36", "ST-4")
def test_the_matrix_adds_up_line_by_line_and_stage_by_stage():
    quote = order()
    told = explained(quote)
    for row in told.rows:
        assert row.gross - sum(cell.amount for cell in row.cells if cell) == row.net
    for i, total in enumerate(told.stage_sums):
        assert sum(cell.amount for row in told.rows if (cell := row.cells[i])) == total
    assert told.stages == ("Allotment", "Standard", "Post", "Voucher")
    assert told.gross - sum(told.stage_sums) == told.net


@spec("IF-36")
def test_the_waterfall_leads_from_gross_to_due():
    quote = order()
    bars = explained(quote).picture.bars
    assert (bars[0].change, bars[-1].change) == (quote.gross, quote.due)
    assert sum(bar.change for bar in bars[:-1]) == quote.due
    assert bars[-2].level == bars[-1].y, "the last step ends at what is due"


@spec("IF-36", "MO-4")
def test_a_share_of_a_spread_amount_is_shown_exact_and_as_given():
    told = explained(order(), open_cell="3-post")
    assert told.cent is not None
    (taken,) = told.cent.taken
    # 2.00 over 14.50, 50.00 and 85.00.
    assert [(share.exact, share.given) for share in taken.shares] == [
        ("0.1939…", 19),
        ("0.6688…", 67),
        ("1.1371…", 114),
    ]
    assert (taken.working, taken.result) == ("2.00 × 85.00 ÷ 149.50", "= 1.1371…")
    assert [share.here for share in taken.shares] == [False, False, True]


@spec("IF-36")
def test_a_percentage_is_told_with_what_it_was_taken_of():
    told = explained(order(), open_cell="3-standard")
    assert told.cent is not None
    (taken,) = told.cent.taken
    assert (taken.working, taken.result) == ("15 % of 100.00", "= 15.00")
    assert (taken.before, taken.amount, taken.after) == (10000, 1500, 8500)


@spec("IF-36")
def test_an_arithmetic_that_is_not_the_whole_story_is_not_told():
    quote = priced(cart("3 mug @ 10.01"), promotion(buy(2), code="P"))
    told = explained(quote)
    assert told.cent is not None
    assert told.cent.taken[0].working == ""
    assert told.cent.amount == 1001


@spec("IF-36")
@pytest.mark.parametrize("key", ["", "9-standard", "1-nonsense", "<b>"])
def test_without_a_known_choice_the_largest_amount_is_open(key: str):
    told = explained(order(), open_cell=key)
    assert told.cent is not None
    assert (told.cent.line, told.cent.amount) == ("mug", 2900)


@spec("IF-36")
def test_a_cart_without_discounts_opens_nothing():
    told = explained(priced(cart("1 mug @ 14.50")))
    assert told.cent is None
    assert [row.cells for row in told.rows] == [(None, None, None, None)]


@spec("IF-36", "EX-1")
def test_other_offers_say_why_they_did_not_apply_the_nearest_first():
    told = explained(
        order(
            promotion(off("5%", "mug"), worth("900.00"), code="FAR"),
            promotion(off("5%", "mug"), worth("250.00"), code="NEAR"),
            promotion(off("5%"), tagged("club"), code="CLUBBERS"),
        )
    )
    assert [(no.title, no.near, no.is_near) for no in told.nos] == [
        ("NEAR", 65, True),
        ("FAR", 18, False),
        ("CLUBBERS", None, False),
    ]
    assert [no.code for no in told.near_nos] == ["subtotal_too_low"]


@spec("IF-36")
def test_a_voice_leaves_out_what_it_has_no_words_for_and_shows_no_codes():
    shopper = Voice(STAFF.stages, lambda refusal: None, codes=False)
    told = explained(order(promotion(off("5%"), tagged("club"), code="CLUBBERS")), shopper)
    assert told.nos == ()
    assert told.book_hash == ""
    assert told.cent is not None
    assert [taken.code for taken in told.cent.taken] == [""]


@spec("MO-1")
@pytest.mark.parametrize(("currency", "texts"), [("JPY", ["0", "500"]), ("USD", ["0", "5"])])
def test_the_grid_is_written_in_whole_amounts_where_it_can_be(currency: str, texts: list[str]):
    exponent = lg.Currency.of(currency).exponent
    ticks = waterfall([Step("Gross", "", 2000, "", True)], exponent).ticks
    assert [tick.text for tick in ticks[:2]] == texts


amounts = st.integers(-(10**15), 10**15)


@given(st.integers(0, 10**15), st.lists(amounts, max_size=9))
def test_every_picture_stays_within_its_frame(gross: int, changes: list[int]):
    running, kept = gross, []
    for change in changes:
        if 0 <= running + change <= 10**15:
            running += change
            kept.append(change)
    steps = [Step("Gross", "", gross, "", True), *(Step("", "", change, "") for change in kept)]
    picture = waterfall([*steps, Step("Due", "", running, "", True)], 2)
    for bar in picture.bars:
        assert 24 <= float(bar.y) <= 222
        assert 44 <= float(bar.x) <= float(bar.right) <= 996
    assert len(picture.ticks) <= 6


@spec("IF-36", "EX-1")
def test_deals_are_explained_with_their_lines_their_credit_and_why_others_hold_none():
    mugs = [lg.Product("mug", 1000, "Mug"), lg.Product("hat", 4000), lg.Product("pin", 300)]
    quote = priced(
        cart("20 mug", "1 hat", giveaways=(lg.Giveaway("BONUS", "pin", 2),)),
        deal("10+1", "mug", code="BONUS", title="Mug bonus", select="pin"),
        deal("5.00", "hat", code="HATS", units=2),
        products=mugs,
    )

    told = explained(quote)
    (bonus,) = told.deals
    assert (bonus.title, bonus.code, bonus.lines) == ("Mug bonus", "BONUS", "Mug")
    assert (bonus.credit, bonus.used, bonus.left) == (2000, 600, 1400)
    assert bonus.note == "14.00 of its credit lapses"
    assert "Rewards" in told.stages
    (hats,) = [no for no in told.nos if no.kind == "Deal"]
    assert (hats.title, hats.code, hats.needed, hats.found) == ("HATS", "too_few_units", 2, 1)


@spec("IF-36")
@pytest.mark.parametrize(
    ("said", "working"),
    [("10%", "10 % of 200.00"), ("1.50", "20 × 1.50"), ("50.00", "all of 200.00")],
)
def test_what_a_deal_took_off_a_line_is_worked_out(said, working):
    quote = priced(cart("20 mug @ 10.00"), deal(said, "mug"))

    cent = explained(quote).cent
    assert cent is not None
    assert cent.taken[0].working == working
