"""The most that one deal brings beyond the prices of its lines, found in whole numbers, best first.

The beginning that could bring most is continued first. So the first set of lines that is complete is
the best one, and until there is one, no set brings more than that beginning might.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Final

from largesse.engine.assignment.certificate import MULTIPLIER_SCALE, Way
from largesse.engine.assignment.checker_beginnings import Beginning, Beginnings
from largesse.engine.assignment.checker_ways import SCALE, ways_of
from largesse.engine.assignment.problem import Problem, benefit

LOOKS_MAX: Final = 100_000
"""After so many beginnings, what a deal might bring is left at that."""

IMPOSSIBLE: Final = -(10**30)

EXACTLY: Final = 2 * IMPOSSIBLE
"""Nothing is as little as that, so nothing is enough."""


class Term:
    """What a deal brings at most without some lines and with some, looked at as closely as is asked.

    `most` is in parts of a minor unit, as prices are. `lines` bring that, as bits; None as long as it
    is not exact. A deal without lines that it must have need not be met.
    """

    def __init__(self, deal: DealTerms, barred: int, forced: int):
        self._deal, self._barred, self._forced = deal, barred, forced
        self._least = IMPOSSIBLE * MULTIPLIER_SCALE if forced else 0
        self._begun: dict[int, Beginnings] = {}
        self._looks = 0
        # Each with what may come of it, the largest first; then those with fewer lines to decide.
        self._heap: list[tuple[int, int, int, Beginning | None]] = []
        for w, way in enumerate(deal.ways):
            most = way.most_of(barred, forced)
            if most > self._least:
                self._heap.append((-most, -1, w, None))
        heapify(self._heap)
        self.lines: int | None = None
        self._settle()

    def lower(self, enough: int) -> None:
        """Look closer until it brings no more than is enough, or exactly what it says."""
        while self.lines is None and self.most > enough and self._looks < LOOKS_MAX:
            self._look()
            self._settle()

    def _settle(self) -> None:
        most = -self._heap[0][0] if self._heap else self._least
        self.most = -(-most // MULTIPLIER_SCALE)
        if not self._heap:
            self.lines = self._forced
        elif self._heap[0][1] == 0:
            complete = self._heap[0][3]
            self.lines = complete and complete.lines

    def _look(self) -> None:
        """Continue the beginning that could bring most."""
        self._looks += 1
        bound, _, w, beginning = heappop(self._heap)
        if beginning is None:
            begun = self._begun[w] = Beginnings(self._deal.ways[w], self._barred, self._forced)
            self._keep(w, -bound, begun.first)
            return
        for each in self._begun[w].after(beginning):
            self._keep(w, -bound, each)

    def _keep(self, w: int, most: int, beginning: Beginning) -> None:
        found = self._begun[w].most(beginning)
        if found is None:
            return
        if not beginning.left and self._deal.ways[w].shared:
            found = self._deal.worth(beginning.lines)
        most = min(most, found)
        if most > self._least:
            heappush(self._heap, (-most, beginning.left, w, beginning))


class DealTerms:
    """What a deal brings at most beyond some prices, as lines are decided; found once."""

    def __init__(
        self,
        problem: Problem,
        j: int,
        prices: Sequence[int],
        multipliers: Mapping[Way, tuple[int, ...]],
    ):
        self._problem, self._deal, self._prices = problem, problem.deals[j], prices
        self.ways = list(ways_of(problem, j, prices, multipliers))
        self._known: dict[tuple[int, int], Term] = {}

    def worth(self, lines: int) -> int:
        """What exactly some lines bring, in parts of SCALE."""
        on = [i for i in self._deal.lines if lines >> i & 1]
        brings = benefit(self._problem, self._deal, on) * SCALE
        return brings - sum([self._prices[i] for i in on]) * MULTIPLIER_SCALE

    def term(self, barred: int, forced: int, enough: int) -> Term:
        """What it brings without some lines and with some: exactly, or no more than is enough.

        Only those are asked for that the best set of lines doesn't keep to anyhow.
        """
        without = having = 0
        while True:
            term = self._known.get((without, having))
            if term is None:
                term = self._known[without, having] = Term(self, without, having)
            term.lower(enough)
            if term.lines is None or term.most <= enough:
                return term
            wrong, missing = term.lines & barred, forced & ~term.lines
            if not wrong and not missing:
                return term
            without |= wrong
            having |= missing
