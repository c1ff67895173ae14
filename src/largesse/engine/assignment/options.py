"""A deal brings what one of its options brings: a tier and, with bonus stock, so many whole multiples.

A plan that keeps to the spans of an option gets at least what the option says, and each plan gets
exactly what one of them says. So the best choice of options and lines is the best plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import gcd
from typing import NamedTuple

from largesse.engine.assignment.certificate import MULTIPLES_MAX
from largesse.engine.assignment.problem import Bonus, Candidate, OrderLine, Problem, Remainder, Tier

UNITS, VALUE, NEEDS = 0, 1, 2
"""What a span weighs: units, list value, or from 2 on the units of a need."""


class Span(NamedTuple):
    """What the lines on an option must weigh together: at least `least`, and at most `most`.

    `weights` are in the order of the option's lines.
    """

    measure: int
    weights: tuple[int, ...]
    least: int
    most: int | None = None


class Option(NamedTuple):
    """One way in which a deal can be met, and what it gives then: to each line, and `once`.

    `bonus` is what its units bring beyond that, where this doesn't add up over the lines.
    """

    deal: int
    tier: int
    multiple: int
    lines: tuple[int, ...]
    gives: tuple[int, ...]
    once: int
    spans: tuple[Span, ...]
    bonus: Bonus | None = None


def adds_up(bonus: Bonus, lines: Sequence[OrderLine]) -> bool:
    """Whether the bonus of all units is the sum of that of each line, whichever lines there are."""
    if bonus.remainder is Remainder.PROPORTIONAL:
        return all([line.units * bonus.worth % bonus.every == 0 for line in lines])
    return all([line.units % bonus.every == 0 for line in lines])


def no_worse(high: Tier, low: Tier) -> bool:
    """Whether a tier gives any lines at least what a lower one gives them."""
    if high.once < low.once or any([h < g for h, g in zip(high.gives, low.gives, strict=True)]):
        return False
    if low.bonus is None:
        return True
    if high.bonus is None or high.bonus.worth < low.bonus.worth:
        return False
    return high.bonus[::2] == low.bonus[::2]


def rises(deal: Candidate) -> bool:
    """Whether each tier of a deal gives at least what the one below does."""
    return all([no_worse(high, low) for low, high in pairwise(deal.tiers)])


def options_of(problem: Problem, j: int) -> Iterator[Option]:
    """The options of a deal that its lines can meet."""
    deal = problem.deals[j]
    lines = [problem.lines[i] for i in deal.lines]
    needs = [
        Span(
            NEEDS + n,
            tuple([line.units if i in need.lines else 0 for i, line in _pairs(deal, lines)]),
            need.min_units,
        )
        for n, need in enumerate(deal.needs)
    ]
    if any([sum(need.weights) < need.least for need in needs]):
        return
    for t, tier in enumerate(deal.tiers):
        worse = [high for high in deal.tiers[t + 1 :] if not no_worse(high, tier)]
        for most_units, most_value in _below(worse):
            yield from _of_tier(j, t, deal, lines, needs, most_units, most_value)


def _pairs(deal: Candidate, lines: Sequence[OrderLine]) -> Iterator[tuple[int, OrderLine]]:
    return zip(deal.lines, lines, strict=True)


def _below(tiers: Sequence[Tier]) -> Iterator[tuple[int | None, int | None]]:
    """The largest boxes of units and value in which none of the tiers is met.

    A tier with both minimums is missed by units or by value: so there may be several boxes.
    """
    for most_units in [*sorted({tier.min_units - 1 for tier in tiers}), None]:
        if most_units is not None and most_units < 0:
            continue
        met = [t.min_value - 1 for t in tiers if most_units is None or t.min_units <= most_units]
        if not met:
            yield most_units, None
        elif min(met) >= 0:
            yield most_units, min(met)


def _of_tier(
    j: int,
    t: int,
    deal: Candidate,
    lines: Sequence[OrderLine],
    needs: Sequence[Span],
    most_units: int | None,
    most_value: int | None,
) -> Iterator[Option]:
    tier = deal.tiers[t]
    units, value = tuple([line.units for line in lines]), tuple([line.value for line in lines])
    values = Span(VALUE, value, tier.min_value, most_value)
    bonus, gives = tier.bonus, tier.gives
    if bonus is not None and adds_up(bonus, lines):
        gives = tuple([g + bonus.of(u) for g, u in zip(gives, units, strict=True)])
        bonus = None
    for multiple, least, most, once in _multiples(bonus, tier.min_units, units):
        if most is None or (most_units is not None and most_units < most):
            most = most_units
        least = max(least, tier.min_units)
        if tier.once + once and not least and not tier.min_value and not needs and all(units):
            # What is given once still takes a line.
            least = gcd(*units)
        spans = [Span(UNITS, units, least, most), values, *needs]
        if all([_possible(span) for span in spans]):
            asked = tuple([s for s in spans if s.least > 0 or _caps(s)])
            whole = bonus if multiple < 0 else None
            yield Option(j, t, max(0, multiple), deal.lines, gives, tier.once + once, asked, whole)


def _possible(span: Span) -> bool:
    return span.least <= sum(span.weights) and (span.most is None or span.least <= span.most)


def _caps(span: Span) -> bool:
    return span.most is not None and span.most < sum(span.weights)


def _multiples(
    bonus: Bonus | None, min_units: int, units: Sequence[int]
) -> Iterator[tuple[int, int, int | None, int]]:
    """The number of multiples, the units that they ask at least and at most, and what they bring.

    The number is -1 where the bonus is not taken apart.
    """
    if bonus is None:
        yield 0, 0, None, 0
        return
    total = sum(units)
    whole = bonus.remainder is Remainder.WHOLE_MULTIPLES
    apart = bonus.remainder is not Remainder.PROPORTIONAL and total // bonus.every <= MULTIPLES_MAX
    if not apart:
        if whole:
            yield 0, 0, None, 0
        yield -1, 0, None, 0
        return
    grain = gcd(*units) or 1
    first = 0 if whole else min_units // bonus.every
    last = total // bonus.every
    for n in range(first, last + 1):
        if whole:
            yield n, n * bonus.every, n * bonus.every if n else None, n * bonus.worth
        elif n == last or -(-(n + 1) * bonus.every // grain) > -(-n * bonus.every // grain):
            # Units come in this grain: a multiple that asks as many as the next one is left out.
            yield n, n * bonus.every, None, n * bonus.worth
