"""What deals could bring beyond the prices of their lines, if minimums were paid for and not asked.

Each minimum has a multiplier: what falls short of it costs that much a unit. Then each line counts by
itself, so all options of all deals are added up at once, in a tenth of a millisecond. For any prices
and multipliers the sum is a bound on every plan; prices are lowered where no deal wants a line and
raised where two do, and a multiplier rises while its minimum is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from largesse.engine.assignment.alone import Alone
from largesse.engine.assignment.options import Option
from largesse.engine.assignment.problem import Problem, Remainder
from largesse.engine.assignment.reducing import Part

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Round(NamedTuple):
    """One look at some prices: the bound, how many deals want each line, and the multipliers used."""

    bound: float
    wanted: Floats
    multipliers: Floats


class Relaxed:
    """The options of a part as flat arrays: one entry for each line of each option.

    Gains are minor units beyond what a line gets alone. A multiplier below 0 pays for a limit.
    """

    def __init__(self, problem: Problem, part: Part, alone: Alone, options: Sequence[Option]):
        self.options = options
        place = {i: at for at, i in enumerate(part.lines)}
        self.lines_count = len(part.lines)
        self.line: Ints = np.array([place[i] for option in options for i in option.lines])
        worth = np.array([alone.worth[i] for i in part.lines], dtype=float)
        gives = [_gives(problem, option) for option in options]
        self.gain: Floats = np.array([g for each in gives for g in each]) - worth[self.line]
        sizes = np.array([len(option.lines) for option in options])
        self.start: Ints = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
        self.option: Ints = np.repeat(np.arange(len(options)), sizes)
        self.once: Floats = np.array([_once(option) for option in options])
        deals = np.array([option.deal for option in options])
        first = np.concatenate(([True], deals[1:] != deals[:-1]))
        self.deal_start: Ints = np.flatnonzero(first)
        self.deal: Ints = np.cumsum(first) - 1
        self._lay_spans()

    def _lay_spans(self) -> None:
        """The spans of each option, side by side: an option without one has weights of 0 there."""
        options, count = self.options, len(self.options)
        self.slots = max([len(option.spans) for option in options])
        self.weight: Floats = np.zeros((self.slots, len(self.line)))
        self.least: Floats = np.zeros((self.slots, count))
        self.most: Floats = np.full((self.slots, count), np.inf)
        pace = np.zeros((self.slots, count))
        for k, option in enumerate(options):
            start = self.start[k]
            for slot, span in enumerate(option.spans):
                end = start + len(span.weights)
                self.weight[slot, start:end] = span.weights
                self.least[slot, k] = span.least
                if span.most is not None:
                    self.most[slot, k] = span.most
                gains = float(np.abs(self.gain[start:end]).sum())
                pace[slot, k] = 0.3 * gains / max(1, sum(span.weights))
        self.pace = pace
        self._lowest: Floats = np.where(np.isfinite(self.most), -np.inf, 0.0)
        self._highest: Floats = np.where(self.least > 0, np.inf, 0.0)

    def begin(self) -> None:
        """Start the multipliers at 0, their paces at a part of what a unit of weight brings."""
        self.multiplier: Floats = np.zeros_like(self.least)
        self._pace = self.pace.copy()
        self._way: Floats = np.zeros_like(self.least)

    def inner(self, prices: Floats, multiplier: Floats) -> tuple[Floats, Floats]:
        """What each line counts for in each option, and what each option could bring."""
        counts = self.gain - prices[self.line]
        for slot in range(self.slots):
            counts += multiplier[slot][self.option] * self.weight[slot]
        paid = (multiplier * np.where(multiplier < 0, self.most, self.least)).sum(0)
        brings = self.once - paid + np.add.reduceat(np.maximum(counts, 0.0), self.start)
        return counts, brings

    def look(self, prices: Floats) -> Round:
        """The bound at these prices; then the multipliers are moved."""
        multiplier = self.multiplier
        counts, brings = self.inner(prices, multiplier)
        most = np.maximum.reduceat(brings, self.deal_start)
        taken = counts > 0
        chosen = (brings == most[self.deal]) & (brings > 0)
        wanted = np.bincount(
            self.line[taken & chosen[self.option]], minlength=self.lines_count
        ).astype(float)
        bound = float(prices.sum() + np.maximum(most, 0.0).sum())
        self._move(taken)
        return Round(bound, wanted, multiplier)

    def tuned(self, prices: Floats, rounds: int) -> Floats:
        """The multipliers by which each option brings the least at these prices, as far as found."""
        self._pace = 0.1 * self.pace
        best = np.full(len(self.options), np.inf)
        multipliers = self.multiplier
        for _ in range(rounds):
            counts, brings = self.inner(prices, self.multiplier)
            better = brings < best
            best = np.where(better, brings, best)
            multipliers = np.where(better, self.multiplier, multipliers)
            self._move(counts > 0)
        return multipliers

    def _move(self, taken: Flags) -> None:
        """Raise the multipliers of missed minimums and lower the others: in longer steps as long as
        the direction stays, in half of them when it turns."""
        weighed = np.add.reduceat(np.where(taken, self.weight, 0.0), self.start, axis=1)
        over = weighed > self.most
        back = (self.multiplier < 0) & ~over
        way = np.where((weighed < self.least) | back, 1.0, -1.0)
        self._pace *= np.where(way * self._way < 0, 0.5, 1.3)
        self._way = way
        moved = self.multiplier + way * self._pace
        self.multiplier = np.clip(moved, self._lowest, self._highest)


def _gives(problem: Problem, option: Option) -> Sequence[float]:
    """What an option gives each line, with the even share in a bonus that is not taken apart."""
    bonus = option.bonus
    if bonus is None:
        return option.gives
    each = bonus.worth / bonus.every
    units = [problem.lines[i].units for i in option.lines]
    return [g + each * u for g, u in zip(option.gives, units, strict=True)]


def _once(option: Option) -> float:
    """What an option gives once; rounding a bonus adds at most a half."""
    rounds = option.bonus is not None and option.bonus.remainder is Remainder.PROPORTIONAL
    return option.once + 0.5 * rounds
