"""Stock that is given away against a deal's credit (DE-9 to DE-14)."""

from __future__ import annotations

from typing import Any

import pytest

import largesse as lg
from tests.words import (
    cart,
    deal,
    group,
    on_deals,
    order_off,
    priced,
    product,
    promotion,
    refused,
    spec,
    usd,
    voucher,
)

CANDLES = [
    product("cedar", "16.00", list_price="18.00"),
    product("fig", "20.00"),
    product("taper", "12.00"),
    product("votive", "27.00", list_price="30.00"),
    product("match", "9.00"),
]
CANDLE = group("cedar", "fig", code="CANDLES", title="Candles")
TO_GIVE = group("taper", "votive", "match", code="GIFTS")


def bonus(said: str, on: Any = CANDLE, **fields: Any) -> lg.Deal:
    fields = {"select": TO_GIVE, "code": "BONUS", **fields}
    if "gives" in fields:
        fields["select"] = None
    return deal(said, on, **fields)


def given(*wanted: str) -> tuple[lg.Giveaway, ...]:
    """given("2 taper"): two tapers against the credit of BONUS."""
    return tuple(
        lg.Giveaway("BONUS", sku, int(units)) for units, sku in (each.split() for each in wanted)
    )


def only(quote: lg.Quote) -> lg.AppliedDeal:
    (applied,) = quote.deals
    return applied


# --- how much credit -------------------------------------------------------------------------------


@spec("DE-9")
@pytest.mark.parametrize(
    ("ordered", "rule", "credit"),
    [
        (40, "", "72.00"),
        (45, "", "72.00"),
        (9, "", None),
        (45, " proportional", "81.00"),
        (41, " proportional", "73.80"),
        (9, " proportional", None),
        (45, " whole multiples", None),
        (50, " whole multiples", "90.00"),
    ],
)
def test_bonus_stock_scales_with_the_units_ordered(ordered, rule, credit):
    """The source's example: every 10 units give the value of 1, so 40 give the value of 4."""
    quote = priced(cart(f"{ordered} cedar"), bonus(f"10+1{rule}"), products=CANDLES)

    if credit is None:
        assert quote.deals == ()
    else:
        assert only(quote).credit == usd(credit)


@spec("DE-10")
def test_a_unit_is_worth_what_the_deal_says():
    quote = priced(cart("20 cedar"), bonus("10+1 at 5.00"), products=CANDLES)

    assert only(quote).credit == usd("10.00")


@spec("DE-10")
def test_over_mixed_products_it_is_the_lowest_list_price_of_those_ordered():
    quote = priced(cart("5 cedar", "5 fig"), bonus("10+1"), products=CANDLES)
    assert only(quote).credit == usd("18.00")

    fig_only = priced(cart("10 fig"), bonus("10+1"), products=CANDLES)
    assert only(fig_only).credit == usd("20.00")


@spec("DE-10")
def test_lines_that_end_up_on_another_deal_still_set_the_value():
    half = deal("50%", "cedar", code="HALF")
    quote = priced(cart("10 cedar", "10 fig"), bonus("10+1"), half, products=CANDLES)

    assert on_deals(quote) == ["HALF", "BONUS"]
    assert {d.offer: d.credit for d in quote.deals} == {"HALF": 0, "BONUS": usd("18.00")}


@spec("DE-11")
def test_free_stock_is_a_fixed_credit_once_the_deal_is_triggered():
    """The source's example: a minimum of 10 units gives 50.00."""
    free = bonus("50.00 free stock", units=10)

    assert priced(cart("9 cedar"), free, products=CANDLES).deals == ()
    assert only(priced(cart("10 cedar"), free, products=CANDLES)).credit == usd("50.00")
    assert only(priced(cart("40 cedar"), free, products=CANDLES)).credit == usd("50.00")


@spec("CH-1")
def test_giveaway_credit_counts_at_face_value_against_other_deals():
    free = bonus("50.00 free stock", units=10)
    less = deal("25%", "cedar", code="LESS")
    more = deal("40%", "cedar", code="MORE")

    assert on_deals(priced(cart("10 cedar"), free, less, products=CANDLES)) == ["BONUS"]
    assert on_deals(priced(cart("10 cedar"), free, more, products=CANDLES)) == ["MORE"]


# --- what is given away ----------------------------------------------------------------------------


@spec("DE-12", "DE-15")
def test_the_user_chooses_from_the_selection_at_standard_list_price():
    wanted = cart("40 cedar", giveaways=given("1 votive", "2 taper"))
    quote = priced(wanted, bonus("10+1"), products=CANDLES)

    assert (only(quote).used, only(quote).left) == (usd("54.00"), usd("18.00"))
    bonus_lines = [each for each in quote.lines if each.bonus]
    assert [(b.sku, b.units, b.gross, b.net, b.added_by) for b in bonus_lines] == [
        ("votive", 1, usd("30.00"), 0, "BONUS"),
        ("taper", 2, usd("24.00"), 0, "BONUS"),
    ]
    assert quote.total == usd("640.00")
    assert quote.benefit == usd("72.00")


@spec("DE-12")
def test_an_automatic_deal_gives_its_products_in_the_order_of_preference():
    quote = priced(cart("40 cedar"), bonus("10+1", gives=("votive", "match")), products=CANDLES)

    # 72.00: two votives at 30.00, and one match bottle at 9.00 of the 12.00 that are left.
    assert [(b.sku, b.units) for b in quote.lines if b.bonus] == [("votive", 2), ("match", 1)]
    assert only(quote).left == usd("3.00")


@spec("DE-13")
def test_the_unit_that_does_not_fit_is_refused_with_the_amount_that_is_missing():
    wanted = cart("10 cedar", giveaways=given("2 match", "1 taper"))
    quote = priced(wanted, bonus("10+1"), products=CANDLES)

    assert [(b.sku, b.units) for b in quote.lines if b.bonus] == [("match", 2)]
    (refusal,) = quote.refusals
    assert refusal.code is lg.RefusalCode.CREDIT_TOO_SMALL
    assert refusal.sentence.startswith("12.00 of credit is missing for the next unit of taper")


@spec("DE-13")
def test_of_several_units_those_that_fit_are_given():
    wanted = cart("20 cedar", giveaways=given("4 taper"))
    quote = priced(wanted, bonus("10+1"), products=CANDLES)

    assert [(b.sku, b.units) for b in quote.lines if b.bonus] == [("taper", 3)]
    (refusal,) = quote.refusals
    assert "12.00 of credit is missing" in refusal.sentence
    assert "remove 1 unit" in refusal.sentence


@spec("DE-13")
def test_what_is_given_away_without_credit_is_to_be_removed():
    wanted = cart("9 cedar", giveaways=given("1 match"))
    quote = priced(wanted, bonus("10+1"), products=CANDLES)

    (refusal,) = quote.refusals
    assert (refusal.offer, refusal.code) == ("BONUS", lg.RefusalCode.NO_CREDIT)


@spec("DE-12")
def test_only_products_of_the_selection_are_given_away():
    wanted = cart("10 cedar", giveaways=given("1 fig"))
    quote = priced(wanted, bonus("10+1"), products=CANDLES)

    (refusal,) = quote.refusals
    assert refusal.code is lg.RefusalCode.NOT_TO_GIVE


@spec("DE-15", "ST-2")
def test_bonus_units_are_no_target_and_count_toward_no_trigger():
    """A match bottle given away neither lifts the deal on match bottles nor is discounted again."""
    matches = deal("10%", "match", units=2, code="MATCHES")
    all_off = promotion(order_off("10%"))
    wanted = cart("10 cedar", "1 match", giveaways=given("1 match"))
    quote = priced(
        wanted,
        bonus("10+1", on="cedar"),
        matches,
        all_off,
        voucher("20%"),
        products=CANDLES,
    )

    (free,) = [each for each in quote.lines if each.bonus]
    assert (free.gross, free.net) == (usd("9.00"), 0)
    assert {a.offer for a in quote.adjustments if a.line == free.id} == {"BONUS"}
    assert refused(quote, "MATCHES").found == 1


@spec("DE-15")
def test_bonus_units_are_not_taxed():
    graz = lg.Location("graz", tax={"standard": lg.percent(20)})
    wanted = cart("10 cedar", giveaways=given("1 match"))
    quote = priced(wanted, bonus("10+1"), products=CANDLES, location=graz)

    assert quote.tax == usd("32.00")


# --- referred --------------------------------------------------------------------------------------


def referred(deal_: lg.Deal, lines: str, asked: str = "0.00", **fields: Any) -> lg.Quote:
    said = cart(lines)
    (each,) = said.lines
    picked = lg.CartLine("1", each.sku, each.quantity, deal=deal_.code)
    whole = lg.Cart((picked,), said.at, referred={deal_.code: usd(asked)}, **fields)
    return priced(whole, deal_, products=CANDLES)


@spec("DE-8")
def test_a_deal_that_may_be_referred_is_applied_without_its_trigger():
    quote = referred(deal("10%", CANDLE, units=6, referable=True), "5 fig")

    assert only(quote).referred
    assert quote.referred
    assert quote.discount == usd("10.00")


@spec("DE-8")
def test_a_deal_whose_trigger_is_met_needs_no_referral():
    quote = referred(deal("10%", CANDLE, units=6, referable=True), "6 fig")

    assert only(quote).off == usd("12.00")
    assert not quote.referred


@spec("DE-8")
def test_a_deal_that_may_not_be_referred_is_not():
    quote = referred(deal("10%", CANDLE, units=6), "5 fig")

    assert quote.deals == ()
    assert {r.code for r in quote.refusals} == {
        lg.RefusalCode.NOT_REFERABLE,
        lg.RefusalCode.PICK_NOT_VALID,
    }


@spec("DE-14")
def test_a_referred_bonus_deal_gives_the_credit_that_is_asked_for_and_nothing_by_itself():
    ten = bonus("10+1", referable=True)

    assert only(referred(ten, "9 fig")).credit == 0
    assert only(referred(ten, "9 fig", "15.00")).credit == usd("15.00")


@spec("DE-14")
def test_no_more_than_a_fixed_credit_is_given_whatever_is_asked_for():
    free = bonus("20.00 free stock", units=10, referable=True)
    quote = referred(free, "9 fig", "30.00", giveaways=given("2 match"))

    assert (only(quote).credit, only(quote).used) == (usd("20.00"), usd("18.00"))


@spec("DE-14")
def test_credit_that_is_lowered_cuts_what_was_allocated():
    free = bonus("10+1", referable=True)
    quote = referred(free, "9 fig", "10.00", giveaways=given("2 match"))

    assert [(b.sku, b.units) for b in quote.lines if b.bonus] == [("match", 1)]
    assert [r.code for r in quote.refusals] == [lg.RefusalCode.CREDIT_TOO_SMALL]
