"""What one deal brings at most, as the checker finds it, against every set of its lines (QU-26)."""

from __future__ import annotations

import random

import pytest

from largesse.engine.assignment.certificate import MULTIPLIER_SCALE, PRICE_SCALE, Way
from largesse.engine.assignment.checker_terms import EXACTLY, IMPOSSIBLE, DealTerms
from largesse.engine.assignment.problem import Problem, benefit, met_tier
from tests.engine.assignment.problems import small_problem
from tests.words import soak, spec

PRICE_MAX = 80 * PRICE_SCALE
PAY_MAX = 20 * MULTIPLIER_SCALE


def most_of_all_sets(problem: Problem, j: int, prices: list[int], barred: int, forced: int) -> int:
    """Of the sets that have all lines of one kind and none of the other; no deal need be met."""
    deal = problem.deals[j]
    most = IMPOSSIBLE if forced else 0
    for lines in range(1 << len(problem.lines)):
        on = [i for i in deal.lines if lines >> i & 1]
        if len(on) < lines.bit_count() or lines & barred or forced & ~lines:
            continue
        if met_tier(problem, deal, on):
            brings = benefit(problem, deal, on) * PRICE_SCALE
            most = max(most, brings - sum(prices[i] for i in on))
    return most


def drawn_multipliers(rng: random.Random, problem: Problem, j: int) -> dict[Way, tuple[int, ...]]:
    """Good or bad: the most doesn't depend on them. Some are below 0, some ways have none."""
    kinds = 2 + len(problem.deals[j].needs)
    return {
        Way(j, t, n): tuple(rng.choice((0, rng.randint(-PAY_MAX, PAY_MAX))) for _ in range(kinds))
        for t in range(len(problem.deals[j].tiers))
        for n in range(rng.choice((0, 1, 12)))
    }


def check_terms(seed: int) -> None:
    rng = random.Random(f"terms/{seed}")
    problem = small_problem(seed, lines_max=9, deals_max=2)
    for j, deal in enumerate(problem.deals):
        prices = [rng.choice((0, rng.randint(-PRICE_MAX // 4, PRICE_MAX))) for _ in problem.lines]
        terms = DealTerms(problem, j, prices, drawn_multipliers(rng, problem, j))
        for _ in range(4):
            barred = sum(1 << i for i in deal.lines if rng.random() < 0.15)
            forced = sum(1 << i for i in deal.lines if rng.random() < 0.15) & ~barred
            most = most_of_all_sets(problem, j, prices, barred, forced)
            enough = most + rng.randint(-500, 3_000)
            roughly = terms.term(barred, forced, enough)
            assert most <= roughly.most <= max(most, enough)
            exactly = terms.term(barred, forced, EXACTLY)
            assert exactly.most == most
            assert exactly.lines is not None
            assert not exactly.lines & barred
            assert not forced & ~exactly.lines


@spec("QU-26", "BE-1")
@pytest.mark.parametrize("seeds", [range(s, s + 20) for s in range(0, 200, 20)], ids=str)
def test_no_set_of_lines_brings_more_than_is_found_and_one_brings_as_much(seeds: range) -> None:
    for seed in seeds:
        check_terms(seed)


@soak
@spec("QU-26", "BE-1")
@pytest.mark.parametrize("seeds", [range(s, s + 250) for s in range(1000, 5000, 250)], ids=str)
def test_no_set_of_lines_brings_more_in_many_problems(seeds: range) -> None:
    for seed in seeds:
        check_terms(seed)
