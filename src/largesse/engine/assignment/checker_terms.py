"""The most that one deal brings beyond the prices of its lines, found in whole numbers.

Over few lines all sets are added up. Over more, units and needs are counted up line by line; a minimum
of value is filled up by the cheapest lines, or, beside other minimums, paid for by a multiplier at
first, and then the sets of lines that could come near are gone through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import gcd
from typing import Final, NamedTuple

from largesse.engine.assignment.certificate import (
    MULTIPLES_MAX,
    MULTIPLIER_SCALE,
    PRICE_SCALE,
    Way,
)
from largesse.engine.assignment.problem import Bonus, Candidate, Problem, Remainder, Tier

SETS_MAX: Final = 14
"""All sets of lines are added up for deals over at most so many."""

COUNTED_MAX: Final = 100_000
"""Above so many different counts of units and needs, minimums are paid for."""

NEAR_MAX: Final = 300_000
"""Above so many sets that come near, a minimum of value stays paid for."""

SCALE: Final = PRICE_SCALE * MULTIPLIER_SCALE
IMPOSSIBLE: Final = -(10**30)


class WrongError(Exception):
    """What is wrong with a plan or a certificate."""


class Terms:
    """What each deal brings at most beyond some prices, in parts of a minor unit; found once."""

    def __init__(
        self,
        problem: Problem,
        prices: Sequence[int],
        multipliers: Mapping[Way, tuple[int, ...]],
    ):
        self.problem, self.prices, self.multipliers = problem, prices, multipliers
        self._known: dict[tuple[int, frozenset[int], frozenset[int]], int] = {}

    def most(self, j: int, barred: frozenset[int], forced: frozenset[int]) -> int:
        """The most of a deal without some lines and with some; 0 where it need not be met."""
        key = j, barred, forced
        if key not in self._known:
            deal = self.problem.deals[j]
            least = IMPOSSIBLE if forced else 0
            by = self._over_sets if len(deal.lines) <= SETS_MAX else self._by_ways
            self._known[key] = max(least, by(j, deal, barred, forced))
        return self._known[key]

    # --- few lines ---------------------------------------------------------------------------------

    def _over_sets(
        self, j: int, deal: Candidate, barred: frozenset[int], forced: frozenset[int]
    ) -> int:
        tiers = deal.tiers
        # For each set: lines, units, value, the sum of prices, and by tier and need what it counts.
        sets = [(0, 0, 0, 0, (0,) * len(tiers), (0,) * len(deal.needs))]
        for place, i in enumerate(deal.lines):
            if i in barred:
                continue
            units, value = self.problem.lines[i]
            gives = [tier.gives[place] for tier in tiers]
            counts = [units if i in need.lines else 0 for need in deal.needs]
            price = self.prices[i]
            more = [
                (
                    c + 1,
                    u + units,
                    v + value,
                    p + price,
                    tuple([a + b for a, b in zip(g, gives, strict=True)]),
                    tuple([a + b for a, b in zip(n, counts, strict=True)]),
                )
                for c, u, v, p, g, n in sets
            ]
            sets = more if i in forced else sets + more
        best = IMPOSSIBLE
        for count, units, value, price, given, counted in sets:
            if not count or any(
                [n < need.min_units for n, need in zip(counted, deal.needs, strict=True)]
            ):
                continue
            for t in range(len(tiers) - 1, -1, -1):
                tier = tiers[t]
                if units >= tier.min_units and value >= tier.min_value:
                    brings = given[t] + tier.once
                    if tier.bonus:
                        brings += tier.bonus.of(units, half_even=self.problem.half_even)
                    best = max(best, brings * PRICE_SCALE - price)
                    break
        return best

    # --- many lines --------------------------------------------------------------------------------

    def _by_ways(
        self, j: int, deal: Candidate, barred: frozenset[int], forced: frozenset[int]
    ) -> int:
        ways = [
            (way, _lines_of(self.problem, deal, tier, way, self.prices, barred, forced))
            for t, tier in enumerate(deal.tiers)
            for way in _ways(self.problem, deal, j, t, tier, self.multipliers)
        ]
        best = IMPOSSIBLE * SCALE if forced else 0
        # Those first that could bring most: then most others need no closer look.
        for way, lines in sorted(ways, key=lambda each: -_paid(*each)):
            best = max(best, _most_of(way, lines, best))
        return -(-best // MULTIPLIER_SCALE)


class _Way(NamedTuple):
    """A way to meet a deal: what it gives once; of each weight the least, the most, and what is paid.

    The weights are units, value, and the units of each need. `shared` is a bonus by even shares.
    """

    once: int
    least: tuple[int, ...]
    most: tuple[int | None, ...]
    pays: tuple[int, ...]
    shared: Bonus | None


class _Line(NamedTuple):
    """A line: what it counts for beyond its price, in parts of SCALE, and its weights."""

    counts: int
    weights: tuple[int, ...]
    forced: bool


def _ways(
    problem: Problem,
    deal: Candidate,
    j: int,
    t: int,
    tier: Tier,
    multipliers: Mapping[Way, tuple[int, ...]],
) -> Iterator[_Way]:
    """The ways in which a tier can be the highest that is met."""
    most_units = most_value = None
    for higher in deal.tiers[t + 1 :]:
        # A tier with both minimums is missed by either, which limits neither by itself.
        if higher.min_value <= 0:
            most_units = _less(most_units, higher.min_units - 1)
        if higher.min_units <= 0:
            most_value = _less(most_value, higher.min_value - 1)
        if higher.min_units <= tier.min_units and higher.min_value <= tier.min_value:
            return
    units = [problem.lines[i].units for i in deal.lines]
    grain = gcd(*units) or 1
    apart = any([(j, t, n) in multipliers for n in range(MULTIPLES_MAX + 1)])
    needs = tuple([need.min_units for need in deal.needs])
    none: tuple[None, ...] = (None,) * len(needs)
    for n, once, fewest, limit, shared in _multiples(tier, units, apart):
        # Units come in this grain, and a deal that is met has a line.
        one = 0 if tier.min_value or needs else int(all(units))
        least = -(-max(tier.min_units, fewest, one) // grain) * grain
        most = _less(most_units, limit)
        if most is not None and least > most:
            continue
        pays = multipliers.get(Way(j, t, n), ())
        if len(pays) > 2 + len(needs):
            raise WrongError(
                f"{len(pays)} multipliers for {2 + len(needs)} minimums of {deal.code}"
            )
        pays = (*pays, *[0] * (2 + len(needs) - len(pays)))
        mosts = (most, most_value, *none)
        if any([paid < 0 and most is None for paid, most in zip(pays, mosts, strict=True)]):
            raise WrongError(f"a multiplier of {deal.code} is below 0, and there is no limit")
        yield _Way(once, (least, tier.min_value, *needs), mosts, pays, shared)


def _less(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _multiples(
    tier: Tier, units: Sequence[int], apart: bool
) -> Iterator[tuple[int, int, int, int | None, Bonus | None]]:
    """A bonus by whole multiples, or where these are many or don't matter, by even shares: how many,
    what is given once, the least and the most units, and the bonus that is shared."""
    bonus, once = tier.bonus, tier.once
    if bonus is None:
        yield 0, once, 0, None, None
        return
    every, worth, remainder = bonus
    last = sum(units) // every
    if remainder is Remainder.PROPORTIONAL:
        # Rounding adds at most a half, and nothing where all shares are whole.
        even = all([each * worth % every == 0 for each in units])
        yield 0, once if even else once + 1, 0, None, bonus
    elif not apart or last > MULTIPLES_MAX or all([each % every == 0 for each in units]):
        yield 0, once, 0, None, bonus
    elif remainder is Remainder.FLOOR:
        for n in range(last + 1):
            yield n, once + n * worth, n * every, (n + 1) * every - 1, None
    else:
        yield 0, once, 0, None, None
        for n in range(1, last + 1):
            yield n, once + n * worth, n * every, n * every, None


def _lines_of(
    problem: Problem,
    deal: Candidate,
    tier: Tier,
    way: _Way,
    prices: Sequence[int],
    barred: frozenset[int],
    forced: frozenset[int],
) -> list[_Line]:
    found = []
    for place, i in enumerate(deal.lines):
        if i in barred:
            continue
        units, value = problem.lines[i]
        counts = tier.gives[place] * SCALE - prices[i] * MULTIPLIER_SCALE
        if way.shared is not None:
            counts += -(-units * way.shared.worth * SCALE // way.shared.every)
        needs = [units if i in need.lines else 0 for need in deal.needs]
        found.append(_Line(counts, (units, value, *needs), i in forced))
    return found


def _most_of(way: _Way, lines: Sequence[_Line], floor: int) -> int:
    """The most that a way brings, in parts of SCALE, where it is above the floor."""
    for kind, least in enumerate(way.least):
        if least > sum([line.weights[kind] for line in lines]):
            return IMPOSSIBLE * SCALE
    paid_for = _paid(way, lines)
    if paid_for <= floor:
        return paid_for
    if way.least[1] <= 0 and way.most[1] is None:
        return min(paid_for, _counted(way, lines))
    if not any([least for kind, least in enumerate(way.least) if kind != 1]):
        # A limit is left out: that can only bring more.
        return min(paid_for, _filled(way, lines, floor))
    return _nearest(way, lines, paid_for, floor)


def _paid(way: _Way, lines: Sequence[_Line]) -> int:
    """What a way brings at most, where minimums are paid for and not asked."""
    total = way.once * SCALE
    for kind in range(len(way.least)):
        total -= way.pays[kind] * PRICE_SCALE * _asked(way, kind)
    for line in lines:
        counts = line.counts + _pays(way, line)
        total += counts if line.forced else max(0, counts)
    return total


def _asked(way: _Way, kind: int) -> int:
    most = way.most[kind]
    return way.least[kind] if way.pays[kind] >= 0 or most is None else most


def _pays(way: _Way, line: _Line) -> int:
    return PRICE_SCALE * sum([a * b for a, b in zip(way.pays, line.weights, strict=True)])


def _counted(way: _Way, lines: Sequence[_Line]) -> int:
    """The most that a way without a minimum of value brings, counting units and needs line by line.

    More than what is asked counts as that; with a limit, more than the limit counts as one more.
    """
    kinds = [
        k for k in range(len(way.least)) if k != 1 and (way.least[k] > 0 or way.most[k] is not None)
    ]
    tops = [way.least[k] if way.most[k] is None else (way.most[k] or 0) + 1 for k in kinds]
    best: dict[tuple[int, ...], int] = {(0,) * len(kinds): way.once * SCALE}
    for line in lines:
        weights = [line.weights[k] for k in kinds]
        after = {} if line.forced else dict(best)
        for counted, brings in best.items():
            to = tuple([min(top, c + w) for top, c, w in zip(tops, counted, weights, strict=True)])
            more = brings + line.counts
            if more > after.get(to, IMPOSSIBLE * SCALE):
                after[to] = more
        best = after
        if len(best) > COUNTED_MAX:
            return -IMPOSSIBLE * SCALE
    met = [
        brings
        for counted, brings in best.items()
        if all(
            [
                c >= way.least[k] and not _over(way, k, c)
                for k, c in zip(kinds, counted, strict=True)
            ]
        )
    ]
    return max(met, default=IMPOSSIBLE * SCALE)


def _over(way: _Way, kind: int, count: int) -> bool:
    most = way.most[kind]
    return most is not None and count > most


def _filled(way: _Way, lines: Sequence[_Line], floor: int) -> int:
    """The most that a way with nothing but a minimum of value brings, where it is above the floor.

    Lines that count for something are taken; of the others the cheapest that fill up the value, found
    depth first: filling up with the next cheapest ones, the last of them in part, costs no more.
    """
    base = way.once * SCALE
    missing = way.least[1]
    spare = []
    for line in lines:
        if line.forced or line.counts > 0:
            base += line.counts
            missing -= line.weights[1]
        elif line.weights[1] > 0:
            spare.append((-line.counts, line.weights[1]))
    spare.sort(key=lambda each: each[0] * SCALE // each[1])
    best, nodes = base - floor, 0
    stack = [(0, missing, 0)]
    while stack:
        first, left, cost = stack.pop()
        nodes += 1
        if nodes > NEAR_MAX:
            return -IMPOSSIBLE * SCALE
        if left <= 0:
            best = min(best, cost)
            continue
        at, bound, rest = first, cost, left
        while at < len(spare) and spare[at][1] < rest:
            bound += spare[at][0]
            rest -= spare[at][1]
            at += 1
        if at == len(spare) or bound + spare[at][0] * rest // spare[at][1] >= best:
            continue
        best = min(best, bound + spare[at][0])
        stack.append((first + 1, left, cost))
        stack.append((first + 1, left - spare[first][1], cost + spare[first][0]))
    return base - best


def _nearest(way: _Way, lines: Sequence[_Line], paid_for: int, floor: int) -> int:
    """The most that a way brings: of the sets of lines that differ little from what is paid for.

    Each line that differs costs what it counts for there, so all sets within some distance are gone
    through; the distance grows until one of them is met.
    """
    counts = [line.counts + _pays(way, line) for line in lines]
    taken = [line.forced or count > 0 for line, count in zip(lines, counts, strict=True)]
    differ = sorted([(abs(c), at) for at, c in enumerate(counts) if not lines[at].forced])
    on = [line for line, is_taken in zip(lines, taken, strict=True) if is_taken]
    kinds = range(len(way.least))
    start = tuple([sum([line.weights[kind] for line in on]) for kind in kinds])
    brings = way.once * SCALE + sum([line.counts for line in on])
    distance, nodes = 256 * SCALE, 0
    while True:
        best = IMPOSSIBLE * SCALE
        stack = [(0, distance, start, brings)]
        while stack:
            first, left, weights, value = stack.pop()
            nodes += 1
            if nodes > NEAR_MAX:
                return paid_for
            if value > best and _meets(way, weights):
                best = value
            for n in range(first, len(differ)):
                cost, at = differ[n]
                if cost > left:
                    break
                sign = -1 if taken[at] else 1
                to = tuple([w + sign * x for w, x in zip(weights, lines[at].weights, strict=True)])
                stack.append((n + 1, left - cost, to, value + sign * lines[at].counts))
        if best >= paid_for - distance or paid_for - distance <= floor:
            return max(best, min(floor, paid_for))
        distance *= 4


def _meets(way: _Way, weights: Sequence[int]) -> bool:
    return all([w >= least for w, least in zip(weights, way.least, strict=True)]) and not any(
        [_over(way, kind, weight) for kind, weight in enumerate(weights)]
    )
