"""The best plan by looking at every plan: slow, naive, and written apart from the solver."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from largesse.engine.assignment.problem import Plan, Problem, benefit, keeps_picks, met_tier, score

PLANS_MAX = 3_000
"""Above so many plans, they are looked at deal by deal."""


class Best(NamedTuple):
    value: int
    plan: Plan


Rank = tuple[int, int, int, tuple[int, ...]]


def best_of_all(problem: Problem) -> Best | None:
    """The largest value; then the fewest lines on deals; then the lower deals, line by line (CH-1).

    None if no plan keeps the held lines.
    """
    return _plan_by_plan(problem) if _count(problem) <= PLANS_MAX else _deal_by_deal(problem)


def _choices(problem: Problem) -> list[list[int | None]]:
    return [
        [None, *[j for j, deal in enumerate(problem.deals) if i in deal.lines]]
        for i in range(len(problem.lines))
    ]


def _count(problem: Problem) -> int:
    count = 1
    for choices in _choices(problem):
        count *= len(choices)
    return count


def rank(problem: Problem, plan: Plan, value: int) -> Rank:
    """The preferred plan has the largest rank; a line on no deal comes after all deals.

    First come plans with more of the held lines on deals.
    """
    none = len(problem.deals)
    kept = sum(plan[i] is not None for i in problem.held)
    places = tuple(-(none if j is None else j) for j in plan)
    return kept, value, -sum(j is not None for j in plan), places


def _plan_by_plan(problem: Problem) -> Best | None:
    best: tuple[Rank, Plan] | None = None
    for plan in product(*_choices(problem)):
        if problem.held and not keeps_picks(problem, plan):
            continue
        ranked = rank(problem, plan, score(problem, plan)), plan
        if best is None or ranked[0] > best[0]:
            best = ranked
    return None if best is None else Best(best[0][1], best[1])


def _deal_by_deal(problem: Problem) -> Best | None:
    """For each set of lines the best plan of the deals so far: every set times every subset of it."""
    n = len(problem.lines)
    nothing: Plan = (None,) * n
    best = {lines: (rank(problem, nothing, 0), nothing) for lines in range(1 << n)}
    for j, deal in enumerate(problem.deals):
        mine = sum(1 << i for i in deal.lines)
        brings = {}
        for taken in _subsets(mine):
            on = [i for i in deal.lines if taken >> i & 1]
            if met_tier(problem, deal, on):
                brings[taken] = benefit(problem, deal, on)
        before = best.copy()
        for free in before:
            for taken in _subsets(free & mine):
                if taken in brings:
                    (_, value, _, _), plan = before[free & ~taken]
                    plan = tuple(j if taken >> i & 1 else at for i, at in enumerate(plan))
                    ranked = rank(problem, plan, value + brings[taken])
                    best[free] = max(best[free], (ranked, plan), key=lambda each: each[0])
    (kept, value, _, _), plan = best[(1 << n) - 1]
    return Best(value, plan) if kept == len(problem.held) else None


def _subsets(lines: int) -> Iterator[int]:
    subset = lines
    while subset:
        yield subset
        subset = (subset - 1) & lines
