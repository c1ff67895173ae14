"""Limits: uses in all, of each customer, in a day; and a budget, used up by what is given (PR-5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import strategies as st

import largesse as lg
from tests.engine.cases import for_all
from tests.words import (
    STEPS,
    book,
    buy,
    by_offer,
    cart,
    customer,
    discounts,
    gift,
    nets,
    off,
    order_off,
    post,
    priced,
    product,
    promotion,
    reason,
    refused,
    saved,
    shares,
    shipping_off,
    spec,
    usd,
)

MUG = cart("1 mug @ 50.00", customer=customer("anna"))


def consumed(quote: lg.Quote) -> list[tuple[str, str, int, str, int | None]]:
    return [(c.kind, c.code, c.units, c.of, c.limit) for c in quote.consumptions]


# --- uses ------------------------------------------------------------------------------------------


@spec("PR-5")
def test_uses_in_all():
    ten = promotion(off("10%"), max_uses=10)

    def quote(used: int) -> lg.Quote:
        return priced(MUG, ten, used={lg.LimitQuery("PROMO", "uses"): used})

    assert consumed(quote(9)) == [("uses", "PROMO", 1, "", 10)]
    refusal = refused(quote(10), "PROMO")
    assert (refusal.code.value, refusal.needed, refusal.found) == ("used_up", 10, 10)
    assert quote(10).consumptions == ()


@spec("PR-5")
def test_uses_of_each_customer():
    once = promotion(off("10%"), max_uses_per_customer=1)
    of_anna = {lg.LimitQuery("PROMO", "uses_per_customer", "anna"): 1}

    assert reason(priced(MUG, once, used=of_anna)) == "used_up"
    other = priced(cart("1 mug @ 50.00", customer=customer("bert")), once, used=of_anna)
    assert consumed(other) == [("uses_per_customer", "PROMO", 1, "bert", 1)]


@spec("PR-5")
def test_nobody_who_is_unknown_gets_what_is_limited_for_each_customer():
    quote = priced(cart("1 mug @ 50.00"), promotion(off("10%"), max_uses_per_customer=1))

    assert saved(quote) == "0.00"
    assert reason(quote) == "customer_needed"


@spec("PR-5")
def test_uses_in_a_day_of_the_business():
    daily = promotion(off("10%"), max_uses_per_day=5)
    # Half past eleven in the evening of 20 November in New York.
    late = cart("1 mug @ 50.00", at="2026-11-21T04:30:00+00:00")
    friday = {lg.LimitQuery("PROMO", "uses_per_day", "2026-11-20"): 5}

    in_new_york = priced(late, daily, used=friday, calendar=lg.Calendar("America/New_York"))
    assert reason(in_new_york) == "used_up"
    assert consumed(priced(late, daily, used=friday)) == [
        ("uses_per_day", "PROMO", 1, "2026-11-21", 5)
    ]


@spec("PR-5")
def test_an_order_is_one_use_however_often_and_on_how_many_lines_it_is_awarded():
    quote = priced(
        cart("1 mug @ 50.00", "1 hat @ 10.00", shipping="5.00"),
        promotion(off("10%"), shipping_off("1.00"), max_uses=3),
    )

    assert consumed(quote) == [("uses", "PROMO", 1, "", 3)]


@spec("PR-5")
def test_what_gives_nothing_uses_nothing():
    limited = promotion(off("10%"), max_uses=3, code="LIMITED")
    better = promotion(off("20%"), code="BETTER")

    assert priced(MUG, limited, better).consumptions == ()


@spec("PR-5")
def test_all_limits_hold_and_each_is_consumed():
    limited = promotion(
        off("10%"), max_uses=9, max_uses_per_customer=2, max_uses_per_day=5, budget=700
    )

    assert consumed(priced(MUG, limited)) == [
        ("uses", "PROMO", 1, "", 9),
        ("uses_per_customer", "PROMO", 1, "anna", 2),
        ("uses_per_day", "PROMO", 1, "2026-11-21", 5),
        ("budget", "PROMO", 500, "", 700),
    ]
    no_day = {lg.LimitQuery("PROMO", "uses_per_day", str(date(2026, 11, 21))): 5}
    assert reason(priced(MUG, limited, used=no_day)) == "used_up"


@spec("PR-5", "AL-7")
def test_an_allotment_that_is_called_like_a_promotion_uses_none_of_its_budget():
    from tests.words import allotment

    same = promotion(off("10%", "hat"), code="CLUB", budget=1000)
    quote = priced(cart("1 mug @ 50.00 by CLUB", "1 hat @ 20.00"), allotment(1, "mug"), same)

    assert consumed(quote) == [
        ("allotment", "CLUB", 1, "", None),
        ("budget", "CLUB", 200, "", 1000),
    ]


@spec("BI-1")
@pytest.mark.parametrize(
    "limit", ["max_uses", "max_uses_per_customer", "max_uses_per_day", "budget"]
)
def test_a_limit_is_more_than_nothing(limit):
    fields: dict[str, Any] = {limit: 0}
    with pytest.raises(lg.Faults) as wrong:
        book(promotion(off("10%"), **fields))

    assert [fault.place for fault in wrong.value.faults] == [f"promotions[PROMO].{limit}"]


# --- a budget --------------------------------------------------------------------------------------


def with_budget(budget: str, *offers: lg.Promotion, spent: str = "0.00") -> lg.Quote:
    """A promotion of 10 % off with a budget, and others, on a mug and a hat."""
    used = {lg.LimitQuery("PROMO", "budget"): usd(spent)}
    both = cart("1 mug @ 50.00", "1 hat @ 30.00")
    return priced(both, promotion(off("10%"), budget=usd(budget)), *offers, used=used)


@spec("PR-5")
def test_a_budget_is_used_up_by_what_is_given():
    assert consumed(with_budget("100.00", spent="91.00")) == [("budget", "PROMO", 800, "", 10000)]
    assert reason(with_budget("100.00", spent="100.00")) == "used_up"
    assert with_budget("100.00", spent="92.00").proven


@spec("PR-5", "MO-4", "MO-5")
def test_an_award_is_cut_to_what_is_left_in_proportion_and_says_so():
    quote = with_budget("100.00", spent="96.00")

    assert discounts(quote) == ["2.50", "1.50"]
    assert [a.cut_from for a in quote.adjustments] == [500, 300]
    assert consumed(quote) == [("budget", "PROMO", 400, "", 10000)]


@spec("PR-5", "MO-5")
def test_an_amount_on_the_order_says_what_it_would_have_been():
    quote = priced(cart("1 mug @ 50.00", "1 hat @ 30.00"), promotion(order_off("8.00"), budget=500))

    assert discounts(quote) == ["3.13", "1.87"]
    assert [a.cut_from for a in quote.adjustments] == [800, 800]


@spec("PR-5", "MO-5")
def test_a_free_unit_is_cut_too():
    quote = priced(cart("2 mug @ 50.00"), promotion(buy(1), budget=500))

    assert [(a.units, a.amount, a.cut_from) for a in quote.adjustments] == [(2, 500, 5000)]


@spec("PR-5")
def test_a_budget_is_shared_by_all_that_a_promotion_gives_the_items_first():
    several = promotion(
        off("10%", "mug"), gift("pen"), shipping_off("100%"), budget=usd("8.00"), code="MANY"
    )
    quote = priced(
        cart("1 mug", shipping="6.00"),
        several,
        products=[product("mug", "40.00"), product("pen", "3.00")],
    )

    assert nets(quote) == ["36.00", "0.00"]
    assert quote.shipping == usd("5.00")
    assert consumed(quote) == [("budget", "MANY", 800, "", 800)]


@spec("PR-5", "AC-4")
def test_what_stacks_on_a_cut_discount_is_of_the_price_that_it_left():
    both = lg.Stacking.BOTH
    first = promotion(off("50%", stacking=both), code="FIRST", priority=1, budget=usd("10.00"))
    then = promotion(off("10%", stacking=both), code="THEN")

    # 50.00 less 10.00 is 40.00, of which a tenth.
    assert by_offer(priced(MUG, first, then)) == {"FIRST": "10.00", "THEN": "4.00"}


@spec("PR-5", "ST-1")
def test_the_post_stage_sees_what_the_standard_stage_left_of_nothing_else():
    standard = promotion(off("10%", "mug"), code="STANDARD", budget=300)
    after = post(off("10%", "hat"), code="POST", budget=100)
    quote = priced(cart("1 mug @ 50.00", "1 hat @ 30.00"), standard, after)

    assert by_offer(quote) == {"STANDARD": "3.00", "POST": "1.00"}


@spec("PR-5", "CH-1")
@pytest.mark.parametrize(
    ("budget", "given"),
    [("8.00", {"PROMO": "8.00"}), ("6.00", {"PROMO": "6.00"}), ("3.99", {"RIVAL": "4.00"})],
)
def test_a_rival_applies_where_a_cut_award_saves_less(budget, given):
    rival = promotion(off("5%"), code="RIVAL")

    assert by_offer(with_budget(budget, rival)) == given


@spec("PR-5", "CH-1")
def test_of_several_with_too_small_a_budget_one_may_be_better_left_out():
    small = promotion(off("50%", "mug"), code="SMALL", budget=100)
    fair = promotion(off("40%", "hat"), code="FAIR", budget=900)
    rival = promotion(off("10%", "mug"), code="RIVAL")
    quote = priced(cart("1 mug @ 50.00", "1 hat @ 30.00"), small, fair, rival)

    assert by_offer(quote) == {"RIVAL": "5.00", "FAIR": "9.00"}


@spec("PR-5")
def test_one_that_comes_in_instead_keeps_to_its_budget_too():
    first = promotion(off("50%"), code="FIRST", budget=100)
    second = promotion(off("40%"), code="SECOND", budget=200)
    third = promotion(off("30%"), code="THIRD", budget=150)

    assert by_offer(priced(MUG, first, second, third)) == {"SECOND": "2.00"}


@spec("PR-5", "CH-2")
def test_a_cut_with_no_rival_is_proven_best():
    assert with_budget("4.00").proven


@spec("CH-2", "PR-5")
def test_what_a_budget_could_have_left_to_others_is_in_the_gap():
    # On the hat alone the promotion would use its budget as well, and the mug would be the rival's.
    rival = promotion(off("9%", "mug"), code="RIVAL")
    quote = with_budget("3.00", rival)

    assert quote.saved + quote.gap >= usd("3.00") + usd("4.50")


# --- held against trying everything ----------------------------------------------------------------

LINES = st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 900)), min_size=1, max_size=3)
OFFERS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "ab"]),
        st.sampled_from(["10%", "25%", "50%", "1.00", "3.00"]),
        st.none() | st.integers(1, 500),
    ),
    min_size=1,
    max_size=4,
)


@spec("PR-5", "CH-2")
@for_all(LINES, OFFERS, times=200, soak=10_000)
def test_no_assignment_of_lines_saves_more_than_the_gap_says(lines, offers) -> None:
    """Each line goes to one promotion or to none, and each promotion gives what its budget has."""
    made = [
        promotion(off(said, tuple(on)), code=f"P{n}", budget=budget)
        for n, (on, said, budget) in enumerate(offers)
    ]
    bought = [lg.CartLine(str(i), sku, 1, unit_price=each) for i, (sku, each) in enumerate(lines)]
    sold = [product(sku, 0) for sku in "ab"]
    quote = priced(cart(*bought), *made, products=sold, steps=STEPS)

    best = best_assignment(lines, offers)
    assert quote.saved <= best <= quote.saved + quote.gap


def best_assignment(
    lines: Sequence[tuple[str, int]], offers: Sequence[tuple[str, str, int | None]]
) -> int:
    """The most that any assignment of lines to promotions saves."""
    best = 0
    ways = [()] if not lines else [(n,) for n in range(-1, len(offers))]
    for _ in lines[1:]:
        ways = [(*way, n) for way in ways for n in range(-1, len(offers))]
    for way in ways:
        given = [0] * len(offers)
        for (sku, price), n in zip(lines, way, strict=True):
            if n >= 0 and sku in offers[n][0]:
                given[n] += _off(offers[n][1], price)
        most = [10**9 if budget is None else budget for _, _, budget in offers]
        best = max(best, sum(map(min, given, most)))
    return best


def _off(said: str, price: int) -> int:
    if said.endswith("%"):
        return (price * int(said[:-1]) * 2 + 100) // 200
    return min(price, usd(said))


@spec("PR-5")
def test_shares_of_a_cut_amount_sum_to_what_is_left():
    quote = priced(
        cart("1 a @ 1.00", "1 b @ 1.00", "1 c @ 1.00"), promotion(off("50%"), budget=100)
    )

    assert shares(quote, "PROMO") == [("1", 1, 34), ("2", 1, 33), ("3", 1, 33)]
