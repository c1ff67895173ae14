"""The cheapest lines to fill up a minimum with: each costs something and weighs something."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import gcd
from typing import Final, NamedTuple

import numpy as np

WEIGHT_MAX: Final = 600
"""Minimums of so many grains of weight are filled by weight."""

FEW_NODES: Final = 300
"""With no more nodes than this, what minimums are worth is taken as it is told."""


class Fill(NamedTuple):
    """What filling up costs at least, and lines that do it; None if none cost less than the limit.

    Where the nodes didn't suffice the lines may cost more than that, or were not found.
    """

    cost: float
    lines: tuple[int, ...] | None
    nodes: int


def cheapest_fill(
    costs: Sequence[float],
    weights: Sequence[float],
    missing: float,
    limit: float,
    nodes_max: int,
) -> Fill:
    """Lines are in the order of their cost a unit of weight, all weights above 0.

    Depth first; a node is bounded by filling up with the next lines, the last of them in part.
    """
    count = len(costs)
    best, lines, nodes, root = limit, None, 0, 0.0
    stack: list[tuple[int, float, float, tuple[int, ...]]] = [(0, missing, 0.0, ())]
    while stack:
        first, left, cost, taken = stack.pop()
        nodes += 1
        if nodes > nodes_max:
            return Fill(min(root, best), lines, nodes)
        at, bound, rest = first, cost, left
        while at < count and weights[at] < rest:
            rest -= weights[at]
            bound += costs[at]
            at += 1
        if at == count:
            continue
        whole = bound + costs[at]
        bound += costs[at] * rest / weights[at]
        if nodes == 1:
            root = bound
        if bound >= best:
            continue
        if whole < best:
            best, lines = whole, (*taken, *range(first, at + 1))
        # Without the first line, unless filling up with it is cheaper anyway.
        stack.append((first + 1, left, cost, taken))
        if weights[first] < left:
            stack.append((first + 1, left - weights[first], cost + costs[first], (*taken, first)))
        elif cost + costs[first] < best:
            best, lines = cost + costs[first], (*taken, first)
    return Fill(best, lines, nodes)


class ByWeight:
    """The cheapest lines that reach each weight up to some, where weights are small whole numbers.

    `costs` are those of each weight; infinite where the lines don't reach it.
    """

    def __init__(self, costs: Sequence[float], weights: Sequence[int], most: int):
        self._weights = weights
        reach = max(weights, default=0)
        # What is reached beyond a weight costs no more: places below 0 stand for it.
        cheapest = np.full(reach + most + 1, np.inf)
        cheapest[: reach + 1] = 0.0
        after = cheapest[reach:]
        self._taken = np.zeros((len(costs), most + 1), dtype=bool)
        for line, (cost, weight) in enumerate(zip(costs, weights, strict=True)):
            with_it = cheapest[reach - weight : reach - weight + most + 1] + cost
            np.less(with_it, after, out=self._taken[line])
            np.minimum(after, with_it, out=after)
        self.costs = after

    def lines(self, weight: int) -> list[int]:
        """The cheapest lines that reach a weight."""
        found = []
        for line in range(len(self._weights) - 1, -1, -1):
            if weight > 0 and self._taken[line, weight]:
                found.append(line)
                weight -= self._weights[line]
        return found


def cheapest_fill_by_weight(
    costs: Sequence[float], weights: Sequence[int], missing: int, limit: float
) -> Fill:
    """The same, line after line. A node is a line."""
    found = ByWeight(costs, weights, missing)
    cost = float(found.costs[missing])
    lines = tuple(found.lines(missing)) if cost < limit else None
    return Fill(min(cost, limit), lines, len(costs))


def cheapest_fill_by_class(
    costs: Sequence[float],
    weights: Sequence[int],
    classes: Sequence[int],
    missing: int,
    missing_of: Sequence[int],
    limit: float,
) -> Fill:
    """The same, where classes of lines have minimums of their own: class c misses `missing_of[c]`.

    The cheapest lines of each class for each weight are put together, class after class.
    """
    most = max(missing, *missing_of, 0)
    total = np.zeros(1)
    parts: list[tuple[list[int], ByWeight, list[int]]] = []
    for c, least in enumerate(missing_of):
        mine = [at for at, of in enumerate(classes) if of == c]
        found = ByWeight([costs[at] for at in mine], [weights[at] for at in mine], most)
        alone = found.costs[np.maximum(np.arange(most + 1), max(0, least))]
        if len(parts) == 0:
            total, split = alone, np.arange(most + 1, dtype=np.int64)
        else:
            # Row u, column a: the class reaches a of a weight of u.
            behind = np.maximum(np.arange(most + 1)[:, None] - np.arange(most + 1), 0)
            sums = total[behind] + alone
            split = sums.argmin(1).astype(np.int64)
            total = sums[np.arange(most + 1), split]
        shares: list[int] = split.tolist()
        parts.append((mine, found, shares))
    left = max(0, missing)
    cost = float(total[left])
    if cost >= limit:
        return Fill(limit, None, len(costs))
    lines = []
    for (mine, found, shares), least in zip(reversed(parts), reversed(missing_of), strict=True):
        share = shares[left]
        lines += [mine[at] for at in found.lines(max(share, least, 0))]
        left = max(0, left - share)
    return Fill(cost, tuple(lines), len(costs))


def cheapest_fills(
    costs: Sequence[float],
    weights: Sequence[Sequence[float]],
    missing: Sequence[float],
    pays: Sequence[float],
    limit: float,
    nodes_max: int,
) -> Fill:
    """The same where several minimums are missed: a row of weights for each of them.

    A node is bounded by the cheapest fill of one minimum, by weight, while the others are paid for:
    `pays` says what a unit of each is worth.
    """
    hard, grain = _by_weight(weights, missing)
    steps = [0] * len(costs) if hard < 0 else [int(weight) // grain for weight in weights[hard]]
    wanted = 0 if hard < 0 else -(-int(missing[hard]) // grain)
    others = [c for c in range(len(missing)) if c != hard]

    def bounded(pays: Sequence[float]) -> tuple[float, list[list[float]]]:
        folded = [
            cost - sum([pays[c] * weights[c][at] for c in others]) for at, cost in enumerate(costs)
        ]
        table = _cheapest_from(folded, steps, wanted)
        return table[0][wanted] + sum([pays[c] * missing[c] for c in others]), table

    root, table = bounded(pays)
    # Without end only where no lines fill everything: then the bound passes any limit.
    limit = min(limit, 2.0 * sum(costs) + 1.0)
    if nodes_max > FEW_NODES:
        for c, factor in product(others, (2.0, 0.5, 1.4, 0.7)):
            while root < limit:
                other = [paid * (factor if at == c else 1.0) for at, paid in enumerate(pays)]
                higher, of = bounded(other)
                if higher <= root + 1e-9:
                    break
                root, table, pays = higher, of, other
    best, lines, nodes = limit, None, 0
    stack: list[tuple[float, int, int, tuple[float, ...], float, tuple[int, ...]]]
    stack = [(root, 0, wanted, tuple([missing[c] for c in others]), 0.0, ())]
    while stack:
        bound, at, left, lefts, cost, taken = stack.pop()
        if bound >= best:
            continue
        nodes += 1
        if nodes > nodes_max:
            return Fill(min(root, best), lines, nodes)
        if left <= 0 and all([rest <= 0 for rest in lefts]):
            best, lines = cost, taken
            continue
        if at == len(costs):
            continue
        with_it = tuple([rest - weights[c][at] for rest, c in zip(lefts, others, strict=True)])
        after = max(0, left - steps[at])
        children = []
        for down, rests, more, has in (
            (left, lefts, cost, taken),
            (after, with_it, cost + costs[at], (*taken, at)),
        ):
            paid = sum([pays[c] * rest for c, rest in zip(others, rests, strict=True)])
            bound = max(more, more + paid + table[at + 1][down])
            if bound < best:
                children.append((bound, at + 1, down, rests, more, has))
        children.sort(key=lambda child: -child[0])
        stack.extend(children)
    return Fill(best, lines, nodes)


def _by_weight(weights: Sequence[Sequence[float]], missing: Sequence[float]) -> tuple[int, int]:
    """The minimum that asks for the fewest grains of its weights, and its grain; -1 if all are fine."""
    best, hard, grain = WEIGHT_MAX, -1, 1
    for c, row in enumerate(weights):
        of = gcd(*[int(weight) for weight in row])
        if of and -(-int(missing[c]) // of) <= best:
            best, hard, grain = -(-int(missing[c]) // of), c, of
    return hard, grain


def _cheapest_from(
    costs: Sequence[float], weights: Sequence[int], wanted: int
) -> list[list[float]]:
    """For the lines from each place on, the least cost of each weight up to what is wanted."""
    reach = max(weights, default=0)
    table = np.full((len(costs) + 1, reach + wanted + 1), np.inf)
    table[len(costs), : reach + 1] = 0.0
    for at in range(len(costs) - 1, -1, -1):
        rest = table[at + 1]
        shifted = rest[reach - weights[at] : reach - weights[at] + wanted + 1] + costs[at]
        np.minimum(rest[reach:], shifted, out=table[at, reach:])
        table[at, :reach] = table[at, reach]
    found: list[list[float]] = table[:, reach:].tolist()
    return found
