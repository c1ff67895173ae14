"""A promotion gives no more than its budget has left (PR-5): what exceeds it is cut, or others are
better.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from largesse.engine.choice.decide import Found, decide
from largesse.engine.choice.line_by_line import Choice
from largesse.engine.settlement import Given

if TYPE_CHECKING:
    from largesse.engine.stages.pricing_state import Pricing

TRIED_APART: Final = 8
"""So many promotions that would give too much are tried one by one; others together (CH-2)."""


def over_budget(pricing: Pricing, given: Iterable[Given]) -> dict[str, int]:
    """The promotions that would give more than they have left, and what that is."""
    sums: dict[str, int] = {}
    promotions = {}
    for one in given:
        if one.award.promotion.budget is not None:
            promotions[one.award.code] = one.award.promotion
            sums[one.award.code] = sums.get(one.award.code, 0) + one.amount
    left = {code: pricing.budget_left(promotion) or 0 for code, promotion in promotions.items()}
    return {code: left[code] for code, total in sums.items() if total > left[code]}


def within_budgets(
    pricing: Pricing, choice: Choice, free: Found, over: Mapping[str, int], steps: int
) -> Found:
    """The best of: promotions cut at what their budgets have left, all of them, or without one of them,
    or without any.

    `free` was decided as if there were no budgets. No choice saves more than that; nor more than what
    the budgets have left and the best of the others together.
    """
    # All budgets: a plan that keeps to some may bring in others.
    choice = replace(choice, budgets=_all_left(pricing, choice))
    best = decide(choice, steps)
    instead, bound = _without(choice, over, steps)
    plans = [instead]
    if len(over) > 1:
        plans += [_without(choice, [code], steps)[0] for code in list(over)[:TRIED_APART]]
    best = max([best, *plans], key=_saving)
    most = min(_saving(free) + free.gap, sum(over.values()) + bound)
    return Found(best.lots, best.given, max(0, most - _saving(best)), free.steps)


def _all_left(pricing: Pricing, choice: Choice) -> dict[str, int]:
    """What is left of every budget that a choice could meet."""
    met = {
        award.code: award.promotion
        for live in choice.live
        for award in (*live.alone, *live.stacking, *live.tied)
        if award.promotion.budget is not None
    }
    return {code: pricing.budget_left(promotion) or 0 for code, promotion in met.items()}


def _without(choice: Choice, closed: Collection[str], steps: int) -> tuple[Found, int]:
    """What is decided without some promotions, and what no choice without them saves more than."""
    others = replace(choice, qualification=choice.qualification.without(frozenset(closed)))
    free = decide(replace(others, budgets={}), steps)
    found = decide(others, steps) if others.budgets.keys() - set(closed) else free
    return found, _saving(free) + free.gap


def _saving(found: Found) -> int:
    return sum(given.amount for given in found.given)
