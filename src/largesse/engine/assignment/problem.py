"""Order lines and the deals that compete for them, in numbers only: what a plan is worth, and
nothing of how to find one.

Each line is on at most one deal and is never split (DE-4). A deal gives nothing until its minimums are
met by the lines on it; the highest of its tiers that is met then holds for all of them (DE-2). All
amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from largesse.engine.money import round_div


class Remainder(StrEnum):
    """What units beyond a whole multiple bring in bonus stock (DE-9)."""

    FLOOR = "floor"
    """Nothing: 45 ordered at 10 for 1 give what 40 give."""
    PROPORTIONAL = "proportional"
    """Their share: 45 give the value of four and a half units, rounded once."""
    WHOLE_MULTIPLES = "whole_multiples"
    """All or nothing: 45 give nothing at all."""


class OrderLine(NamedTuple):
    """What a line counts for a trigger: its units, and its value at list price before discounts."""

    units: int
    value: int


class Bonus(NamedTuple):
    """Credit that scales: `worth` for every `every` units on the deal."""

    every: int
    worth: int
    remainder: Remainder = Remainder.FLOOR

    def of(self, units: int, *, half_even: bool = False) -> int:
        """The credit for so many units.

        >>> Bonus(10, 500).of(45), Bonus(10, 500, Remainder.PROPORTIONAL).of(45)
        (2000, 2250)
        >>> Bonus(10, 500, Remainder.WHOLE_MULTIPLES).of(45)
        0
        """
        if self.remainder is Remainder.PROPORTIONAL:
            return round_div(units * self.worth, self.every, half_even=half_even)
        if self.remainder is Remainder.WHOLE_MULTIPLES and units % self.every:
            return 0
        return units // self.every * self.worth


class Tier(NamedTuple):
    """Met when the lines on the deal reach both minimums; a minimum of 0 asks nothing.

    `gives` is what each line of the deal gets, in the order of the deal's `lines`; `once` is given to
    the deal as a whole, and `bonus` by the units on it.
    """

    gives: tuple[int, ...]
    min_units: int = 0
    min_value: int = 0
    once: int = 0
    bonus: Bonus | None = None


class Need(NamedTuple):
    """Units that a deal needs from some of its lines, whatever tier it reaches: a product set's."""

    lines: frozenset[int]
    min_units: int


class Candidate(NamedTuple):
    """A deal that some lines may be on: `lines` ascend, `tiers` go from the lowest to the highest.

    A deal whose minimums are asked of each line by itself is one tier without minimums, which gives
    each line what its own tier gives, and has only the lines that reach one.
    """

    code: str
    lines: tuple[int, ...]
    tiers: tuple[Tier, ...]
    needs: tuple[Need, ...] = ()


Plan = tuple[int | None, ...]
"""For each line the place of its deal, or None."""


class Problem(NamedTuple):
    """Lines and the deals that compete for them, by rank: the higher priority first, then the code.

    `held` are lines that must be on a deal that is met, whatever it brings: what the user picked
    (DE-6). The deals that they may be on are those that have them among their lines.
    """

    lines: tuple[OrderLine, ...]
    deals: tuple[Candidate, ...]
    held: frozenset[int] = frozenset()
    half_even: bool = False


def met_tier(problem: Problem, deal: Candidate, on: Sequence[int]) -> Tier | None:
    """The tier that holds when exactly these lines are on the deal; None when none is met."""
    if not on:
        return None
    lines = problem.lines
    for need in deal.needs:
        if sum(lines[i].units for i in on if i in need.lines) < need.min_units:
            return None
    units = sum(lines[i].units for i in on)
    value = sum(lines[i].value for i in on)
    met = [t for t in deal.tiers if units >= t.min_units and value >= t.min_value]
    return met[-1] if met else None


def benefit(problem: Problem, deal: Candidate, on: Sequence[int]) -> int:
    """What a deal brings when exactly these lines are on it; 0 when no tier is met."""
    tier = met_tier(problem, deal, on)
    if tier is None:
        return 0
    given = sum(tier.gives[deal.lines.index(i)] for i in on) + tier.once
    if tier.bonus is not None:
        units = sum(problem.lines[i].units for i in on)
        given += tier.bonus.of(units, half_even=problem.half_even)
    return given


def lines_on(problem: Problem, plan: Plan) -> dict[int, list[int]]:
    """The lines on each deal that has some.

    Raises ValueError for a plan that doesn't fit the problem.
    """
    if len(plan) != len(problem.lines):
        raise ValueError(f"the plan has {len(plan)} places, the order {len(problem.lines)} lines")
    on: dict[int, list[int]] = {}
    for i, j in enumerate(plan):
        if j is None:
            continue
        if i not in problem.deals[j].lines:
            raise ValueError(f"line {i} can't be on the deal {problem.deals[j].code}")
        on.setdefault(j, []).append(i)
    return on


def score(problem: Problem, plan: Plan) -> int:
    """What a plan brings in all.

    Raises ValueError for one that doesn't fit the problem.
    """
    return sum(benefit(problem, problem.deals[j], on) for j, on in lines_on(problem, plan).items())


def keeps_picks(problem: Problem, plan: Plan) -> bool:
    """Whether every held line is on a deal that is met."""
    on = lines_on(problem, plan)
    met = {j for j, lines in on.items() if met_tier(problem, problem.deals[j], lines)}
    return all(plan[i] in met for i in problem.held)
