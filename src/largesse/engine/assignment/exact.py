"""The most that each deal brings beyond the prices of its lines, as minimums are: met or not.

Deals over few lines have all their sets of lines listed, once. For larger ones each option takes the
lines that count for something, and the cheapest that fill up what is missing; where a second minimum is
missed too, that one is paid for as in the relaxed sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Final, NamedTuple

import numpy as np

from largesse.engine.assignment.alone import Alone
from largesse.engine.assignment.filling import (
    WEIGHT_MAX,
    Fill,
    cheapest_fill,
    cheapest_fill_by_class,
    cheapest_fill_by_weight,
    cheapest_fills,
)
from largesse.engine.assignment.options import NEEDS, UNITS, VALUE, Option
from largesse.engine.assignment.problem import Candidate, Problem
from largesse.engine.assignment.reducing import Part
from largesse.engine.assignment.relaxing import Flags, Floats, Ints, Relaxed, Round

LISTED_MAX: Final = 10
"""All sets of lines are listed for deals over so many lines."""

LISTED_HARD_MAX: Final = 14
"""The same where options only bound a deal, or where value is asked for with something else."""

NEAR_MAX: Final = 40
"""Of deals over more lines that ask for value the certificate only says roughly what they bring."""

FILL_NODES_MAX: Final = 300
TREE_NODES_MAX: Final = 120

NEVER: Final = -1e18
"""What a line counts for that may not be taken."""

UNMET: Final = -(1 << 54)
"""What a set of lines brings that meets no tier: less than anything."""


class Listed(NamedTuple):
    """Deals over equally many lines, and what each set of their lines brings beyond being alone.

    A set is a row of `members`: 1 for each line that is in it. `across` is the same turned round.
    """

    deals: Ints
    lines: Ints
    members: Floats
    across: Floats
    brings: Floats


class Classes(NamedTuple):
    """Minimums of units where each line counts for one need at most: class 0 are the lines of none.

    `total` is the place of the minimum of all units among the spans, `needs` those of the needs; -1 for
    none.
    """

    of: Ints
    units: list[int]
    total: int
    needs: list[int]


class OneOption(NamedTuple):
    """An option of a large deal as arrays over its lines. Its limits are paid for, not kept."""

    k: int
    lines: Ints
    gain: Floats
    weight: Floats
    least: Floats
    once: float
    classes: Classes | None


class Best(NamedTuple):
    """What a deal brings at most beyond the prices, and the lines that do it."""

    brings: float
    lines: Ints


NOTHING: Final = Best(0.0, np.zeros(0, dtype=np.int64))


class Exact:
    """The deals of a part, ready to be looked at with any prices. `nodes` counts those of fills."""

    def __init__(self, problem: Problem, part: Part, alone: Alone, relaxed: Relaxed):
        self.relaxed = relaxed
        self.deals = [relaxed.options[k].deal for k in relaxed.deal_start]
        self.nodes = 0
        place = {i: at for at, i in enumerate(part.lines)}
        self.lines = [np.array([place[i] for i in problem.deals[j].lines]) for j in self.deals]
        hard = {option.deal for option in relaxed.options if _is_hard(option)}
        small = [
            d
            for d, j in enumerate(self.deals)
            if len(self.lines[d]) <= (LISTED_HARD_MAX if j in hard else LISTED_MAX)
        ]
        large = set(range(len(self.deals))) - set(small)
        # Deals of which the certificate only says roughly what they bring.
        self.hard = {
            d
            for option, d in zip(relaxed.options, relaxed.deal.tolist(), strict=True)
            if d in large
            and (_is_odd(option) or (_asks_value(option) and len(option.lines) > NEAR_MAX))
        }
        self.listed = _listed(problem, alone, self.deals, self.lines, small)
        self.large = {d: self._options(problem, d) for d in sorted(large)}

    def _options(self, problem: Problem, d: int) -> list[OneOption]:
        relaxed = self.relaxed
        found = []
        for k in np.flatnonzero(relaxed.deal == d).tolist():
            start = int(relaxed.start[k])
            at = slice(start, start + len(relaxed.options[k].lines))
            arrays = relaxed.gain[at], relaxed.weight[:, at], relaxed.least[:, k]
            once = float(relaxed.once[k])
            classes = _classes(problem, relaxed.options[k])
            found.append(OneOption(k, relaxed.line[at], *arrays, once, classes))
        return found

    def look(self, prices: Floats, multipliers: Floats) -> Round:
        """The bound at these prices."""
        total = float(prices.sum())
        wanted = np.zeros(len(prices))
        for group in self.listed:
            beyond = group.brings - prices[group.lines] @ group.across
            at = beyond.argmax(1)
            total += float(beyond[np.arange(len(at)), at].sum())
            taken = group.members[at]
            wanted += np.bincount(group.lines.ravel(), taken.ravel(), minlength=len(prices))
        for best in self._best_large(prices, multipliers).values():
            total += best.brings
            wanted[best.lines] += 1
        return Round(total, wanted, multipliers)

    def _best_large(self, prices: Floats, multipliers: Floats) -> dict[int, Best]:
        if not self.large:
            return {}
        _, brings = self.relaxed.inner(prices, multipliers)
        reach = brings.tolist()
        return {
            d: self.best_option(options, reach, prices, multipliers)
            for d, options in self.large.items()
        }

    def best(self, prices: Floats, multipliers: Floats) -> list[Best]:
        """The best set of lines of each deal."""
        found = [NOTHING] * len(self.deals)
        for group in self.listed:
            beyond = group.brings - prices[group.lines] @ group.across
            at = beyond.argmax(1)
            brings = beyond[np.arange(len(at)), at].tolist()
            taken = group.members[at] > 0
            for row, d in enumerate(group.deals):
                found[d] = Best(brings[row], group.lines[row][taken[row]])
        for d, best in self._best_large(prices, multipliers).items():
            found[d] = best
        return found

    def best_option(
        self,
        options: Sequence[OneOption],
        reach: Sequence[float],
        prices: Floats,
        multipliers: Floats,
    ) -> Best:
        """The best option of a deal: those first that could bring more."""
        best = NOTHING
        for option in sorted(options, key=lambda each: -reach[each.k]):
            if reach[option.k] <= best.brings:
                break
            counts = option.gain - prices[option.lines]
            brings, taken = self.fill(option, counts, multipliers[:, option.k], best.brings)
            if brings > best.brings:
                best = Best(brings, option.lines[taken])
        return best

    def fill(
        self,
        option: OneOption,
        counts: Floats,
        multiplier: Floats,
        floor: float,
        must: Flags | None = None,
        nodes_max: int = FILL_NODES_MAX,
    ) -> tuple[float, Flags]:
        """What an option brings at most, and the lines for it; only told apart above the floor.

        `counts` is what each line brings beyond its price; a line that may not be taken counts for
        NEVER. Those that `must` be taken are taken.
        """
        once = option.once
        for slot in np.flatnonzero(multiplier < 0).tolist():
            paid = float(multiplier[slot])
            counts = counts + paid * option.weight[slot]
            once -= paid * float(self.relaxed.most[slot, option.k])
        taken = counts > 0
        if must is not None:
            taken |= must
        base = once + float(counts[taken].sum())
        missing = option.least - option.weight @ taken
        short = np.flatnonzero(missing > 0)
        if not len(short):
            return base, taken
        weight = option.weight[short]
        spare = np.flatnonzero(~taken & (weight.max(0) > 0) & (counts > NEVER))
        cost, weights = -counts[spare], weight[:, spare]
        if (weights.sum(1) < missing[short]).any():
            return NEVER, taken
        if len(short) == 1:
            order = np.argsort(cost / weights[0], kind="stable")
            fill = _fill_one(
                cost[order].tolist(),
                weights[0, order].tolist(),
                float(missing[short[0]]),
                base - floor,
                nodes_max,
            )
        else:
            by_class = (
                None
                if option.classes is None
                else _fill_classes(option.classes, spare, cost, missing, base - floor)
            )
            if by_class is not None:
                self.nodes += by_class.nodes
                if by_class.lines is not None:
                    taken[spare[list(by_class.lines)]] = True
                return base - by_class.cost, taken
            pays = np.maximum(multiplier[short], 1e-9)
            order = np.argsort(cost / (pays @ weights), kind="stable")
            fill = cheapest_fills(
                cost[order].tolist(),
                weights[:, order].tolist(),
                missing[short].tolist(),
                pays.tolist(),
                base - floor,
                nodes_max,
            )
        self.nodes += fill.nodes
        if fill.lines is not None:
            taken[spare[order[list(fill.lines)]]] = True
        return base - fill.cost, taken


def _is_hard(option: Option) -> bool:
    """Whether what it brings takes long to find out, or is only bounded."""
    return _is_odd(option) or (_asks_value(option) and len(option.spans) > 1)


def _asks_value(option: Option) -> bool:
    return any([span.measure == VALUE for span in option.spans])


def _is_odd(option: Option) -> bool:
    """Whether a bonus doesn't add up, or there is a limit: an option only bounds such a deal."""
    return option.bonus is not None or any([span.most is not None for span in option.spans])


def _classes(problem: Problem, option: Option) -> Classes | None:
    """None where a minimum is of value, or a line counts for several needs."""
    spans = [(slot, span) for slot, span in enumerate(option.spans) if span.least > 0]
    needs = [(slot, span) for slot, span in spans if span.measure >= NEEDS]
    of = np.zeros(len(option.lines), dtype=np.int64)
    for c, (_, span) in enumerate(needs, start=1):
        mine = np.array(span.weights) > 0
        if (of[mine] > 0).any():
            return None
        of[mine] = c
    if not needs or any([span.measure == VALUE for _, span in spans]):
        return None
    total = [slot for slot, span in spans if span.measure == UNITS]
    units = [problem.lines[i].units for i in option.lines]
    return Classes(of, units, total[0] if total else -1, [slot for slot, _ in needs])


def _fill_classes(
    classes: Classes, spare: Ints, costs: Floats, missing: Floats, limit: float
) -> Fill | None:
    """None where the weights are not small."""
    units = [classes.units[at] for at in spare.tolist()]
    grain = gcd(*units)
    lacks = [-(-int(missing[slot]) // grain) for slot in (classes.total, *classes.needs)]
    if classes.total < 0:
        lacks[0] = 0
    if not grain or max(lacks) > WEIGHT_MAX:
        return None
    steps = [each // grain for each in units]
    of = classes.of[spare].tolist()
    return cheapest_fill_by_class(costs.tolist(), steps, of, lacks[0], [0, *lacks[1:]], limit)


def _fill_one(
    costs: list[float], weights: list[float], missing: float, limit: float, nodes_max: int
) -> Fill:
    """By the tree of fills; where this takes long, by weight if that is small."""
    fill = cheapest_fill(costs, weights, missing, limit, min(nodes_max, TREE_NODES_MAX))
    if fill.nodes <= TREE_NODES_MAX:
        return fill
    whole = [int(weight) for weight in weights]
    grain = gcd(*whole)
    wanted = -(-int(missing) // grain)
    if wanted <= WEIGHT_MAX:
        return cheapest_fill_by_weight(costs, [weight // grain for weight in whole], wanted, limit)
    return cheapest_fill(costs, weights, missing, limit, nodes_max)


def _listed(
    problem: Problem,
    alone: Alone,
    deals: Sequence[int],
    lines: Sequence[Ints],
    small: Sequence[int],
) -> list[Listed]:
    by_size: dict[int, list[int]] = {}
    for d in small:
        by_size.setdefault(len(lines[d]), []).append(d)
    found = []
    for size, group in by_size.items():
        members = (np.arange(1 << size)[:, None] >> np.arange(size)) & 1
        brings = [_brings(problem, alone, problem.deals[deals[d]], members) for d in group]
        found.append(
            Listed(
                np.array(group),
                np.array([lines[d] for d in group]),
                members.astype(float),
                np.ascontiguousarray(members.T.astype(float)),
                np.array(brings, dtype=float),
            )
        )
    return found


def _brings(problem: Problem, alone: Alone, deal: Candidate, members: Ints) -> Ints:
    """What each set of lines on a deal brings beyond what these lines get alone."""
    lines = [problem.lines[i] for i in deal.lines]
    units = members @ np.array([line.units for line in lines])
    value = members @ np.array([line.value for line in lines])
    elsewhere = members @ np.array([alone.worth[i] for i in deal.lines])
    brings = np.full(len(units), UNMET)
    for tier in deal.tiers:
        given = members @ np.array(tier.gives) + tier.once - elsewhere
        if tier.bonus is not None:
            of, half_even = tier.bonus.of, problem.half_even
            given = given + np.array([of(u, half_even=half_even) for u in units.tolist()])
        brings = np.where((units >= tier.min_units) & (value >= tier.min_value), given, brings)
    for need in deal.needs:
        counts = [
            line.units if i in need.lines else 0 for i, line in zip(deal.lines, lines, strict=True)
        ]
        brings = np.where(members @ np.array(counts) >= need.min_units, brings, UNMET)
    brings[0] = 0
    return brings
