"""Lines are put on a deal one by one, and each beginning says what it can still bring at most.

What a minimum lacks is paid for at so much a unit; then each line that is left counts by itself. Any
pay makes a bound, and the best one changes with every line that is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import add
from typing import NamedTuple

from largesse.engine.assignment.checker_ways import OneWay, WayLine, with_pay


class Beginning(NamedTuple):
    """How many lines are `left` to decide; what those taken weigh and count for; which these are, as
    bits."""

    left: int
    weights: tuple[int, ...]
    counts: int
    lines: int


class Beginnings:
    """Those of a way without some lines and with some. The last of `rest` is decided next."""

    def __init__(self, way: OneWay, barred: int, forced: int):
        self._way = way
        self.rest = [line for line in way.lines if not line.bit & (barred | forced)]
        taken = [line for line in way.lines if line.bit & forced]
        kinds = range(len(way.least))
        weights = [sum([line.weights[k] for line in taken]) for k in kinds]
        counts = way.once + sum([line.counts for line in taken])
        self.first = Beginning(len(self.rest), _at_most(weights, way.tops), counts, forced)
        self._pays = pays = self._best_pays()
        # First those that differ least: what the others do is then nearly settled.
        self.rest.sort(key=lambda line: -abs(with_pay(line.counts, line.weights, pays)))
        self._held = [
            list(accumulate([line.weights[k] for line in self.rest], initial=0)) for k in kinds
        ]
        self._free = _reach([line.counts for line in self.rest])
        self._ladders: dict[tuple[int, ...], _Ladder] = {}
        self._known: dict[tuple[int, tuple[int, ...], bool], int] = {}

    def _best_pays(self) -> list[int]:
        """The best pay for what each weight lacks at first, one after the other."""
        pays = list(self._way.pays)
        for k, least in enumerate(self._way.least):
            lacks = least - self.first.weights[k]
            pays[k] = 0
            if lacks > 0:
                ladder = _Ladder(self.rest, k, pays)
                ladder.lowest(len(self.rest), lacks)
                pays[k] = ladder.pay
        return pays

    def after(self, beginning: Beginning) -> tuple[Beginning, Beginning]:
        """The next line is not taken, or it is."""
        left, weights, counts, lines = beginning
        line = self.rest[left - 1]
        heavier = _at_most(map(add, weights, line.weights), self._way.tops)
        return (
            Beginning(left - 1, weights, counts, lines),
            Beginning(left - 1, heavier, counts + line.counts, lines | line.bit),
        )

    def most(self, beginning: Beginning) -> int | None:
        """What comes of a beginning at most, in parts of SCALE; None if nothing does, or nothing that
        doesn't come of one that weighs the same."""
        left, weights, counts, lines = beginning
        for units, value in self._way.above:
            if weights[0] >= units and weights[1] >= value:
                return None
        lacks = []
        for k, (least, weight) in enumerate(zip(self._way.least, weights, strict=True)):
            if least > weight:
                if least - weight > self._held[k][left]:
                    return None
                lacks.append((k, least - weight))
        # A deal that is met has a line.
        key = left, weights, not lines
        if self._known.get(key, counts - 1) >= counts:
            return None
        self._known[key] = counts
        if left or lines:
            return counts + self._still(left, lacks)
        return None

    def _still(self, left: int, lacks: Sequence[tuple[int, int]]) -> int:
        """What the lines that are left bring at most, where so much lacks of some weights."""
        if not lacks:
            return self._free[left]
        found = []
        for k, lack in lacks:
            others = [each for each in lacks if each[0] != k]
            back = sum([self._pays[other] * much for other, much in others])
            ladder = self._ladder(k, tuple([other for other, _ in others]))
            found.append(ladder.lowest(left, lack) - back)
        return min(found)

    def _ladder(self, k: int, others: tuple[int, ...]) -> _Ladder:
        key = k, *others
        if key not in self._ladders:
            pays = [pay if other in others else 0 for other, pay in enumerate(self._pays)]
            self._ladders[key] = _Ladder(self.rest, k, pays)
        return self._ladders[key]


class _Ladder:
    """The pays for a weight at which a line begins to count for something, where others are paid too.

    One of these is best, whatever lacks; what comes of them falls towards it from both sides.
    """

    def __init__(self, rest: Sequence[WayLine], k: int, pays: Sequence[int]):
        self._lines = [
            (with_pay(line.counts, line.weights, pays), line.weights[k]) for line in rest
        ]
        self._rungs = sorted({0, *[-(c // w) for c, w in self._lines if w and c < 0]})
        self._reach: list[list[int] | None] = [None] * len(self._rungs)
        self._at = 0

    @property
    def pay(self) -> int:
        """The best pay for what was last said to lack."""
        return self._rungs[self._at]

    def lowest(self, left: int, lack: int) -> int:
        """What the first lines, so many, bring at most at the best pay: it is near the last one."""
        at, last = self._at, len(self._rungs) - 1
        lowest = self._most(at, left, lack)
        while at < last and (next_one := self._most(at + 1, left, lack)) < lowest:
            at, lowest = at + 1, next_one
        while at and (next_one := self._most(at - 1, left, lack)) < lowest:
            at, lowest = at - 1, next_one
        self._at = at
        return lowest

    def _most(self, at: int, left: int, lack: int) -> int:
        reach, pay = self._reach[at], self._rungs[at]
        if reach is None:
            reach = self._reach[at] = _reach([c + pay * w for c, w in self._lines])
        return reach[left] - pay * lack


def _reach(counts: Sequence[int]) -> list[int]:
    """What the first lines count for at most, by how many they are."""
    return list(accumulate([count if count > 0 else 0 for count in counts], initial=0))


def _at_most(weights: Iterable[int], tops: Sequence[int]) -> tuple[int, ...]:
    return tuple(map(min, weights, tops))
