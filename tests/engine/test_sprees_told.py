"""Shopping sprees: what they bring once the order is posted, and what is told of them (SP-9, SP-11)."""

from __future__ import annotations

from typing import Any

import pytest

import largesse as lg
from tests.engine.rewards import only, sold
from tests.words import (
    bought,
    cart,
    chosen,
    credit,
    customer,
    distributor,
    off,
    order_off,
    promotion,
    reason,
    refused,
    spec,
    spree,
    usd,
    worth,
)

# --- the rep's income --------------------------------------------------------------------------------


@spec("SP-9")
@pytest.mark.parametrize(
    ("fields", "wanted", "expected"),
    [
        ({}, ["1 apron"], "0.00"),
        # 50.00 of the award is given: 25 % of that
        ({"rep_income": "percentage", "rep_income_percent": 250_000}, ["1 apron"], "12.50"),
        # 14.50 × 33.3333 % = 4.8333…
        ({"rep_income": "percentage", "rep_income_percent": 333_333}, ["1 mug"], "4.83"),
        ({"rep_income": "percentage", "rep_income_percent": 250_000}, [], "0.00"),
        ({"rep_income": "amount", "rep_income_amount": 700}, ["1 mug"], "7.00"),
        ({"rep_income": "amount", "rep_income_amount": 700}, [], "0.00"),
        # where there is an amount beside the percentage, and the other way round
        ({"rep_income": "percentage", "rep_income_percent": 250_000, "rep_income_amount": 700},
         ["1 apron"], "12.50"),
        ({"rep_income": "amount", "rep_income_percent": 250_000, "rep_income_amount": 700},
         ["1 apron"], "7.00"),
    ],
)  # fmt: skip
def test_a_part_of_what_is_given_is_income_of_the_rep(fields: Any, wanted: Any, expected: str):
    quote = sold(cart(rep="dora", sprees=chosen(*wanted)), promotion(spree("60.00", **fields)))

    assert quote.format(only(quote).rep_income) == expected
    assert only(quote).rep == (None if expected == "0.00" else "dora")
    rule = "none" if expected == "0.00" else fields["rep_income"]
    assert only(quote).rep_income_by == rule


@spec("SP-9")
def test_only_what_the_spree_pays_is_income():
    taxed: Any = {"rep_income": "percentage", "rep_income_percent": 1_000_000}
    offer = promotion(spree("20.00", over_purchase=True, **taxed))

    assert only(sold(cart(rep="dora", sprees=chosen("1 apron")), offer)).rep_income == 2000


@spec("SP-9")
@pytest.mark.parametrize(
    ("fields", "rep"),
    [
        ({"rep": "dora"}, "dora"),
        ({"rep": "dora", "customer": customer(sponsor="rita")}, "dora"),
        ({"customer": customer(sponsor="rita")}, "rita"),
        ({"customer": customer()}, None),
        ({}, None),
    ],
)
def test_it_is_income_of_the_order_s_rep_else_of_the_buyer_s_sponsor(fields: Any, rep: Any):
    offer = promotion(spree("60.00", rep_income="amount", rep_income_amount=700))
    found = only(sold(cart(sprees=chosen("1 apron"), **fields), offer))

    assert (found.rep, found.rep_income) == (rep, 700 if rep else 0)


# --- what is not spent -------------------------------------------------------------------------------


@spec("SP-11")
@pytest.mark.parametrize(
    ("rule", "buyer", "wanted", "expected"),
    [
        ("credit", customer(), ["1 apron"], [("anna", "", "10.00")]),
        ("credit", distributor(), [], [("dora", "", "60.00")]),
        ("credit", customer(), ["1 apron", "1 mug"], []),
        ("credit", None, ["1 apron"], []),
        ("ignore", customer(), ["1 apron"], []),
    ],
)
def test_the_excess_becomes_credit_of_a_known_buyer_on_the_main_account(
    rule: Any, buyer: Any, wanted: Any, expected: Any
):
    offer = promotion(spree("60.00", over_purchase=True, carry_over=rule), revision=2, title="Host")
    quote = sold(cart(customer=buyer, sprees=chosen(*wanted)), offer)

    assert [(c.owner, c.account, quote.format(c.amount)) for c in quote.credits] == expected
    for each in quote.credits:
        assert (each.by, each.to, each.offer) == ("spree", "buyer", "PROMO")
        assert (each.revision, each.title, each.lines) == (2, "Host", ())


@spec("SP-11", "SP-2")
def test_nothing_is_carried_over_on_an_order_that_the_spree_is_not_for():
    hosts = frozenset({lg.OrderType.HOST_REWARD})
    offer = promotion(spree("60.00", carry_over="credit", order_types=hosts))

    assert sold(cart("1 mug", customer=customer()), offer).credits == ()


@spec("SP-10")
@pytest.mark.parametrize("counts", [True, False])
def test_whether_it_counts_toward_retained_earnings_is_passed_on(counts: bool):
    quote = sold(cart("1 mug"), promotion(spree("60.00", retained_earnings=counts)))

    assert only(quote).retained_earnings is counts


# --- what is told ------------------------------------------------------------------------------------


@spec("EX-1", "SP-3", "SP-4")
def test_asked_about_it_tells_the_award_what_it_is_of_and_its_cap():
    offer = promotion(off("10%"), spree("50% up to 30.00"))
    explanation = sold(cart("1 apron", sprees=chosen("1 mug")), offer).explain("PROMO")
    assert explanation.refusal is None
    assert explanation.spree is not None

    found = explanation.spree
    assert (found.award, found.base, found.percent, found.maximum) == (2250, 4500, 500_000, 3000)
    assert [(a.stage.value, a.amount) for a in explanation.adjustments] == [
        ("standard", 500),
        ("reward", 1450),
    ]


@spec("EX-1", "SP-5")
@pytest.mark.parametrize(
    ("said", "times", "expected"),
    [
        ("50.00", 2, ""),
        ("10%", 1, "10 % of 50.00"),
        ("12.5% up to 7.00", 2, "12.5 % of 100.00, 2 times, at most 7.00"),
    ],
)
def test_what_it_is_a_part_of_is_told_in_words(said: str, times: int, expected: str):
    offer = promotion(spree(said), bought(1), cumulative=True)
    quote = sold(cart(f"{times} apron"), offer)

    assert only(quote).basis_said(quote.book.currency) == expected


@spec("EX-1")
def test_what_does_not_fit_is_no_reason_why_a_spree_was_not_given():
    explanation = sold(cart(sprees=chosen("1 apron")), promotion(spree("20.00"))).explain("PROMO")

    assert (explanation.refusal, explanation.adjustments) == (None, ())
    assert explanation.spree is not None


@spec("EX-2")
def test_a_subtotal_that_is_too_low_by_a_little_is_a_near_miss():
    quote = sold(cart("4 towel"), promotion(spree("10%"), worth("40.00"), title="For you"))
    (miss,) = quote.near_misses

    # Five towels are 45.00, of which 10 % may be spent.
    assert (miss.offer, miss.sku, miss.units, miss.saving) == ("PROMO", "towel", 1, 450)
    assert miss.sentence == "Add 1 unit of towel: For you (saves 4.50)."
    assert reason(quote) == "subtotal_too_low"


@spec("EX-2")
def test_a_spree_that_the_order_has_is_no_near_miss():
    quote = sold(cart("4 towel"), promotion(spree("10%"), bought(1)))

    assert quote.near_misses == ()


@spec("EX-1", "CH-3")
def test_one_of_two_actions_that_gives_nothing_does_not_speak_for_the_promotion():
    offer = promotion(order_off("10%"), spree("10% of the party"))
    quote = sold(cart("1 apron"), offer)

    assert (quote.sprees, quote.explain("PROMO").refusal) == ((), None)
    alone = sold(cart("1 apron"), promotion(spree("10% of the party")))
    assert refused(alone, "PROMO").sentence == (
        "Its shopping spree is a part of a party's total; this order is of none."
    )


@spec("EX-3", "SP-6", "SP-11")
def test_a_receipt_shows_what_is_chosen_and_what_the_spree_pays():
    offer = promotion(spree("50.00", over_purchase=True, carry_over="credit"), title="For Anna")
    buyer = customer()
    spent = sold(cart("1 towel", customer=buyer, sprees=chosen("2 candle", "1 apron")), offer)
    assert (
        spent.receipt()
        == """\
1 × towel                                                   9.00
2 × Soy candle, fig (chosen)                               36.00
  For Anna                                                -20.93
                                                           15.07
1 × Linen apron, flax (chosen)                             50.00
  For Anna                                                -29.07
                                                           20.93
Before discounts                                           95.00
You save                                                  -50.00
Subtotal                                                   45.00
Total USD                                                  45.00
For Anna: spree, 50.00 spent, 0.00 left                    50.00"""
    )

    left = sold(cart("1 towel", customer=buyer), offer)
    assert left.receipt().splitlines()[-2:] == [
        "For Anna: spree, 0.00 spent, 50.00 left                    50.00",
        "For Anna: credit for the buyer                             50.00",
    ]
    assert "Soy candle, fig (chosen)" in spent.receipt_html()
    assert "For Anna: spree, 50.00 spent, 0.00 left" in spent.receipt_html()


@spec("AC-7", "SP-11")
def test_credit_of_an_action_and_of_what_is_not_spent_are_told_apart():
    offer = promotion(spree("60.00", carry_over="credit"), credit("5.00"))
    quote = sold(cart(customer=customer(), sprees=chosen("1 apron")), offer)

    assert {(c.by, c.account, c.amount) for c in quote.credits} == {
        ("spree", "", usd("10.00")),
        ("promotion", "POINTS", usd("5.00")),
    }
