"""What the best deal is: triggers, remainders, held lines, ties; each a case that can be added up."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from bench.deals import any_of, rep
from largesse.engine.assignment.checker import check
from largesse.engine.assignment.problem import (
    Bonus,
    Candidate,
    Need,
    OrderLine,
    Plan,
    Problem,
    Remainder,
    Tier,
    keeps_picks,
    score,
)
from largesse.engine.assignment.solving import Proof, Solution, solve
from tests.words import spec


def problem(*deals: Candidate, units: tuple[int, ...], held: tuple[int, ...] = ()) -> Problem:
    """Lines of so many units, each unit worth 100."""
    lines = tuple(OrderLine(each, 100 * each) for each in units)
    return Problem(lines, deals, frozenset(held))


def deal(lines: tuple[int, ...], *tiers: Tier, needs: tuple[Need, ...] = ()) -> Candidate:
    return Candidate(f"D{lines}", lines, tiers, needs)


def solved(given: Problem) -> Solution:
    """The solution, whose proof holds."""
    found = solve(given)
    assert found is not None
    verdict = check(given, found.plan, found.value, found.certificate)
    assert verdict.bound == found.checked_bound, verdict.reason
    assert verdict.proven == (found.proof is Proof.CHECKED)
    return found


@spec("DE-4", "DE-5")
def test_a_trigger_over_several_lines_is_worth_a_smaller_benefit_on_one_of_them() -> None:
    alone = deal((0,), Tier((30,)))
    together = deal((0, 1), Tier((20, 20), min_units=4))
    assert solved(problem(alone, together, units=(2, 2))).plan == (1, 1)


@spec("DE-5")
def test_a_line_that_only_helps_to_reach_a_trigger_is_put_on_the_deal() -> None:
    alone = deal((0,), Tier((30,)))
    together = deal((0, 1), Tier((0, 40), min_units=4))
    found = solved(problem(alone, together, units=(2, 2)))
    assert (found.plan, found.value) == ((1, 1), 40)


@spec("DE-9")
@pytest.mark.parametrize(
    ("remainder", "worth"),
    [
        (Remainder.FLOOR, 400),
        (Remainder.PROPORTIONAL, 450),
        (Remainder.WHOLE_MULTIPLES, 400),
    ],
)
def test_units_beyond_a_whole_multiple_bring_what_the_remainder_rule_says(
    remainder: Remainder, worth: int
) -> None:
    # 45 units: whole multiples leave the line of 5 out, so that 40 are on the deal.
    bonus = deal((0, 1), Tier((0, 0), bonus=Bonus(10, 100, remainder)))
    found = solved(problem(bonus, units=(40, 5)))
    assert found.value == worth
    assert found.plan == ((0, 0) if remainder is Remainder.PROPORTIONAL else (0, None))


@spec("DE-2")
def test_a_higher_tier_that_gives_less_is_kept_away_from() -> None:
    worse = deal((0, 1), Tier((50, 50), min_units=2), Tier((10, 10), min_units=4))
    found = solved(problem(worse, units=(2, 2)))
    assert (found.plan, found.value) == ((0, None), 50)


@spec("DE-2")
def test_a_worse_tier_with_both_minimums_is_kept_away_from_by_either() -> None:
    lines = (OrderLine(1, 900), OrderLine(5, 50), OrderLine(5, 50))
    tiers = Tier((40, 30, 30), min_units=1), Tier((1, 1, 1), min_units=6, min_value=900)
    found = solved(Problem(lines, (deal((0, 1, 2), *tiers),)))
    assert (found.plan, found.value) == ((None, 0, 0), 60)


@spec("DE-2")
def test_a_deal_needs_units_of_each_of_its_product_sets() -> None:
    needs = Need(frozenset({0, 1}), 3), Need(frozenset({2}), 2)
    credit = deal((0, 1, 2), Tier((0, 0, 0), once=100), needs=needs)
    assert solved(problem(credit, units=(3, 4, 2))).plan == (0, None, 0)
    assert solved(problem(credit, units=(3, 4, 1))).plan == (None, None, None)


@spec("DE-6")
def test_a_held_line_is_on_a_deal_that_is_met_whatever_it_costs() -> None:
    dear = deal((0,), Tier((30,)))
    poor = deal((0, 1), Tier((1, 1), min_units=4))
    picked = problem(poor, dear, units=(2, 2), held=(1,))
    found = solved(picked)
    assert (found.plan, found.value) == ((0, 0), 2)
    assert keeps_picks(picked, found.plan)


@spec("DE-6")
def test_there_is_no_plan_where_held_lines_need_each_other_on_two_deals() -> None:
    one = deal((0, 2), Tier((5, 5), min_units=4))
    other = deal((1, 2), Tier((5, 5), min_units=4))
    assert solve(problem(one, other, units=(2, 2, 2), held=(0, 1))) is None
    assert solve(problem(one, units=(2, 1, 1), held=(0,))) is None


@spec("CH-1")
def test_lines_that_gain_nothing_stay_free_for_promotions() -> None:
    credit = deal((0, 1, 2), Tier((0, 0, 0), min_units=2, once=50))
    assert solved(problem(credit, units=(1, 2, 1))).plan == (None, 0, None)


@spec("CH-1")
def test_of_plans_that_bring_the_same_the_one_with_earlier_deals_on_earlier_lines_is_preferred() -> (
    None
):
    first, second = deal((0, 1), Tier((10, 10))), deal((0, 1), Tier((10, 10)))
    assert solved(problem(first, second, units=(1, 1))).plan == (0, 0)
    credits = [deal((0, 1, 2), Tier((0, 0, 0), min_units=1, once=9)) for _ in range(2)]
    assert solved(problem(*credits, units=(1, 1, 1))).plan == (0, 1, None)


@spec("BE-1")
def test_the_published_hard_case_is_proven_and_its_proof_can_be_checked() -> None:
    # Any 6 of 20 products: 38,760 ways to choose, three times over.
    found = solved(any_of(7, rivals=0))
    assert found.proof is Proof.CHECKED


@spec("BE-1")
def test_bonus_stock_that_asks_for_value_over_many_lines_is_proven_and_its_proof_can_be_checked() -> (
    None
):
    # So many sets of lines come near the minimum that they can't be gone through.
    units = 36, 24, 6, 36, 24, 6, 12, 36, 3, 36, 36, 12, 36, 36, 12, 24, 12, 3, 48, 48
    value = 145, 20, 5, 198, 22, 12, 48, 64, 3, 44, 16, 32, 174, 185, 6, 72, 21, 4, 13, 23
    lines = tuple(OrderLine(*each) for each in zip(units, value, strict=True))
    by_value = deal(tuple(range(18)), Tier((0,) * 18, min_value=850, bonus=Bonus(45, 2664)))
    by_units = deal((3, 18, 19), Tier((0,) * 3, min_units=100, bonus=Bonus(60, 1320)))
    found = solved(Problem(lines, (by_value, by_units)))
    assert found.proof is Proof.CHECKED


@spec("BE-1")
@pytest.mark.parametrize("seed", range(3))
def test_deals_that_share_no_line_are_decided_apart(seed: int) -> None:
    one, other = rep(seed, 20, 8), rep(seed + 50, 20, 8)
    shifted = [
        each._replace(
            lines=tuple(i + len(one.lines) for i in each.lines),
            needs=tuple(
                need._replace(lines=frozenset(i + len(one.lines) for i in need.lines))
                for need in each.needs
            ),
        )
        for each in other.deals
    ]
    both = Problem(one.lines + other.lines, (*one.deals, *shifted))
    assert solved(both).value == solved(one).value + solved(other).value


@spec("BE-1", "CH-2")
@pytest.mark.parametrize("steps", [0, 200, 2_000, 20_000, 200_000])
def test_with_few_steps_the_plan_holds_the_bound_is_honest_and_two_runs_agree(steps: int) -> None:
    given = rep(3, 60, 30)
    best = solve(given)
    assert best is not None
    assert best.proof is not Proof.OPEN
    found = solve(given, steps=steps)
    assert found is not None
    assert found == solve(given, steps=steps)
    assert found.value == score(given, found.plan) <= best.value <= found.bound
    assert found.bound <= found.checked_bound


@spec("CH-2")
def test_few_steps_change_nothing_for_a_small_order() -> None:
    given = rep(3, 7, 5)
    assert solve(given, steps=0) == solve(given)


@spec("QU-25", "CH-1")
def test_the_order_in_which_deals_are_told_changes_nothing_once_they_are_ranked() -> None:
    given = rep(5, 40, 20)
    shuffled = list(given.deals)
    random.Random(1).shuffle(shuffled)
    ranked = tuple(sorted(shuffled, key=lambda each: each.code))
    assert solve(given._replace(deals=ranked)) == solve(given)


@spec("QU-25")
def test_the_hash_seed_changes_nothing() -> None:
    program = (
        "from bench.deals import rep\n"
        "from largesse.engine.assignment.solving import solve\n"
        "print(solve(rep(5, 40, 20), steps=5_000))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]


def test_small_orders_load_no_solver() -> None:
    program = (
        "import sys\n"
        "from bench.deals import tiny\n"
        "from largesse.engine.assignment.solving import solve\n"
        "solve(tiny(1))\n"
        "assert not {'numpy', 'highspy'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
    )


def test_a_plan_for_another_order_has_no_value() -> None:
    plan: Plan = (None,)
    with pytest.raises(ValueError, match="the plan has 1 places"):
        score(problem(units=(1, 1)), plan)
