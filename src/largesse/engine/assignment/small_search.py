"""Few lines: every set of lines that a deal is worth having for is listed, and the sets are packed.

What a set of lines brings beyond what its lines get alone is one whole number that also settles ties
(CH-1): below the minor units it counts lines on deals, below that the ranks of their deals. So the
largest number is the one preferred plan. Plain Python: tiny parts are decided in less time than
loading a solver takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from largesse.engine.assignment.alone import Alone
from largesse.engine.assignment.problem import Candidate, Problem
from largesse.engine.assignment.reducing import Part, at_most


class Column(NamedTuple):
    """Lines that may be on a deal together, as bits, and what they gain by it."""

    lines: int
    gain: int


class Worth:
    """Minor units, lines on deals and ranks as one number: the preferred plan has the largest."""

    def __init__(self, problem: Problem, part: Part, alone: Alone):
        ranks = len(problem.deals) + 1
        self.none = ranks - 1
        n = len(part.lines)
        self.rank: list[int] = [ranks ** (n - 1 - place) for place in range(n)]
        self.line: int = ranks**n
        self.unit: int = self.line * (n + 1)
        # A held line that no deal takes costs more than all deals bring.
        self.missing = 0
        if not alone.stranded.isdisjoint(part.lines):
            limits = [at_most(problem, problem.deals[j]) for j in part.deals]
            self.missing = self.unit * (2 + sum([once + sum(gives) for once, gives in limits]))
            self.missing += self.unit * sum([alone.worth[i] for i in part.lines])

    def on(self, place: int, j: int, gives: int) -> int:
        """The worth of a line's being on a deal."""
        return gives * self.unit - self.line - j * self.rank[place]

    def alone(self, place: int, i: int, alone: Alone) -> int:
        j = alone.deal[i]
        if j is None:
            return -self.none * self.rank[place] - (self.missing if i in alone.stranded else 0)
        return self.on(place, j, alone.worth[i])


def search_small(
    problem: Problem, part: Part, alone: Alone, nodes_max: int
) -> tuple[dict[int, int | None] | None, int]:
    """The deal of each line of the part in the preferred plan, or None without enough nodes; and the
    nodes used."""
    worth = Worth(problem, part, alone)
    bit = {i: place for place, i in enumerate(part.lines)}
    by_deal = []
    for j in part.deals:
        found = columns_of(problem, problem.deals[j], j, bit, worth, alone)
        if found:
            by_deal.append((j, found))
    # The deals with most to lose are decided first.
    by_deal.sort(key=lambda each: -each[1][0].gain)
    chosen, nodes = pack([columns for _, columns in by_deal], nodes_max)
    if chosen is None:
        return None, nodes
    deal = {i: alone.deal[i] for i in part.lines}
    for (j, _), lines in zip(by_deal, chosen, strict=True):
        for i, place in bit.items():
            if lines >> place & 1:
                deal[i] = j
    return deal, nodes


def columns_of(
    problem: Problem, deal: Candidate, j: int, bit: dict[int, int], worth: Worth, alone: Alone
) -> list[Column]:
    """The sets of lines that a deal gains by, the largest gain first."""
    masks, units, value = [0], [0], [0]
    beyond = [0]
    gives = [[tier.once] for tier in deal.tiers]
    needs = [[0] for _ in deal.needs]
    for place, i in enumerate(deal.lines):
        line_units, line_value = problem.lines[i]
        here = bit[i]
        flag, off = 1 << here, worth.on(here, j, 0) - worth.alone(here, i, alone)
        masks += [m | flag for m in masks]
        units += [u + line_units for u in units]
        value += [v + line_value for v in value]
        beyond += [b + off for b in beyond]
        for sums, tier in zip(gives, deal.tiers, strict=True):
            gets = tier.gives[place]
            sums += [g + gets for g in sums]
        for weighed, need in zip(needs, deal.needs, strict=True):
            counts = line_units if i in need.lines else 0
            weighed += [w + counts for w in weighed]
    met = _met(deal, units, value, needs)
    unit, half_even = worth.unit, problem.half_even
    columns = []
    for at, t in enumerate(met):
        if t >= 0:
            given = gives[t][at]
            bonus = deal.tiers[t].bonus
            if bonus is not None:
                given += bonus.of(units[at], half_even=half_even)
            gain = beyond[at] + given * unit
            if gain > 0:
                columns.append(Column(masks[at], gain))
    columns.sort(key=lambda column: -column.gain)
    return columns


def _met(
    deal: Candidate, units: Sequence[int], value: Sequence[int], needs: Sequence[Sequence[int]]
) -> list[int]:
    """The highest tier that each set of lines reaches; -1 for none, and for no lines."""
    met = [-1] * len(units)
    for t, tier in enumerate(deal.tiers):
        min_units, min_value = tier.min_units, tier.min_value
        met = [
            t if u >= min_units and v >= min_value else m
            for m, u, v in zip(met, units, value, strict=True)
        ]
    for need, weighed in zip(deal.needs, needs, strict=True):
        least = need.min_units
        met = [m if w >= least else -1 for m, w in zip(met, weighed, strict=True)]
    met[0] = -1
    return met


def pack(by_deal: Sequence[Sequence[Column]], nodes_max: int) -> tuple[list[int] | None, int]:
    """At most one column for each deal, no line twice, the largest sum: their lines, and the nodes.

    Depth first; what the deals that are left could gain at most, is the bound.
    """
    count = len(by_deal)
    rest = [0] * (count + 1)
    for d in range(count - 1, -1, -1):
        rest[d] = rest[d + 1] + by_deal[d][0].gain
    best, best_lines = 0, [0] * count
    lines = [0] * count
    nodes = 0

    def visit(d: int, used: int, gained: int) -> None:
        nonlocal best, best_lines, nodes
        nodes += 1
        if nodes > nodes_max:
            return
        if gained > best:
            best, best_lines = gained, lines.copy()
        if d == count:
            return
        for column in by_deal[d]:
            if gained + column.gain + rest[d + 1] <= best:
                break
            if not column.lines & used:
                lines[d] = column.lines
                visit(d + 1, used | column.lines, gained + column.gain)
        lines[d] = 0
        if gained + rest[d + 1] > best:
            visit(d + 1, used, gained)

    visit(0, 0, 0)
    return (best_lines if nodes <= nodes_max else None), nodes
