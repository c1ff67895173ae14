"""The best deal, from the cheap to the dear: what lines get alone, tiny parts, then the rest."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from largesse.engine.assignment.alone import Alone, without_company
from largesse.engine.assignment.certificate import PRICE_SCALE, Certificate
from largesse.engine.assignment.checker import bound_of
from largesse.engine.assignment.milp import solve_part
from largesse.engine.assignment.options import options_of
from largesse.engine.assignment.problem import Plan, Problem, keeps_picks, score
from largesse.engine.assignment.reducing import Part, at_most, parts_of
from largesse.engine.assignment.small_search import search_small

DEFAULT_STEPS: Final = 100_000
"""Steps that no order of a few dozen lines uses up."""

SMALL_MAX: Final = 2_000
"""So many sets of lines, over all deals of a part, are listed one by one."""


class Proof(StrEnum):
    """How it is known that no plan brings more than the bound."""

    CHECKED = "checked"
    """The certificate proves it; the checker, which shares no code with the solver, can verify that."""
    SOLVER = "solver"
    """The bound meets the plan by the word of HiGHS."""
    OPEN = "open"
    """The bound is larger than what the plan brings: there may be a better one."""


class Solution(NamedTuple):
    """A plan and what it brings; no plan brings more than `bound`, nor more than `checked_bound`,
    which the certificate proves."""

    plan: Plan
    value: int
    bound: int
    proof: Proof
    certificate: Certificate
    checked_bound: int
    steps: int


class Answer(NamedTuple):
    """The deal of each line of a part, its bound, and whether all plans of it can be tried."""

    deal: dict[int, int | None]
    bound: int
    tried: bool
    checked: int
    steps: int


def solve(problem: Problem, *, steps: int = DEFAULT_STEPS) -> Solution | None:
    """The plan that brings the most, and the proof; None where no plan keeps the held lines (DE-5).

    Of plans that bring the same the one is preferred that puts fewer lines on deals; then, line by line
    from the first, the deal of the lower place, and no deal last (CH-1). Parts too large to search
    keep this only as far as moves of one line or of a whole deal go. `steps` limit the effort; they
    are counted, so that the answer is the same on every machine (CH-2).
    """
    alone = without_company(problem)
    parts = parts_of(problem, alone)
    if not alone.stranded <= {i for part in parts for i in part.lines}:
        return None
    deal = dict(enumerate(alone.deal))
    inside = {i for part in parts for i in part.lines}
    bound = checked = sum([w for i, w in enumerate(alone.worth) if i not in inside])
    tried, used = [], 0
    for part in parts:
        answer = _solve(problem, part, alone, steps - used)
        if answer is None:
            return None
        deal.update(answer.deal)
        bound += answer.bound
        checked += answer.checked
        used += answer.steps
        if answer.tried:
            tried.append(part.deals)
    plan = tuple([deal[i] for i in range(len(problem.lines))])
    value = score(problem, plan)
    limits = [at_most(problem, each) for each in problem.deals if each.tiers and each.lines]
    prices = [w * PRICE_SCALE for w in alone.worth]
    for i in alone.stranded:
        # A price so low that trying all plans never leaves the line out.
        prices[i] = -PRICE_SCALE * (1 + sum([sum(gives) + once for once, gives in limits]))
    certificate = Certificate(tuple(prices), {}, tuple(tried))
    if len(tried) < len(parts):
        checked = bound_of(problem, certificate)
    bound = min(bound, checked)
    proof = Proof.CHECKED if value == checked else Proof.SOLVER if value == bound else Proof.OPEN
    return Solution(plan, value, bound, proof, certificate, checked, used)


def _solve(problem: Problem, part: Part, alone: Alone, steps: int) -> Answer | None:
    sets = sum([1 << min(30, len(problem.deals[j].lines)) for j in part.deals])
    if sets <= SMALL_MAX and len(part.lines) <= 10:
        found, nodes = search_small(problem, part, alone, steps)
        if found is not None:
            value = _worth(problem, part, found)
            if not _keeps(problem, found):
                return None
            return Answer(found, value, True, value, nodes)
    options = [option for j in part.deals for option in options_of(problem, j)]
    solved = solve_part(problem, part, alone, options, steps)
    checked = sum([alone.worth[i] for i in part.lines]) + sum(
        [_beyond(problem, alone, j) for j in part.deals]
    )
    if solved.deal is None:
        if solved.complete:
            return None
        return Answer({i: alone.deal[i] for i in part.lines}, checked, False, checked, solved.nodes)
    return Answer(solved.deal, solved.bound, False, checked, solved.nodes)


def _beyond(problem: Problem, alone: Alone, j: int) -> int:
    once, gives = at_most(problem, problem.deals[j])
    lines = problem.deals[j].lines
    return max(
        0, once + sum([max(0, g - alone.worth[i]) for i, g in zip(lines, gives, strict=True)])
    )


def _whole(problem: Problem, found: dict[int, int | None]) -> Plan:
    return tuple([found.get(i) for i in range(len(problem.lines))])


def _worth(problem: Problem, part: Part, found: dict[int, int | None]) -> int:
    return score(problem, _whole(problem, found))


def _keeps(problem: Problem, found: dict[int, int | None]) -> bool:
    held = problem.held & found.keys()
    return keeps_picks(problem._replace(held=held), _whole(problem, found))
