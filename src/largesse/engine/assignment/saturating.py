"""Few deals over many lines that ask for units: what counts is how many units each has so far.

Units beyond what a tier asks for change nothing, so there are few different counts. Line by line, the
best that can still come is found for each of them: "any 6 of 20 products", which has 38,760 ways to
choose, takes a few hundred steps. Ties are settled exactly (CH-1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import gcd, prod
from typing import TYPE_CHECKING, Final, NamedTuple

from largesse.engine.assignment.alone import Alone
from largesse.engine.assignment.problem import Problem, Tier
from largesse.engine.assignment.reducing import Part

if TYPE_CHECKING:
    from largesse.engine.assignment.relaxing import Ints

COUNTS_MAX: Final = 20_000
"""At most so many different counts for one way to meet the deals."""

CELLS_MAX: Final = 500_000
"""At most so many counts in all, over lines and ways to meet the deals."""

DEALS_MAX: Final = 4

IMPOSSIBLE: Final = -(1 << 61)


class Counted(NamedTuple):
    """A tier of a deal that is to be met, with units `below` those of the next one. Counts of `top`
    grains of units and more are the same."""

    j: int
    tier: Tier
    top: int
    below: int | None


def count_up(
    problem: Problem, part: Part, alone: Alone
) -> tuple[dict[int, int | None], int] | None:
    """The preferred plan of a part and the cells looked at; None where it is no part of this kind."""
    if len(part.deals) > DEALS_MAX:
        return None
    grain = gcd(*[problem.lines[i].units for i in part.lines]) or 1
    ways = [_ways(problem, j, grain) for j in part.deals]
    if any([way is None for way in ways]):
        return None
    combined = list(product(*[(None, *(way or ())) for way in ways]))
    cells = sum([_cells(each) for each in combined]) * len(part.lines)
    if cells > CELLS_MAX or max([_cells(each) for each in combined]) > COUNTS_MAX:
        return None
    best: tuple[tuple[int, tuple[int, ...]], dict[int, int | None]] | None = None
    for some in combined:
        table = _Table(problem, part, alone, [each for each in some if each], grain)
        if best is None or table.most >= best[0][0]:
            plan = table.plan()
            none = len(problem.deals)
            places = tuple([-(none if j is None else j) for j in plan.values()])
            ranked = (table.most, places), plan
            if best is None or ranked[0] > best[0]:
                best = ranked
    assert best is not None
    return best[1], cells


def _cells(some: Sequence[Counted | None]) -> int:
    return prod([each.top + 1 for each in some if each])


def _ways(problem: Problem, j: int, grain: int) -> list[Counted] | None:
    """The tiers of a deal with the units to tell apart; None where value or needs count too."""
    deal = problem.deals[j]
    total = sum([problem.lines[i].units for i in deal.lines])
    if deal.needs or any([tier.min_value > 0 for tier in deal.tiers]):
        return None
    if not all([problem.lines[i].units > 0 for i in deal.lines]):
        return None
    found = []
    for t, tier in enumerate(deal.tiers):
        higher = [each.min_units for each in deal.tiers[t + 1 :]]
        if tier.min_units <= total and tier.min_units < min(higher, default=total + 1):
            # With a bonus all units count, with a higher tier those below it.
            top = total if tier.bonus or higher else tier.min_units
            found.append(Counted(j, tier, max(1, -(-top // grain)), min(higher, default=None)))
    return found


class _Table:
    """What can come at best from each line on, by the units that the deals have so far.

    Values are minor units and lines on deals in one number: fewer lines are better.
    """

    def __init__(
        self,
        problem: Problem,
        part: Part,
        alone: Alone,
        counted: Sequence[Counted],
        grain: int,
    ):
        import numpy as np

        self.problem, self.part, self.alone, self.counted = problem, part, alone, counted
        self.unit = len(part.lines) + 1
        self.place = [{i: at for at, i in enumerate(problem.deals[c.j].lines)} for c in counted]
        # For each line and deal: where each count goes when the line joins.
        self.after = [
            [
                np.minimum(np.arange(c.top + 1) + problem.lines[i].units // grain, c.top)
                for c in counted
            ]
            for i in part.lines
        ]
        self.rest: list[Ints] = [self._at_end(grain)]
        for at in range(len(part.lines) - 1, -1, -1):
            rest = self.rest[-1]
            best = rest + self._alone(at)
            for axis, _, gets in self._joins(at):
                np.maximum(best, rest.take(self.after[at][axis], axis=axis) + gets, out=best)
            self.rest.append(best)
        self.rest.reverse()
        self.most = int(self.rest[0][(0,) * len(counted)])

    def _at_end(self, grain: int) -> Ints:
        """What the deals give once, and by their units; nothing possible where one is not met."""
        import numpy as np

        total = np.zeros([c.top + 1 for c in self.counted], dtype=np.int64)
        for axis, c in enumerate(self.counted):
            gives = np.full(c.top + 1, IMPOSSIBLE >> 4)
            for count in range(1, c.top + 1):
                units = count * grain
                if units >= c.tier.min_units and (c.below is None or units < c.below):
                    bonus = c.tier.bonus
                    more = bonus.of(units, half_even=self.problem.half_even) if bonus else 0
                    gives[count] = (c.tier.once + more) * self.unit
            total = total + gives.reshape([-1 if at == axis else 1 for at in range(total.ndim)])
        return total

    def _alone(self, at: int) -> int:
        i = self.part.lines[at]
        if i in self.alone.stranded:
            return IMPOSSIBLE >> 4
        return self.alone.worth[i] * self.unit - (self.alone.deal[i] is not None)

    def _joins(self, at: int) -> Iterator[tuple[int, int, int]]:
        """The deals that a line can be on: axis, deal, and what the line gets."""
        i = self.part.lines[at]
        for axis, c in enumerate(self.counted):
            place = self.place[axis].get(i)
            if place is not None:
                yield axis, c.j, c.tier.gives[place] * self.unit - 1

    def plan(self) -> dict[int, int | None]:
        """The plan that brings the most: line by line the deal of the lowest place that still can."""
        none = len(self.problem.deals)
        plan: dict[int, int | None] = {}
        counts = [0] * len(self.counted)
        for at, i in enumerate(self.part.lines):
            here, rest = int(self.rest[at][tuple(counts)]), self.rest[at + 1]
            choices: list[tuple[int, list[int]]] = []
            if int(rest[tuple(counts)]) + self._alone(at) == here:
                j = self.alone.deal[i]
                choices.append((none if j is None else j, counts))
            for axis, j, gets in self._joins(at):
                after = counts.copy()
                after[axis] = int(self.after[at][axis][counts[axis]])
                if int(rest[tuple(after)]) + gets == here:
                    choices.append((j, after))
            first, counts = min(choices, key=lambda each: each[0])
            plan[i] = None if first == none else first
        return plan
