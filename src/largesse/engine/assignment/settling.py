"""A plan is made better, or preferred among equals (CH-1), by moves of one line or of a whole deal.

That is not the same as trying every plan: where a tie needs several lines of several deals to move
together, it stays. The moves are made in a fixed order, so equal problems get equal plans.
"""

from __future__ import annotations

from typing import Final

from largesse.engine.assignment.alone import Alone
from largesse.engine.assignment.problem import Candidate, Problem

ROUNDS_MAX: Final = 20
"""Moves end by themselves, nearly always after two or three rounds."""

Key = tuple[int, int, int]
"""What a move changes: minor units, lines on deals (fewer are more), the rank of the deal."""


class Load:
    """What the lines on a deal weigh and get: enough to know what one more or less of them brings."""

    def __init__(self, problem: Problem, deal: Candidate):
        self.problem, self.deal = problem, deal
        self.place = {i: at for at, i in enumerate(deal.lines)}
        self.lines: set[int] = set()
        self.units = self.value = 0
        self.given = [tier.once for tier in deal.tiers]
        self.counted = [0] * len(deal.needs)

    def change(self, i: int, sign: int) -> None:
        """Put a line on the deal (1), or take it off (-1)."""
        units, value = self.problem.lines[i]
        at = self.place[i]
        self.units += sign * units
        self.value += sign * value
        for t, tier in enumerate(self.deal.tiers):
            self.given[t] += sign * tier.gives[at]
        for n, need in enumerate(self.deal.needs):
            if i in need.lines:
                self.counted[n] += sign * units
        if sign > 0:
            self.lines.add(i)
        else:
            self.lines.remove(i)

    def brings(self) -> int | None:
        """What the deal brings; None where it is not met."""
        if not self.lines:
            return None
        for need, counted in zip(self.deal.needs, self.counted, strict=True):
            if counted < need.min_units:
                return None
        for t in range(len(self.given) - 1, -1, -1):
            tier = self.deal.tiers[t]
            if self.units >= tier.min_units and self.value >= tier.min_value:
                bonus = tier.bonus
                more = (
                    0 if bonus is None else bonus.of(self.units, half_even=self.problem.half_even)
                )
                return self.given[t] + more
        return None


class Settling:
    """A plan of some lines that is being moved."""

    def __init__(self, problem: Problem, alone: Alone, deal: dict[int, int | None]):
        self.problem, self.alone = problem, alone
        self.lines = sorted(deal)
        self.on = dict(deal)
        self.loads = {
            j: Load(problem, each)
            for j, each in enumerate(problem.deals)
            if any([i in self.on for i in each.lines])
        }
        self.deals_of: dict[int, list[int]] = {i: [] for i in self.lines}
        for j, load in self.loads.items():
            for i in load.deal.lines:
                if i in self.deals_of:
                    self.deals_of[i].append(j)
        for i, at in deal.items():
            if at is not None:
                self.loads[at].change(i, 1)

    def run(self) -> dict[int, int | None]:
        """The plan after all moves that improve it."""
        for j, load in self.loads.items():
            if load.lines and load.brings() is None:
                self._move({i: self._otherwise(i, j) for i in load.lines})
        for _ in range(ROUNDS_MAX):
            lines = [self._settle_line(i) for i in self.lines]
            deals = [self._settle_deal(j) for j in list(self.loads)]
            if not any(lines) and not any(deals):
                break
        return self.on

    def _otherwise(self, i: int, j: int) -> int | None:
        """Where a line goes that leaves a deal."""
        alone = self.alone.deal[i]
        return None if alone == j else alone

    def _settle_line(self, i: int) -> bool:
        """Put a line where it brings most; of equal places on none, then on the first deal."""
        here = self.on[i]
        best: tuple[Key, int | None] = ((0, 0, -self._rank(here)), here)
        for j in (None, *self.deals_of[i]):
            if j == here:
                continue
            gained = self._try({i: j})
            if gained is not None:
                fewer = (here is not None) - (j is not None)
                best = max(best, ((gained, fewer, -self._rank(j)), j), key=lambda each: each[0])
        if best[1] == here:
            return False
        self._move({i: best[1]})
        return True

    def _settle_deal(self, j: int) -> bool:
        """Take a deal's lines off it, or put them on one of a lower place, if nothing is lost."""
        lines = sorted(self.loads[j].lines)
        if not lines:
            return False
        off = {i: self._otherwise(i, j) for i in lines}
        gained = self._try(off)
        fewer = sum([at is None for at in off.values()])
        earlier = next((at < j for at in off.values() if at is not None), False)
        if gained is not None and (gained, fewer, earlier) > (0, 0, False):
            self._move(off)
            return True
        for other in self.deals_of[lines[0]]:
            if other >= j:
                break
            if all([i in self.loads[other].place for i in lines]):
                to: dict[int, int | None] = dict.fromkeys(lines, other)
                gained = self._try(to)
                if gained is not None and gained >= 0:
                    self._move(to)
                    return True
        return False

    def _rank(self, j: int | None) -> int:
        return len(self.problem.deals) if j is None else j

    def _try(self, to: dict[int, int | None]) -> int | None:
        """What a move would bring; None if it leaves a held line on no deal that is met."""
        back = {i: self.on[i] for i in to}
        touched = {j for j in (*back.values(), *to.values()) if j is not None}
        before = sum([self.loads[j].brings() or 0 for j in touched])
        self._move(to)
        after = sum([self.loads[j].brings() or 0 for j in touched])
        kept = self._keeps(touched) and all(
            [j is not None or i not in self.problem.held for i, j in to.items()]
        )
        self._move(back)
        return after - before if kept else None

    def _keeps(self, deals: set[int]) -> bool:
        held = self.problem.held
        return not held or all(
            [
                held.isdisjoint(self.loads[j].lines) or self.loads[j].brings() is not None
                for j in deals
            ]
        )

    def _move(self, to: dict[int, int | None]) -> None:
        for i, j in to.items():
            here = self.on[i]
            if here is not None:
                self.loads[here].change(i, -1)
            if j is not None:
                self.loads[j].change(i, 1)
            self.on[i] = j


def settled(problem: Problem, alone: Alone, deal: dict[int, int | None]) -> dict[int, int | None]:
    """The plan of some lines after all moves that bring more, or as much in a preferred way."""
    return Settling(problem, alone, deal).run()
