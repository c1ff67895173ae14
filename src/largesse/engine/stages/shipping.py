"""Discounts of the shipping charge: after all that come off the lines, before tax (ST-1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from largesse.engine.award import Award
from largesse.engine.quoted import Adjustment
from largesse.engine.stage import PromotionStage, Stage
from largesse.engine.stages.pricing_state import Pricing


class OffShipping(NamedTuple):
    """What an award takes off the charge that the one before left, and what it would take."""

    award: Award
    off: int
    wanted: int


Qualified = tuple[Award, int]
"""An award, and how often it is given."""


def run(pricing: Pricing) -> None:
    """Apply the discounts that save most on the charge."""
    for award, off, wanted in best(pricing, pricing.later):
        _, offer, revision, title, kind, multipliers, separate = award.quoted
        cut = wanted if wanted > off else None
        pricing.adjustments.append(
            Adjustment(
                Stage.SHIPPING, offer, revision, None, 0, off, title, kind, multipliers, cut, separate
            )
        )  # fmt: skip
        pricing.shipping -= off


def best(pricing: Pricing, later: Iterable[Qualified], *, planned: int = 0) -> list[OffShipping]:
    """The discounts of the charge that save most together; of equal ones the first by rank (CH-1).

    Standard ones come before post ones, and stack where both agree (AC-4). `planned` is what is about
    to be given by the promotion whose awards these are. No discount leaves more of a smaller charge
    than of a larger, so that the best beginning makes the best end.
    """
    awards = [each for each in later if each[0].acts_on == "shipping"]
    if not pricing.shipping or not awards:
        return []
    awards.sort(key=lambda each: each[0].rank)
    standard = [each for each in awards if each[0].stage is PromotionStage.STANDARD]
    post = [each for each in awards if each[0].stage is PromotionStage.POST]
    open_to_post = [each for each in standard if each[0].joins_post]
    joining = [each for each in post if each[0].joins_standard]

    def saving_most(plans: Iterable[Sequence[Qualified]]) -> Sequence[Qualified]:
        return max(plans, key=lambda plan: sum(g.off for g in _given(pricing, plan, planned)))

    first = saving_most([(), *_plans(open_to_post)])
    both = saving_most([first, *([*first, *then] for then in _plans(joining))])
    plan = saving_most([both, *_plans(standard), *_plans(post)])
    return _given(pricing, plan, planned)


def _plans(awards: Sequence[Qualified]) -> list[list[Qualified]]:
    """Each award alone, and all that stack within their stage."""
    stacking = [each for each in awards if each[0].joins_own]
    alone = [[each] for each in awards if not each[0].joins_own]
    return [*alone, stacking] if stacking else alone


def _given(pricing: Pricing, plan: Sequence[Qualified], planned: int) -> list[OffShipping]:
    """What each award of a plan takes off."""
    charge, found = pricing.shipping, []
    given: dict[str, int] = {}
    for award, times in plan:
        wanted = award.action.off_shipping(charge, times, half_even=pricing.book.currency.half_even)
        left = pricing.budget_left(award.promotion)
        off = min(wanted, charge)
        if left is not None:
            off = min(off, left - planned - given.get(award.code, 0))
        if off > 0:
            found.append(OffShipping(award, off, wanted))
            given[award.code] = given.get(award.code, 0) + off
            charge -= off
    return found
