"""A shipping discount: a part off the charge, after all that comes off the lines (AC-7)."""

from __future__ import annotations

from itertools import product as every_combination

import pytest
from hypothesis import strategies as st

import largesse as lg
from tests.engine.cases import for_all
from tests.words import (
    cart,
    exclusion,
    off,
    post,
    priced,
    promotion,
    reason,
    refused,
    shipping_off,
    spec,
    usd,
    voucher,
    worth,
)

MUG = cart("1 mug @ 50.00", shipping="6.00")


@spec("AC-7", "ST-4")
@pytest.mark.parametrize(
    ("said", "charge"),
    [("100%", "0.00"), ("12.5%", "5.25"), ("2.00", "4.00"), ("= 4.90", "4.90"), ("= 7.00", "6.00")],
)
def test_a_percentage_or_an_amount_off_the_charge_or_what_it_shall_be(said, charge):
    quote = priced(MUG, promotion(shipping_off(said)))

    assert quote.format(quote.shipping) == charge
    assert quote.total == usd("50.00") + quote.shipping
    assert quote.discount == 0
    assert quote.saved == usd("6.00") - quote.shipping


@spec("ST-4", "AC-7")
def test_its_adjustment_is_of_no_line_and_of_the_stage_of_shipping():
    (adjustment,) = priced(MUG, promotion(shipping_off("2.00"))).adjustments

    assert (adjustment.stage, adjustment.line, adjustment.amount) == (lg.Stage.SHIPPING, None, 200)


@spec("MO-5", "AC-7")
def test_no_charge_goes_below_zero_and_the_cut_is_told():
    quote = priced(MUG, promotion(shipping_off("10.00")))

    assert quote.shipping == 0
    assert [(a.amount, a.cut_from) for a in quote.adjustments] == [(600, 1000)]


@spec("PR-5", "MO-5")
def test_a_budget_cuts_a_shipping_discount():
    quote = priced(MUG, promotion(shipping_off("100%"), budget=250))

    assert [(a.amount, a.cut_from) for a in quote.adjustments] == [(250, 600)]


@spec("ST-1")
def test_its_conditions_are_those_of_its_stage():
    half = promotion(off("50%"), code="HALF")

    before = promotion(shipping_off("100%"), worth("50.00"))
    assert priced(MUG, half, before).shipping == 0

    after = post(shipping_off("100%"), worth("50.00"))
    quote = priced(MUG, half, after)
    assert quote.shipping == 600
    assert reason(quote) == "subtotal_too_low"


@spec("ST-1")
def test_it_comes_after_the_voucher_and_before_the_payment():
    paid = priced(MUG, promotion(shipping_off("100%")), voucher("60.00"))
    assert [payment.amount for payment in paid.payments] == [usd("50.00")]

    stages = [a.stage for a in priced(
        cart("1 mug @ 50.00", shipping="6.00", customer=lg.Customer("anna")),
        promotion(shipping_off("100%")), voucher("10%"),
    ).adjustments]  # fmt: skip
    assert stages == [lg.Stage.VOUCHER, lg.Stage.SHIPPING]


@spec("EX-1")
def test_without_a_charge_it_says_so():
    quote = priced(cart("1 mug @ 50.00"), promotion(shipping_off("100%")))

    assert refused(quote, "PROMO").sentence == "There is no shipping charge."


@spec("EX-1")
def test_a_charge_that_is_low_already_is_told():
    quote = priced(MUG, promotion(shipping_off("= 9.00")))

    assert refused(quote, "PROMO").sentence == (
        "The shipping charge leaves nothing for it to take off."
    )


# --- several ---------------------------------------------------------------------------------------


@spec("CH-1", "EX-1")
def test_of_several_the_one_that_saves_most_applies():
    one = promotion(shipping_off("2.00"), code="TWO")
    other = promotion(shipping_off("50%"), code="HALF")
    quote = priced(MUG, one, other)

    assert [a.offer for a in quote.adjustments] == ["HALF"]
    refusal = refused(quote, "TWO")
    assert (refusal.code.value, refusal.needed, refusal.found) == ("units_taken", 300, 200)


@spec("CH-1")
def test_of_equal_ones_the_priority_decides_then_the_code():
    def applied(**priority: int) -> str:
        ours = (promotion(shipping_off("2.00"), code=c, priority=p) for c, p in priority.items())
        (adjustment,) = priced(MUG, *ours).adjustments
        return adjustment.offer

    assert applied(B=0, A=0) == "A"
    assert applied(B=1, A=0) == "B"


STACKING = [lg.Stacking.NONE, lg.Stacking.STANDARD, lg.Stacking.POST, lg.Stacking.BOTH]


@spec("AC-4")
def test_they_stack_where_both_agree_standard_before_post():
    both = lg.Stacking.BOTH
    later = post(shipping_off("50%", stacking=both), code="POST", priority=9)
    earlier = promotion(shipping_off("2.00", stacking=both), code="STANDARD")

    quote = priced(MUG, later, earlier)

    assert [(a.offer, a.amount) for a in quote.adjustments] == [("STANDARD", 200), ("POST", 200)]


SHIPPING = st.tuples(
    st.booleans(),
    st.sampled_from(STACKING),
    st.sampled_from(["50%", "10%", "1.00", "4.00", "= 3.00"]),
)


@spec("AC-4", "CH-1")
@for_all(st.lists(SHIPPING, max_size=4), times=150, soak=5000)
def test_no_other_discounts_that_may_stack_leave_a_smaller_charge(said) -> None:
    ours = [
        promotion(
            shipping_off(off, stacking=stacking),
            code=f"P{n}",
            stage=lg.PromotionStage.POST if is_post else lg.PromotionStage.STANDARD,
        )
        for n, (is_post, stacking, off) in enumerate(said)
    ]

    assert priced(MUG, *ours).shipping == least_charge(ours)


def least_charge(promotions: list[lg.Promotion]) -> int:
    """The smallest charge that discounts which all agree leave, by trying all of them."""
    least = 600
    in_order = sorted(promotions, key=lambda p: (p.stage is lg.PromotionStage.POST, p.code))
    for chosen in every_combination([False, True], repeat=len(in_order)):
        ours = [p for p, is_in in zip(in_order, chosen, strict=True) if is_in]
        if all(_agree(a, b) for i, a in enumerate(ours) for b in ours[:i]):
            charge = 600
            for each in ours:
                (action,) = each.actions
                charge -= min(charge, action.off_shipping(charge, 1, half_even=False))
            least = min(least, charge)
    return least


def _agree(one: lg.Promotion, other: lg.Promotion) -> bool:
    def allows(a: lg.Promotion, b: lg.Promotion) -> bool:
        return a.actions[0].stacking in (b.stage.value, lg.Stacking.BOTH)

    return allows(one, other) and allows(other, one)


# --- exclusion groups ------------------------------------------------------------------------------


@spec("CH-3")
def test_in_an_exclusion_group_the_saving_counts_what_comes_off_shipping():
    best = exclusion("G", "best")
    free = promotion(shipping_off("100%"), code="FREE", exclusion_group="G")
    tenth = promotion(off("10%"), code="TENTH", exclusion_group="G")
    quote = priced(MUG, best, free, tenth)

    assert (quote.shipping, quote.discount) == (0, 0)
    refusal = refused(quote, "TENTH")
    assert (refusal.code.value, refusal.found) == ("group_chose_another", 500)

    lowest = priced(MUG, exclusion("G", "lowest"), free, tenth)
    assert (lowest.shipping, lowest.discount) == (600, 500)
    assert reason(lowest, "FREE") == "group_chose_another"


@spec("CH-3")
def test_what_its_group_passed_over_takes_nothing_off_shipping():
    first = exclusion("G", "first")
    tenth = promotion(off("10%"), code="TENTH", exclusion_group="G", priority=1)
    both = promotion(off("1%"), shipping_off("100%"), code="BOTH", exclusion_group="G")
    quote = priced(MUG, first, tenth, both)

    assert quote.awarded == {"TENTH"}
    assert quote.shipping == 600
