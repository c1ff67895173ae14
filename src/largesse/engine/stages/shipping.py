"""Discounts of the shipping charge: after all that come off the lines, before tax (ST-1)."""

from __future__ import annotations

from largesse.engine.award import Award
from largesse.engine.quote import Adjustment
from largesse.engine.stage import Stage
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    """The best discount alone, or all that stack: what saves more (CH-1)."""
    if not pricing.shipping or not pricing.later:
        return
    awards = sorted(
        (
            (award, times)
            for award, times in pricing.later
            if award.acts_on == "shipping" and award.code not in pricing.passed_over
        ),
        key=lambda each: each[0].rank,
    )
    plans = [[each] for each in awards if not each[0].joins_own]
    plans.append([each for each in awards if each[0].joins_own])
    best: list[tuple[Award, int, int]] = []
    for plan in plans:
        given = _given(pricing, plan)
        if sum(off for _, off, _ in given) > sum(off for _, off, _ in best):
            best = given
    for award, off, wanted in best:
        _, offer, revision, title, kind, multipliers, separate = award.quoted
        cut = wanted if wanted > off else None
        pricing.adjustments.append(
            Adjustment(
                Stage.SHIPPING,
                offer,
                revision,
                None,
                0,
                off,
                title,
                kind,
                multipliers,
                cut,
                separate,
            )
        )
        pricing.shipping -= off


def _given(pricing: Pricing, plan: list[tuple[Award, int]]) -> list[tuple[Award, int, int]]:
    """What each award of a plan takes off the charge that the one before left, and would take."""
    charge, found = pricing.shipping, []
    given: dict[str, int] = {}
    for award, times in plan:
        wanted = award.action.off_shipping(charge, times, half_even=pricing.book.currency.half_even)
        left = pricing.budget_left(award.promotion)
        off = min(wanted, charge)
        if left is not None:
            off = min(off, left - given.get(award.code, 0))
        if off > 0:
            found.append((award, off, wanted))
            given[award.code] = given.get(award.code, 0) + off
            charge -= off
    return found
