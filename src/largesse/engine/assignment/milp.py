"""What is too large to list goes to HiGHS, a solver of mixed-integer programs, in floats.

Nothing that it says is believed without a look: the plan is scored again in whole units, and its bound
is told apart from what can be checked. Its effort is limited in nodes, never in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any, Final, NamedTuple

from largesse.engine.assignment.alone import Alone
from largesse.engine.assignment.options import Option, Span
from largesse.engine.assignment.problem import Problem, Remainder
from largesse.engine.assignment.reducing import Part

EXACT_MAX: Final = 10**9
"""From this amount on the solver's floats are not trusted to the minor unit."""


class Found(NamedTuple):
    """The deal of each line of the part, what the solver says that it brings, and that nothing brings
    more than; `deal` is None where no plan keeps the held lines."""

    deal: dict[int, int | None] | None
    bound: int
    nodes: int
    complete: bool


class Narrowed(NamedTuple):
    """What plans that bring enough have in common: the options that they may use, by place, and of
    these the places of lines that they may and must have; the deals and lines that they must use."""

    may: dict[int, frozenset[int]]
    must: dict[int, frozenset[int]]
    deals: frozenset[int]
    lines: frozenset[int]


class Rows:
    """A program as it is being written: columns with what they bring, and rows over them."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.starts: list[int] = []
        self.index: list[int] = []
        self.value: list[float] = []
        self.row_lower: list[float] = []
        self.row_upper: list[float] = []

    def column(self, brings: float, most: float = 1.0) -> int:
        self.cost.append(brings)
        self.upper.append(most)
        return len(self.cost) - 1

    def row(self, lower: float, upper: float, entries: Sequence[tuple[int, float]]) -> None:
        total: dict[int, float] = {}
        for column, value in entries:
            total[column] = total.get(column, 0.0) + value
        self.starts.append(len(self.index))
        self.index += total
        self.value += total.values()
        self.row_lower.append(lower)
        self.row_upper.append(upper)


INFINITE: Final = float("inf")


def solve_part(
    problem: Problem,
    part: Part,
    alone: Alone,
    options: Sequence[Option],
    nodes_max: int,
    narrowed: Narrowed | None = None,
) -> Found:
    """The best choice of options and lines, beyond what the lines get alone."""
    rows = Rows()
    used: dict[int, list[tuple[int, float]]] = {i: [] for i in part.lines}
    met: dict[int, list[tuple[int, float]]] = {}
    where: list[tuple[int, int, int]] = []
    for k, option in enumerate(options):
        if narrowed is not None and k not in narrowed.may:
            continue
        y = rows.column(option.once)
        met.setdefault(option.deal, []).append((y, 1.0))
        xs = _lines_of(rows, option, alone, y, k, narrowed)
        for i, x in xs.items():
            used[i].append((x, 1.0))
            where.append((x, i, option.deal))
        for span in option.spans:
            _span_row(rows, option, span, xs, y)
        if option.bonus is not None:
            _bonus_row(rows, problem, option, xs, y)
    lines = alone.stranded if narrowed is None else alone.stranded | narrowed.lines
    for i, entries in used.items():
        rows.row(1.0 if i in lines else 0.0, 1.0, entries)
    for j, entries in met.items():
        needed = narrowed is not None and j in narrowed.deals
        rows.row(1.0 if needed else 0.0, 1.0, entries)
    base = sum([alone.worth[i] for i in part.lines])
    if not rows.cost:
        deal = None if lines else {i: alone.deal[i] for i in part.lines}
        return Found(deal, base, 0, True)
    chosen, bound, nodes, complete = run(rows, nodes_max)
    if chosen is None:
        return Found(None, base + bound, nodes, complete)
    deal = {i: alone.deal[i] for i in part.lines}
    deal.update({i: j for x, i, j in where if chosen[x] > 0.5})
    return Found(deal, base + bound, nodes, complete)


def _lines_of(
    rows: Rows, option: Option, alone: Alone, y: int, k: int, narrowed: Narrowed | None
) -> dict[int, int]:
    """Columns for the lines that the option may want: its own for one that it must have."""
    xs = {}
    for place, i in enumerate(option.lines):
        gain = option.gives[place] - alone.worth[i]
        if narrowed is not None:
            if place in narrowed.must[k]:
                xs[i] = y
                rows.cost[y] += gain
                continue
            if place not in narrowed.may[k]:
                continue
        helps = any([span.weights[place] for span in option.spans if span.least > 0])
        helps = helps or (option.bonus is not None)
        if gain > 0 or helps or i in alone.stranded or narrowed is not None:
            x = xs[i] = rows.column(gain)
            rows.row(-INFINITE, 0.0, [(x, 1.0), (y, -1.0)])
    return xs


def _span_row(rows: Rows, option: Option, span: Span, xs: dict[int, int], y: int) -> None:
    weights = [(xs[i], w) for i, w in zip(option.lines, span.weights, strict=True) if i in xs and w]
    grain = gcd(*[w for _, w in weights]) or 1
    if span.least > 0:
        least = -(-span.least // grain)
        clip = span.most is None
        entries = [(x, float(min(w // grain, least) if clip else w // grain)) for x, w in weights]
        rows.row(0.0, INFINITE, [*entries, (y, -float(least))])
    if span.most is not None:
        entries = [(x, float(w // grain)) for x, w in weights]
        rows.row(-INFINITE, 0.0, [*entries, (y, -float(span.most // grain))])


def _bonus_row(rows: Rows, problem: Problem, option: Option, xs: dict[int, int], y: int) -> None:
    """Whole multiples, or with a proportional bonus minor units, as one more whole number."""
    bonus = option.bonus
    assert bonus is not None
    units = {i: problem.lines[i].units for i in xs}
    total = sum(units.values())
    if bonus.remainder is Remainder.PROPORTIONAL:
        most = bonus.of(total) + 1
        z = rows.column(1.0, float(most))
        entries = [(xs[i], 2.0 * bonus.worth * u) for i, u in units.items()]
        row = [*entries, (z, -2.0 * bonus.every), (y, float(bonus.every))]
        rows.row(0.0, INFINITE, row)
    else:
        most = total // bonus.every
        z = rows.column(float(bonus.worth), float(most))
        whole = bonus.remainder is Remainder.WHOLE_MULTIPLES
        row = [*[(xs[i], float(u)) for i, u in units.items()], (z, -float(bonus.every))]
        rows.row(0.0, 0.0 if whole else INFINITE, row)
    rows.row(-INFINITE, 0.0, [(z, 1.0), (y, -float(most))])


def run(rows: Rows, nodes_max: int) -> tuple[Any, int, int, bool]:
    """The columns' values, or None where nothing was found; the bound, the nodes, whether it ended."""
    import highspy._core
    import numpy as np

    # The plain core: its wrapper greets on standard output as it is made.
    highs = highspy._core._Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", 0.999)
    highs.setOptionValue("mip_max_nodes", max(0, nodes_max))
    count = len(rows.cost)
    highs.passModel(
        count,
        len(rows.row_lower),
        len(rows.index),
        2,  # by rows
        -1,  # the most
        0.0,
        np.array(rows.cost),
        np.zeros(count),
        np.array(rows.upper),
        np.array(rows.row_lower),
        np.array(rows.row_upper),
        np.array(rows.starts, dtype=np.int32),
        np.array(rows.index, dtype=np.int32),
        np.array(rows.value),
        np.ones(count, dtype=np.int32),
    )
    highs.run()
    status = highs.getModelStatus()
    told = highs.getInfo()
    nodes = max(0, int(told.mip_node_count))
    if status == highspy.HighsModelStatus.kInfeasible:
        return None, 0, nodes, True
    optimal = status == highspy.HighsModelStatus.kOptimal
    found = told.primal_solution_status == 2
    bound = told.mip_dual_bound
    most = int(sum([max(0.0, c * u) for c, u in zip(rows.cost, rows.upper, strict=True)]))
    if optimal and abs(told.objective_function_value) < EXACT_MAX:
        most = round(told.objective_function_value)
    elif abs(bound) < INFINITE:
        most = int(bound + abs(bound) * 1e-9 + 1)
    chosen = np.array(highs.getSolution().col_value) if found else None
    return chosen, most, nodes, optimal
