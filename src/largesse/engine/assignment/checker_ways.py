"""The ways in which a deal can be met: a tier that holds and, with bonus stock, so many multiples.

Each way says what its lines count for, which minimums they must reach, and what they must stay below
so that no higher tier holds. Every set of lines that meets a deal brings what one of its ways says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from operator import mul
from typing import Final, NamedTuple

from largesse.engine.assignment.certificate import (
    MULTIPLES_MAX,
    MULTIPLIER_SCALE,
    PRICE_SCALE,
    Way,
)
from largesse.engine.assignment.problem import Bonus, Candidate, Problem, Remainder, Tier

SCALE: Final = PRICE_SCALE * MULTIPLIER_SCALE
"""Parts of a minor unit, so many to one: what a price times a multiplier is whole in."""


class WrongError(Exception):
    """What is wrong with a plan or a certificate."""


class WayLine(NamedTuple):
    """A line as a bit; what it counts for beyond its price; its weights; and what it counts for where
    these are paid."""

    bit: int
    counts: int
    weights: tuple[int, ...]
    paid: int


class OneWay(NamedTuple):
    """Weights are units, value, and the units of each need; amounts are in parts of SCALE.

    Its lines reach `least` of each weight, and none of the units and values of higher tiers, `above`.
    More of a weight than `tops` makes no difference. `most` is what comes of it at `pays` for each
    unit of weight, where minimums are paid for and not asked. A `shared` bonus counts for each line by
    its units: the lines together may bring less.
    """

    once: int
    least: tuple[int, ...]
    tops: tuple[int, ...]
    above: tuple[tuple[int, int], ...]
    pays: tuple[int, ...]
    lines: tuple[WayLine, ...]
    most: int
    shared: bool

    def most_of(self, barred: int, forced: int) -> int:
        """The same without some lines and with some."""
        most = self.most
        if barred or forced:
            for line in self.lines:
                if line.bit & barred:
                    most -= max(0, line.paid)
                elif line.bit & forced:
                    most += min(0, line.paid)
        return most


def with_pay(counts: int, weights: Sequence[int], pays: Sequence[int]) -> int:
    """What a line counts for where its weights are paid.

    >>> with_pay(-10, (2, 0), (3, 7))
    -4
    """
    paid: int = sum(map(mul, weights, pays))
    return counts + paid


class _Multiple(NamedTuple):
    """So many whole multiples: what they give once, the least and the most units."""

    number: int
    once: int
    least: int
    most: int | None
    shared: Bonus | None = None


def ways_of(
    problem: Problem,
    j: int,
    prices: Sequence[int],
    multipliers: Mapping[Way, tuple[int, ...]],
) -> Iterator[OneWay]:
    """The ways to meet a deal at these prices.

    Raises WrongError for multipliers that don't fit its minimums.
    """
    deal = problem.deals[j]
    units = [problem.lines[i].units for i in deal.lines]
    for t, tier in enumerate(deal.tiers):
        above = [(each.min_units, each.min_value) for each in deal.tiers[t + 1 :]]
        apart = any([(j, t, n) in multipliers for n in range(MULTIPLES_MAX + 1)])
        for multiple in _multiples(tier, units, apart):
            pays = multipliers.get(Way(j, t, multiple.number), ())
            if len(pays) > 2 + len(deal.needs):
                raise WrongError(
                    f"{len(pays)} multipliers for {2 + len(deal.needs)} minimums of {deal.code}"
                )
            way = _way(problem, deal, tier, multiple, above, prices, pays)
            if not any([_reach(way.least, each) for each in way.above]):
                yield way


def _multiples(tier: Tier, units: Sequence[int], apart: bool) -> Iterator[_Multiple]:
    """A bonus by whole multiples; by even shares where these are many or don't matter."""
    bonus, once = tier.bonus, tier.once
    # Units come in this grain.
    grain = gcd(*units) or 1
    fewest = -(-tier.min_units // grain) * grain
    if bonus is None:
        yield _Multiple(0, once, fewest, None)
        return
    every, worth, remainder = bonus
    last = sum(units) // every
    if remainder is Remainder.PROPORTIONAL:
        # Rounding adds at most a half, and nothing where all shares are whole.
        even = all([each * worth % every == 0 for each in units])
        yield _Multiple(0, once if even else once + 1, fewest, None, bonus)
    elif not apart or last > MULTIPLES_MAX or all([each % every == 0 for each in units]):
        yield _Multiple(0, once, fewest, None, bonus)
    elif remainder is Remainder.FLOOR:
        least = [max(fewest, -(-n * every // grain) * grain) for n in range(last + 1)]
        for n in range(last + 1):
            # A multiple that asks as many units as the next one is worth less.
            if n == last or least[n] < least[n + 1]:
                yield _Multiple(n, once + n * worth, least[n], None)
    else:
        yield _Multiple(0, once, fewest, None)
        for n in range(1, last + 1):
            if n * every % grain == 0 and n * every >= fewest:
                yield _Multiple(n, once + n * worth, n * every, n * every)


def _way(
    problem: Problem,
    deal: Candidate,
    tier: Tier,
    multiple: _Multiple,
    above: Sequence[tuple[int, int]],
    prices: Sequence[int],
    pays: Sequence[int],
) -> OneWay:
    least = (multiple.least, tier.min_value, *[need.min_units for need in deal.needs])
    if multiple.most is not None:
        above = [*above, (multiple.most + 1, 0)]
    # A multiplier below 0 would pay for a limit: limits are kept here.
    pays = [max(0, each) * PRICE_SCALE for each in pays]
    pays += [0] * (len(least) - len(pays))
    tops = [
        max([least[0], *[units for units, _ in above]]),
        max([least[1], *[value for _, value in above]]),
        *least[2:],
    ]
    shared = multiple.shared
    if shared is not None:
        # Each unit counts.
        tops[0] = sum([problem.lines[i].units for i in deal.lines])
    lines = []
    for gives, i in zip(tier.gives, deal.lines, strict=True):
        units, value = problem.lines[i]
        counts = gives * SCALE - prices[i] * MULTIPLIER_SCALE
        if shared is not None:
            counts += -(-units * shared.worth * SCALE // shared.every)
        weights = (units, value, *[units if i in need.lines else 0 for need in deal.needs])
        lines.append(WayLine(1 << i, counts, weights, with_pay(counts, weights, pays)))
    once = multiple.once * SCALE
    paid = sum([pay * asked for pay, asked in zip(pays, least, strict=True)])
    return OneWay(
        once,
        least,
        tuple(tops),
        tuple(above),
        tuple(pays),
        tuple(lines),
        once - paid + sum([max(0, line.paid) for line in lines]),
        shared is not None,
    )


def _reach(weights: Sequence[int], tier: tuple[int, int]) -> bool:
    return weights[0] >= tier[0] and weights[1] >= tier[1]
