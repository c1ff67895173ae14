"""The best-deal problem as one integer program, for solvers that know nothing of deals.

One binary column says that a tier of a deal holds, one for each of its lines that the line is on it,
and a whole number counts what a bonus pays for. Nothing is dropped, merged or tightened beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from largesse.engine.assignment.problem import (
    Plan,
    Problem,
    Remainder,
    Tier,
)


class Answer(NamedTuple):
    """What a solver made of a problem; `value` is what its plan scores, None where it has no plan.

    `proven` is the solver's word that no plan is worth more. The time is CPU time, or the clock's where
    the peer says so.
    """

    value: int | None
    proven: bool
    milliseconds: float


@dataclass(slots=True)
class Model:
    """Maximise the gains of whole columns from 0 to `most`, within rows; None is no bound.

    `places` are the columns that put a line on a deal, with both.
    """

    gains: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    low: list[int | None] = field(default_factory=list)
    high: list[int | None] = field(default_factory=list)
    rows: list[list[tuple[int, int]]] = field(default_factory=list)
    """For each row its columns and their weights."""
    places: list[tuple[int, int, int]] = field(default_factory=list)
    """Columns, each with the line that it puts on a deal and the deal."""

    def column(self, gain: int, most: int = 1) -> int:
        self.gains.append(gain)
        self.most.append(most)
        return len(self.gains) - 1

    def row(self, terms: list[tuple[int, int]], low: int | None, high: int | None) -> None:
        self.rows.append(terms)
        self.low.append(low)
        self.high.append(high)

    def plan(self, values: Sequence[float], lines: int) -> Plan:
        """The plan of a solution, whose binary columns may be off by a tolerance."""
        plan: list[int | None] = [None] * lines
        for column, i, j in self.places:
            if values[column] > 0.5:
                plan[i] = j
        return tuple(plan)


def model_of(problem: Problem) -> Model:
    """The whole problem. Raises ValueError for a bonus whose remainder is not dropped."""
    model = Model()
    for j, deal in enumerate(problem.deals):
        holds = [_add_tier(model, problem, j, k) for k in range(len(deal.tiers))]
        model.row([(column, 1) for column in holds], None, 1)
    of_line: list[list[tuple[int, int]]] = [[] for _ in problem.lines]
    for column, i, _ in model.places:
        of_line[i].append((column, 1))
    for i, terms in enumerate(of_line):
        model.row(terms, 1 if i in problem.held else None, 1)
    return model


def _add_tier(model: Model, problem: Problem, j: int, k: int) -> int:
    """The columns and rows of one tier; returns the column that says that it holds."""
    deal, lines = problem.deals[j], problem.lines
    tier = deal.tiers[k]
    holds = model.column(tier.once)
    on = {i: model.column(gain) for i, gain in zip(deal.lines, tier.gives, strict=True)}
    for i, column in on.items():
        model.places.append((column, i, j))
        model.row([(column, 1), (holds, -1)], None, 0)
    units = [(column, lines[i].units) for i, column in on.items()]
    value = [(column, lines[i].value) for i, column in on.items()]
    # A tier needs a line, also where it asks for nothing.
    model.row([*((column, 1) for column in on.values()), (holds, -1)], 0, None)
    model.row([*units, (holds, -tier.min_units)], 0, None)
    model.row([*value, (holds, -tier.min_value)], 0, None)
    for need in deal.needs:
        needed = [(column, lines[i].units) for i, column in on.items() if i in need.lines]
        model.row([*needed, (holds, -need.min_units)], 0, None)
    if tier.bonus is not None:
        if tier.bonus.remainder is not Remainder.FLOOR:
            raise ValueError(f"{deal.code} has a bonus with {tier.bonus.remainder} remainders")
        total = sum(weight for _, weight in units)
        times = model.column(tier.bonus.worth, total // tier.bonus.every)
        model.row([*units, (times, -tier.bonus.every)], 0, None)
    for above in deal.tiers[k + 1 :]:
        if not _gives_no_less(above, tier):
            _keep_below(model, above, units, value)
    return holds


def _keep_below(
    model: Model, above: Tier, units: list[tuple[int, int]], value: list[tuple[int, int]]
) -> None:
    """The lines on a tier miss a minimum of one above it, which would hold instead (DE-2)."""
    if not above.min_value:
        model.row(units, None, above.min_units - 1)
    elif not above.min_units:
        model.row(value, None, above.min_value - 1)
    else:
        either = model.column(0)
        spare = sum(weight for _, weight in units)
        model.row([*units, (either, -spare)], None, above.min_units - 1)
        spare = sum(weight for _, weight in value)
        model.row([*value, (either, spare)], None, above.min_value - 1 + spare)


def _gives_no_less(above: Tier, tier: Tier) -> bool:
    """Whether a tier gives at least as much, whichever lines are on it; then it may hold uncounted."""
    if tier.bonus is not None:
        same = above.bonus is not None and above.bonus[0::2] == tier.bonus[0::2]
        if not same or above.bonus is None or above.bonus.worth < tier.bonus.worth:
            return False
    pairs = zip(above.gives, tier.gives, strict=True)
    return above.once >= tier.once and all(more >= less for more, less in pairs)
