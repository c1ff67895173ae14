"""Deals as a merchandiser writes them, and the best-deal problem that they make of an order.

Only what the benchmark's structures draw: no dates, no customers, bonus stock without remainders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from largesse.engine.assignment import problem as numbers
from largesse.engine.assignment.problem import Bonus, Candidate, Need, OrderLine, Problem
from largesse.engine.money import part_of


class Line(NamedTuple):
    """An order line: its units, and in minor units its value at list price and what it costs now."""

    units: int
    value: int
    net: int


class Benefit(NamedTuple):
    """What a tier gives: to each line by itself, once to all of them, and by their units."""

    each: Callable[[Line], int]
    once: int = 0
    bonus: Bonus | None = None

    def alone(self, line: Line) -> int:
        """What it brings to a line that is the only one."""
        given = self.each(line) + self.once
        return given if self.bonus is None else given + self.bonus.of(line.units)


def percentage(rate: int) -> Benefit:
    """A rate of what each line costs, in millionths, rounded once a line."""
    return Benefit(lambda line: part_of(line.net, rate))


def amount_off(amount: int) -> Benefit:
    """Minor units off each unit; a line never costs less than nothing."""
    return Benefit(lambda line: min(line.net, line.units * amount))


def fixed_price(amount: int) -> Benefit:
    """Each unit costs so many minor units, where that is less than it costs now."""
    return Benefit(lambda line: max(0, line.net - line.units * amount))


def credit(amount: int) -> Benefit:
    """Minor units once, for the whole deal."""
    return Benefit(_nothing, once=amount)


def bonus_stock(every: int, free: int, unit_value: int) -> Benefit:
    """The value of so many free units for every full `every` units on the deal."""
    return Benefit(_nothing, bonus=Bonus(every, free * unit_value))


def _nothing(line: Line) -> int:
    return 0


class Tier(NamedTuple):
    """A benefit and the minimums that it asks; a minimum of 0 asks nothing."""

    min_units: int
    min_value: int
    benefit: Benefit

    def is_met_by(self, line: Line) -> bool:
        return line.units >= self.min_units and line.value >= self.min_value


class ProductSet(NamedTuple):
    """The places of the lines whose products are in the set, and the units that a deal needs of it."""

    lines: tuple[int, ...]
    min_units: int = 0


class Deal(NamedTuple):
    """Tiers from the lowest to the highest; `per_product`: each line has its own highest tier."""

    code: str
    sets: tuple[ProductSet, ...]
    tiers: tuple[Tier, ...]
    per_product: bool = False


def problem_of(lines: Sequence[Line], deals: Sequence[Deal]) -> Problem:
    """The problem in numbers, its deals in the order given."""
    return Problem(
        tuple(OrderLine(line.units, line.value) for line in lines),
        tuple(_per_line(d, lines) if d.per_product else _assorted(d, lines) for d in deals),
    )


def _assorted(deal: Deal, lines: Sequence[Line]) -> Candidate:
    """A deal whose minimums are asked of its lines together."""
    members = tuple(sorted({i for wanted in deal.sets for i in wanted.lines}))
    tiers = [
        numbers.Tier(
            tuple(tier.benefit.each(lines[i]) for i in members),
            tier.min_units,
            tier.min_value,
            tier.benefit.once,
            tier.benefit.bonus,
        )
        for tier in deal.tiers
    ]
    needs = [Need(frozenset(w.lines), w.min_units) for w in deal.sets if w.min_units]
    return Candidate(deal.code, members, tuple(tiers), tuple(needs))


def _per_line(deal: Deal, lines: Sequence[Line]) -> Candidate:
    """A deal whose minimums are asked of each line by itself: it has the lines that reach a tier."""
    gives = {}
    for i in sorted(i for wanted in deal.sets for i in wanted.lines):
        met = [tier for tier in deal.tiers if tier.is_met_by(lines[i])]
        if met:
            gives[i] = met[-1].benefit.alone(lines[i])
    return Candidate(deal.code, tuple(gives), (numbers.Tier(tuple(gives.values())),))
