"""A cart and its deals become the best-deal problem in numbers (DE-5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from largesse.engine.assignment.problem import Candidate, Need, OrderLine, Problem, Tier
from largesse.engine.deals.order_lines import DealLine, unit_value
from largesse.engine.offers.deal import Deal, DealTier


class Terms(NamedTuple):
    """A deal as a cart may have it.

    `lines` are the places of the lines that may be on it. `asked` is the giveaway credit of a deal that
    is referred: then its trigger is not asked for (DE-8, DE-14).
    """

    deal: Deal
    lines: tuple[int, ...]
    asked: int | None = None

    @property
    def is_referred(self) -> bool:
        return self.asked is not None

    def tier(self, lines: Sequence[DealLine]) -> DealTier | None:
        """The tier that holds when exactly these lines are on an assorted deal."""
        deal = self.deal
        met = deal.met_tier(sum(e.units for e in lines), sum(e.value for e in lines))
        if self.is_referred:
            return met or deal.tiers[0]
        return met if met is not None and not unmet_set(deal, lines) else None

    def tier_of(self, line: DealLine) -> DealTier | None:
        """The tier that a line of a deal that asks each line by itself reaches."""
        return self.deal.met_tier(line.units, line.value)

    def credit(
        self, tier: DealTier, on: Sequence[DealLine], lines: Sequence[DealLine], *, half_even: bool
    ) -> int:
        """The giveaway credit of a tier for the lines on the deal, of all that the cart has."""
        if self.asked is not None:
            return asked_at_most(tier, self.asked) if tier.benefit.gives_stock else 0
        covered = covered_by(self.deal, lines) if self.deal.assorted else on
        bonus = tier.benefit.bonus(unit_value(tier, covered))
        units = sum(each.units for each in on)
        return tier.benefit.credit + (0 if bonus is None else bonus.of(units, half_even=half_even))


def asked_at_most(tier: DealTier, asked: int) -> int:
    """The credit asked for, within what a fixed credit gives (DE-14)."""
    return min(asked, tier.benefit.credit) if tier.benefit.credit else asked


def covered_by(deal: Deal, lines: Sequence[DealLine]) -> list[DealLine]:
    """The lines that a deal covers, whatever was picked."""
    return [each for each in lines if deal.covers(each.line.sku)]


def unmet_set(deal: Deal, lines: Sequence[DealLine]) -> int | None:
    """The place of the first product set of which the lines lack units; None if there is none."""
    for place, wanted in enumerate(deal.sets):
        if sum(e.units for e in lines if wanted.covers(e.line.sku)) < wanted.min_units:
            return place
    return None


def problem_of(
    terms: Sequence[Terms], lines: Sequence[DealLine], held: Collection[int], *, half_even: bool
) -> Problem:
    """The problem of some deals over the lines that may be on them.

    Its lines are those of the cart, its deals those of the terms, both in their order.
    """
    return Problem(
        tuple(OrderLine(each.units, each.value) for each in lines),
        tuple(_candidate(each, lines, half_even) for each in terms),
        frozenset(held),
        half_even,
    )


def _candidate(terms: Terms, lines: Sequence[DealLine], half_even: bool) -> Candidate:
    deal = terms.deal
    needs = tuple(
        Need(
            frozenset(i for i in terms.lines if wanted.covers(lines[i].line.sku)), wanted.min_units
        )
        for wanted in deal.sets
        if wanted.min_units and not terms.is_referred
    )
    if not deal.assorted and not terms.is_referred:
        return _each_by_itself(terms, lines, needs, half_even)
    on = [lines[i] for i in terms.lines]
    if terms.is_referred:
        tier = terms.tier(on)
        assert tier is not None
        gives = tuple(_given(each, tier, half_even) for each in on)
        once = tier.benefit.once + terms.credit(tier, on, lines, half_even=half_even)
        return Candidate(deal.code, terms.lines, (Tier(gives, once=once),))
    covered = covered_by(deal, lines)
    tiers = tuple(_tier(tier, on, covered, half_even) for tier in deal.tiers)
    return Candidate(deal.code, terms.lines, tiers, needs)


def _tier(
    tier: DealTier,
    on: Sequence[DealLine],
    covered: Sequence[DealLine],
    half_even: bool,
) -> Tier:
    benefit = tier.benefit
    return Tier(
        tuple(_given(each, tier, half_even) for each in on),
        tier.needs_units,
        tier.min_value,
        benefit.once + benefit.credit,
        benefit.bonus(unit_value(tier, covered)),
    )


def _each_by_itself(
    terms: Terms, lines: Sequence[DealLine], needs: tuple[Need, ...], half_even: bool
) -> Candidate:
    """A deal whose trigger is asked of each line: only lines that reach a tier may be on it."""
    reached: dict[int, int] = {}
    for i in terms.lines:
        tier = terms.tier_of(lines[i])
        if tier is not None:
            credit = terms.credit(tier, [lines[i]], lines, half_even=half_even)
            once = tier.benefit.once + credit
            reached[i] = _given(lines[i], tier, half_even) + once
    return Candidate(
        terms.deal.code, tuple(reached), (Tier(tuple(reached.values())),) if reached else (), needs
    )


def _given(line: DealLine, tier: DealTier, half_even: bool) -> int:
    return line.off(tier, half_even=half_even) + line.rebate(tier, half_even=half_even)
