"""Parts too large to try everything: prices that lower the bound, then a tree over what is left open.

Both take turns: prices are found roughly, the tree is given a try; what it finds and the better
multipliers lead to better prices. Most orders are decided in the first turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import floor
from typing import Final, NamedTuple

import numpy as np

from largesse.engine.assignment.alone import Alone
from largesse.engine.assignment.answers import Answer
from largesse.engine.assignment.branching import Decided, Tree
from largesse.engine.assignment.certificate import (
    MULTIPLIER_SCALE,
    PRICE_SCALE,
    Branch,
    PartProof,
    Way,
)
from largesse.engine.assignment.exact import Exact
from largesse.engine.assignment.guessing import guesses, narrowed
from largesse.engine.assignment.levelling import lowest
from largesse.engine.assignment.milp import solve_part
from largesse.engine.assignment.options import Option
from largesse.engine.assignment.problem import Problem, benefit, keeps_picks, met_tier, score
from largesse.engine.assignment.reducing import Part
from largesse.engine.assignment.relaxing import Flags, Floats, Relaxed
from largesse.engine.assignment.settling import settled

ROUGH_ROUNDS: Final = 60
"""Rounds of the relaxed sum that find first prices and multipliers."""

TURNS: Final = (
    (60, 0.01, 500),
    (60, 0.003, 20_000),
    (60, 0.001, 20_000),
    (60, 0.0005, 20_000),
    (60, 0.0002, 20_000),
    (60, 0.0001, 100_000),
)
"""For each turn the rounds of exact terms, the share of the bound that they first aim below it, and the
steps of the tree."""

NEAR: Final = 0.2
"""Levels nearer than this part of a minor unit are not worth a round."""

TUNING_ROUNDS: Final = 30
"""Rounds that fit the multipliers to the prices."""

ROUNDING: Final = 1e-6

ROOT_NODES: Final = 20
EACH_NODES_MAX: Final = 200
COLUMNS_MAX: Final = 3_000
COLUMNS_A_STEP: Final = 150
"""What HiGHS is given at most, and what it may do with it: a guess is not to take much longer."""

OPEN_MAX: Final = 0.0002
"""With more than this share of what a part brings left open, prices alone won't close the gap."""

OPEN_PAIRS_MAX: Final = 200
OPEN_SHARE: Final = 0.004

NODES_MAX: Final = 2**31 - 1


class Found(NamedTuple):
    """The lines of each deal, as bits, None if there is no plan yet, and what they bring beyond lines
    alone; what no plan brings more than, and what shows it."""

    lines: list[int] | None
    brings: int | None
    bound: float
    prices: Floats
    multipliers: Floats
    tree: Decided | None
    steps: int


class Worths:
    """What a deal brings with exactly some lines beyond what these get alone; found out once."""

    def __init__(self, problem: Problem, part: Part, alone: Alone, deals: Sequence[int]):
        self._problem, self._part, self._alone, self._deals = problem, part, alone, deals
        self._known: dict[tuple[int, int], int | None] = {}

    def __call__(self, d: int, lines: int) -> int | None:
        if (d, lines) not in self._known:
            on = [i for at, i in enumerate(self._part.lines) if lines >> at & 1]
            deal = self._problem.deals[self._deals[d]]
            found = None
            if met_tier(self._problem, deal, on):
                found = benefit(self._problem, deal, on) - sum([self._alone.worth[i] for i in on])
            self._known[d, lines] = found
        return self._known[d, lines]


def solve_large(
    problem: Problem, part: Part, alone: Alone, options: Sequence[Option], steps_max: int
) -> Answer | None:
    """The best plan of a part, as far as the steps go; None where no plan keeps the held lines."""
    relaxed = Relaxed(problem, part, alone, options)
    exact = Exact(problem, part, alone, relaxed)
    found = _in_turns(problem, part, alone, exact, steps_max)
    base = sum([alone.worth[i] for i in part.lines])
    most = floor(found.bound + ROUNDING)
    found = found._replace(multipliers=_told(exact, found.multipliers))
    proof = _proof(part, exact, found, most)
    deal = None if found.lines is None else _deal_of(part, alone, exact.deals, found.lines)
    steps, bound = found.steps, base + most
    if deal is None or found.brings is None:
        # Held lines alone may take long: without a plan there is nothing to say.
        told = solve_part(problem, part, alone, options, NODES_MAX)
        deal, bound = _better(problem, None, told.deal), min(bound, told.bound)
    elif most > found.brings:
        deal, bound, steps = _guessed(problem, part, alone, exact, found, deal, steps_max)
    if deal is None:
        return None
    prices = {
        i: alone.worth[i] * PRICE_SCALE + round(price * PRICE_SCALE)
        for i, price in zip(part.lines, found.prices.tolist(), strict=True)
    }
    return Answer(
        settled(problem, alone, deal),
        bound,
        base + proof.most,
        steps,
        proof=proof,
        prices=prices,
        multipliers=_ways(options, found.multipliers),
    )


def _guessed(
    problem: Problem,
    part: Part,
    alone: Alone,
    exact: Exact,
    found: Found,
    deal: dict[int, int | None],
    steps_max: int,
) -> tuple[dict[int, int | None], int, int]:
    """A better plan and a lower bound by HiGHS, and the steps, a guess after the other."""
    relaxed = exact.relaxed
    base = sum([alone.worth[i] for i in part.lines])
    steps, bound = found.steps, base + floor(found.bound + ROUNDING)
    tree = Tree(
        exact, found.prices, found.multipliers, 0, Worths(problem, part, alone, exact.deals)
    )
    brings = _part_value(problem, deal)
    small = len(relaxed.line) <= OPEN_PAIRS_MAX
    for slack in guesses(found.bound, brings - base, 0.0 if small else float(bound)):
        some = narrowed(tree, found.bound, slack)
        columns = sum([1 + len(lines) for lines in some.may.values()])
        # A node of HiGHS takes the longer the more columns it has; the root takes as long as many.
        each = 1 + columns * columns // COLUMNS_A_STEP
        nodes = (steps_max - steps) // each - ROOT_NODES
        if nodes <= 0 or columns > COLUMNS_MAX:
            break
        told = solve_part(problem, part, alone, relaxed.options, min(nodes, EACH_NODES_MAX), some)
        steps += (told.nodes + ROOT_NODES) * each
        deal = _better(problem, deal, told.deal) or deal
        brings = max(brings, _part_value(problem, deal))
        if told.complete:
            # What was left out brings less than was guessed.
            target = base + floor(found.bound - slack + ROUNDING)
            bound = min(bound, max(brings, target, told.bound if told.deal else target))
        if bound <= brings:
            break
    return deal, bound, steps


def _part_value(problem: Problem, deal: dict[int, int | None]) -> int:
    return score(problem, tuple([deal.get(i) for i in range(len(problem.lines))]))


def _better(
    problem: Problem, one: dict[int, int | None] | None, other: dict[int, int | None] | None
) -> dict[int, int | None] | None:
    """The plan that brings more of those that keep the held lines."""
    best: tuple[int, dict[int, int | None]] | None = None
    for deal in (one, other):
        if deal is not None:
            plan = tuple([deal.get(i) for i in range(len(problem.lines))])
            some = problem._replace(held=problem.held & deal.keys())
            if keeps_picks(some, plan):
                value = score(problem, plan)
                if best is None or value > best[0]:
                    best = value, deal
    return None if best is None else best[1]


def _in_turns(problem: Problem, part: Part, alone: Alone, exact: Exact, steps_max: int) -> Found:
    """Prices and the tree in turns, until the bound meets the plan or the steps are used up."""
    relaxed = exact.relaxed
    worths = Worths(problem, part, alone, exact.deals)
    free = np.array([i in alone.stranded for i in part.lines])
    stranded = sum([1 << at for at, i in enumerate(part.lines) if i in alone.stranded])
    prices, multipliers = _rough(relaxed, free)
    steps = ROUGH_ROUNDS * len(exact.deals)
    base = float(sum([alone.worth[i] for i in part.lines]))
    lines, brings = None, None if stranded else 0
    if not stranded:
        lines = [0] * len(exact.deals)
    found: Found | None = None
    for turn, (rounds, aim, tree_steps) in enumerate(TURNS):
        nodes = exact.nodes
        start = exact.look(prices, multipliers)
        towards = aim * (start.bound + base)
        if brings is not None and turn:
            towards = min(towards, start.bound - brings)
        look = partial(exact.look, multipliers=multipliers)
        _, prices = lowest(look, prices, free, rounds, towards, NEAR)
        relaxed.multiplier = multipliers
        multipliers = _whole(relaxed.tuned(prices, TUNING_ROUNDS), MULTIPLIER_SCALE)
        prices = _whole(prices, PRICE_SCALE)
        steps += rounds * len(exact.deals) + exact.nodes - nodes
        tree = Tree(exact, prices, multipliers, stranded, worths)
        if not stranded:
            lines, brings = _improved(problem, part, alone, tree, worths, lines, brings)
        grown = tree.run(min(tree_steps, max(0, steps_max - steps)), lines, brings)
        steps += grown.steps
        if grown.lines is not None:
            lines, brings = grown.lines, grown.brings
        if found is None or grown.bound < found.bound:
            found = Found(lines, brings, grown.bound, prices, multipliers, grown.tree, steps)
        found = found._replace(lines=lines, brings=brings, steps=steps)
        if steps >= steps_max or (brings is not None and found.bound < brings + 1):
            break
        if brings is not None and _is_for_highs(relaxed, turn, found.bound - brings, base + brings):
            break
    assert found is not None
    return found


def _is_for_highs(relaxed: Relaxed, turn: int, gap: float, total: float) -> bool:
    """Whether so much is open that prices won't close it: at once for deals over nearly the same few
    lines, later for others."""
    if turn == 0:
        return len(relaxed.line) <= OPEN_PAIRS_MAX and gap > OPEN_SHARE * total
    return gap > OPEN_MAX * total


def _improved(
    problem: Problem,
    part: Part,
    alone: Alone,
    tree: Tree,
    worths: Worths,
    lines: list[int] | None,
    brings: int | None,
) -> tuple[list[int] | None, int | None]:
    """A better plan, if there is one: deals take lines in the order of what they bring, then lines are
    moved."""
    deals = tree.exact.deals
    terms = sorted(range(len(deals)), key=lambda d: -tree.root[d].brings)
    worth = [worths(d, term.lines) or 0 if term.lines else 0 for d, term in enumerate(tree.root)]
    worthy = sorted(range(len(deals)), key=lambda d: -worth[d])
    for order in (terms, worthy):
        some = settled(problem, alone, _deal_of(part, alone, deals, tree.in_order(order)))
        on = dict.fromkeys(deals, 0)
        for at, i in enumerate(part.lines):
            j = some[i]
            if j is not None and j in on:
                on[j] |= 1 << at
        found = [on[j] for j in deals]
        gained = sum([worths(d, each) or 0 for d, each in enumerate(found) if each])
        if brings is None or gained > brings:
            lines, brings = found, gained
    return lines, brings


def _rough(relaxed: Relaxed, free: Flags) -> tuple[Floats, Floats]:
    """First prices, and multipliers."""
    relaxed.begin()
    most = np.zeros(relaxed.lines_count)
    np.maximum.at(most, relaxed.line, np.maximum(relaxed.gain, 0.0))
    aim = 0.06 * float(most.sum())
    rough, prices = lowest(relaxed.look, 0.5 * most, free, ROUGH_ROUNDS, aim, NEAR)
    return prices, rough.multipliers


def _proof(part: Part, exact: Exact, found: Found, most: int) -> PartProof:
    """What the checker can follow: the tree, unless there are deals that it only bounds roughly."""
    if not exact.hard:
        tree = None if found.tree is None else _branch(found.tree, part, exact.deals)
        return PartProof(tuple(part.deals), most, tree)
    _, brings = exact.relaxed.inner(found.prices, found.multipliers)
    relaxed = np.maximum.reduceat(brings, exact.relaxed.deal_start)
    total = float(found.prices.sum())
    for d, best in enumerate(exact.best(found.prices, found.multipliers)):
        total += max(0.0, float(relaxed[d])) if d in exact.hard else best.brings
    return PartProof(tuple(part.deals), max(most, floor(total + 1.0)))


def _told(exact: Exact, multipliers: Floats) -> Floats:
    """Multipliers as the certificate can tell them of deals that it only bounds: no limit is paid for,
    and nothing where a tier has several limits."""
    told = multipliers.copy()
    options = exact.relaxed.options
    seen: dict[Way, int] = {}
    for k, (option, d) in enumerate(zip(options, exact.relaxed.deal.tolist(), strict=True)):
        if d in exact.hard:
            told[:, k] = np.maximum(told[:, k], 0.0)
            first = seen.setdefault(Way(option.deal, option.tier, option.multiple), k)
            if first != k:
                told[:, k] = told[:, first] = 0.0
    return told


def _whole(numbers: Floats, scale: int) -> Floats:
    """Numbers as whole parts, so that the certificate can tell them."""
    return np.round(numbers * scale) / scale


def _deal_of(
    part: Part, alone: Alone, deals: Sequence[int], lines: Sequence[int]
) -> dict[int, int | None]:
    deal = {i: alone.deal[i] for i in part.lines}
    for j, some in zip(deals, lines, strict=True):
        deal.update({i: j for at, i in enumerate(part.lines) if some >> at & 1})
    return deal


def _ways(options: Sequence[Option], multipliers: Floats) -> dict[Way, tuple[int, ...]]:
    """Multipliers as the certificate has them: one for units, one for value, one for each need."""
    ways = {}
    for k, option in enumerate(options):
        paid = [0] * (2 + max([0, *[span.measure - 1 for span in option.spans]]))
        for slot, span in enumerate(option.spans):
            paid[span.measure] = round(float(multipliers[slot, k]) * MULTIPLIER_SCALE)
        ways[Way(option.deal, option.tier, option.multiple)] = tuple(paid)
    return ways


def _branch(decided: Decided, part: Part, deals: Sequence[int]) -> Branch:
    return Branch(
        part.lines[decided.line],
        {
            None if d is None else deals[d]: _branch(below, part, deals)
            for d, below in decided.on.items()
        },
    )
