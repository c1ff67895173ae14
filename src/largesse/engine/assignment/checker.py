"""Whoever doubts a plan can add up its proof: in whole numbers, by a formula, without any search.

No plan brings more than the prices of all lines and, for each deal, the most that it could bring beyond
the prices of the lines on it. The most that a deal could bring is found for each way to meet it as if
its minimums were not asked but paid for: each line counts by itself, so the largest sum is that of the
lines that count for something. For few lines all ways to put them on deals are tried instead.

Nothing here comes from the solver: only the meaning of a plan and the form of the certificate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from typing import Final, NamedTuple

from largesse.engine.assignment.certificate import (
    MULTIPLES_MAX,
    MULTIPLIER_SCALE,
    PRICE_SCALE,
    Certificate,
    Way,
)
from largesse.engine.assignment.problem import (
    Bonus,
    Candidate,
    OrderLine,
    Plan,
    Problem,
    Remainder,
    Tier,
    benefit,
    keeps_picks,
    met_tier,
    score,
)

LINES_MAX: Final = 10
"""All plans are tried for groups of deals over at most so many lines."""

SCALE: Final = PRICE_SCALE * MULTIPLIER_SCALE


class Verdict(NamedTuple):
    """Whether the plan is possible and brings what is said, and what no plan brings more than.

    `bound` is None where plan or certificate are wrong; `reason` says what is.
    """

    bound: int | None
    proven: bool
    reason: str


class _Wrong(Exception):
    """What is wrong with a plan or a certificate."""


def check(problem: Problem, plan: Plan, value: int, certificate: Certificate) -> Verdict:
    """Judge a plan, the value that it is said to have, and the certificate of its bound."""
    try:
        _check_plan(problem, plan, value)
        bound = bound_of(problem, certificate)
    except _Wrong as wrong:
        return Verdict(None, False, str(wrong))
    if bound < value:
        return Verdict(
            None, False, f"the certificate proves at most {bound}, the plan brings {value}"
        )
    if bound == value:
        return Verdict(bound, True, f"no plan brings more than {value}")
    return Verdict(bound, False, f"a plan may bring up to {bound}, this one brings {value}")


def _check_plan(problem: Problem, plan: Plan, value: int) -> None:
    try:
        brings = score(problem, plan)
    except (ValueError, IndexError) as error:
        raise _Wrong(str(error)) from error
    if brings != value:
        raise _Wrong(f"the plan brings {brings}, not {value}")
    if not keeps_picks(problem, plan):
        raise _Wrong("a held line is on no deal that is met")


def bound_of(problem: Problem, certificate: Certificate) -> int:
    """What no plan brings more than, in minor units."""
    prices, multipliers, tried = certificate
    _check_prices(problem, prices)
    total = sum(prices) * MULTIPLIER_SCALE
    seen: set[int] = set()
    for group in tried:
        if not seen.isdisjoint(group) or len(set(group)) < len(group):
            raise _Wrong("a deal is tried twice")
        seen.update(group)
        total += _tried(problem, group, prices) * MULTIPLIER_SCALE
    for j, deal in enumerate(problem.deals):
        if j not in seen:
            total += _beyond_prices(problem, j, deal, prices, multipliers)
    return total // SCALE


def _check_prices(problem: Problem, prices: Sequence[int]) -> None:
    if len(prices) != len(problem.lines):
        raise _Wrong(f"{len(prices)} prices for {len(problem.lines)} lines")
    for i, price in enumerate(prices):
        # A line that may stay free is worth nothing then, so its price may not be less.
        if price < 0 and i not in problem.held:
            raise _Wrong(f"the price of line {i} is below 0")


# --- few lines: everything is tried ----------------------------------------------------------------


def _tried(problem: Problem, group: Sequence[int], prices: Sequence[int]) -> int:
    """The most that some deals bring together beyond the prices, over all ways to share their lines."""
    if not all([0 <= j < len(problem.deals) for j in group]):
        raise _Wrong("there is no such deal to be tried")
    touched = {i for j in group for i in problem.deals[j].lines}
    lines = [i for i in range(len(problem.lines)) if i in touched]
    if len(lines) > LINES_MAX:
        raise _Wrong(f"all plans for {len(lines)} lines are too many to try")
    best = [0] * (1 << len(lines))
    for j in group:
        deal = problem.deals[j]
        mine = sum([1 << place for place, i in enumerate(lines) if i in deal.lines])
        gain = {}
        for taken in _subsets(mine):
            on = [i for place, i in enumerate(lines) if taken >> place & 1]
            if met_tier(problem, deal, on):
                brings = benefit(problem, deal, on) * PRICE_SCALE
                gain[taken] = brings - sum([prices[i] for i in on])
        best = [
            max([most, *[gain[s] + best[free ^ s] for s in _subsets(free & mine) if s in gain]])
            for free, most in enumerate(best)
        ]
    return best[-1]


def _subsets(lines: int) -> Iterator[int]:
    """All sets of lines but the empty one, as bits."""
    subset = lines
    while subset:
        yield subset
        subset = (subset - 1) & lines


# --- any number of lines: minimums are paid for ----------------------------------------------------


class _Asked(NamedTuple):
    """A way to meet a deal: what it gives once, and the least and the most of units and of value.

    `shared` is a bonus that is bounded by the even share of each unit.
    """

    multiple: int
    once: int
    units: tuple[int, int | None]
    value: tuple[int, int | None]
    shared: Bonus | None = None


def _beyond_prices(
    problem: Problem,
    j: int,
    deal: Candidate,
    prices: Sequence[int],
    multipliers: Mapping[Way, tuple[int, ...]],
) -> int:
    """The most that a deal brings beyond the prices of its lines, in parts of SCALE."""
    lines = [problem.lines[i] for i in deal.lines]
    weights = [
        [line.units for line in lines],
        [line.value for line in lines],
        *[[problem.lines[i].units if i in n.lines else 0 for i in deal.lines] for n in deal.needs],
    ]
    most = 0
    for t, tier in enumerate(deal.tiers):
        apart = any([(j, t, n) in multipliers for n in range(MULTIPLES_MAX + 1)])
        for way in _ways(deal, t, tier, lines, apart):
            spans = [way.units, way.value, *[(need.min_units, None) for need in deal.needs]]
            paid = multipliers.get(Way(j, t, way.multiple), (0,) * len(spans))
            if len(paid) != len(spans):
                raise _Wrong(f"{len(paid)} multipliers for {len(spans)} minimums of {deal.code}")
            total = way.once * SCALE
            for multiplier, (least, limit) in zip(paid, spans, strict=True):
                if multiplier < 0 and limit is None:
                    raise _Wrong(f"a multiplier of {deal.code} is below 0, and there is no limit")
                asked = least if multiplier >= 0 or limit is None else limit
                total -= multiplier * asked * PRICE_SCALE
            for place, i in enumerate(deal.lines):
                counts = tier.gives[place] * SCALE - prices[i] * MULTIPLIER_SCALE
                counts += _share(way.shared, lines[place].units)
                for multiplier, weight in zip(paid, weights, strict=True):
                    counts += multiplier * weight[place] * PRICE_SCALE
                total += max(0, counts)
            most = max(most, total)
    return most


def _share(bonus: Bonus | None, units: int) -> int:
    """The even share of so many units in a bonus, rounded up."""
    return 0 if bonus is None else -(-units * bonus.worth * SCALE // bonus.every)


def _ways(
    deal: Candidate, t: int, tier: Tier, lines: Sequence[OrderLine], apart: bool
) -> Iterator[_Asked]:
    """The ways in which a tier can be the highest that is met; `apart` by whole multiples."""
    most_units = most_value = None
    for higher in deal.tiers[t + 1 :]:
        # A tier with both minimums is missed by either, which limits neither by itself.
        if higher.min_value <= 0:
            most_units = _less(most_units, higher.min_units - 1)
        if higher.min_units <= 0:
            most_value = _less(most_value, higher.min_value - 1)
    value = (tier.min_value, most_value)
    grain = gcd(*[line.units for line in lines]) or 1
    for way in _multiples(tier, lines, apart):
        least = max(tier.min_units, way.units[0])
        # Units come in this grain.
        least = -(-least // grain) * grain
        most = _less(most_units, way.units[1])
        if (most is None or least <= most) and (most_value is None or value[0] <= most_value):
            yield way._replace(units=(least, most), value=value)


def _less(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _multiples(tier: Tier, lines: Sequence[OrderLine], apart: bool) -> Iterator[_Asked]:
    """A bonus: by whole multiples, or where these are many or don't matter, by even shares."""
    bonus, once, free = tier.bonus, tier.once, (0, None)
    if bonus is None:
        yield _Asked(0, once, free, free)
        return
    every, worth, remainder = bonus
    last = sum([line.units for line in lines]) // every
    if remainder is Remainder.PROPORTIONAL:
        # Rounding adds at most a half, and nothing where all shares are whole.
        even = all([line.units * worth % every == 0 for line in lines])
        yield _Asked(0, once if even else once + 1, free, free, bonus)
    elif not apart or last > MULTIPLES_MAX or all([line.units % every == 0 for line in lines]):
        yield _Asked(0, once, free, free, bonus)
    elif remainder is Remainder.FLOOR:
        for n in range(last + 1):
            yield _Asked(n, once + n * worth, (n * every, (n + 1) * every - 1), free)
    else:
        yield _Asked(0, once, free, free)
        for n in range(1, last + 1):
            yield _Asked(n, once + n * worth, (n * every, n * every), free)
