"""The best deal, from the cheap to the dear: what lines get alone, tiny parts, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from largesse.engine.assignment import DEFAULT_STEPS
from largesse.engine.assignment.alone import Alone, without_company
from largesse.engine.assignment.answers import Answer
from largesse.engine.assignment.certificate import PRICE_SCALE, Certificate, PartProof, Way
from largesse.engine.assignment.options import options_of
from largesse.engine.assignment.problem import Plan, Problem, keeps_picks, score
from largesse.engine.assignment.reducing import Part, at_most, parts_of
from largesse.engine.assignment.saturating import count_up
from largesse.engine.assignment.small_search import search_small

SETS_MAX: Final = 2_000
"""So many sets of lines, over all deals of a part, are listed one by one."""

TRIED_LINES_MAX: Final = 10
"""All plans of parts over so many lines can be tried by the checker."""


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


def solve(problem: Problem, *, steps: int = DEFAULT_STEPS) -> Solution | None:
    """The plan that brings the most, and the proof; None where no plan keeps the held lines (DE-5).

    Of plans that bring the same the one is preferred that puts fewer lines on deals; then, line by line
    from the first, the deal of the lower place, and no deal last (CH-1). Parts too large to search
    keep this only as far as moves of one line or of a whole deal go. `steps` limit the effort; they
    are counted, so that the answer is the same on every machine (CH-2).
    """
    alone = without_company(problem)
    parts = parts_of(problem, alone)
    inside = {i for part in parts for i in part.lines}
    if not alone.stranded <= inside:
        return None
    answers: list[Answer] = []
    for part in parts:
        answer = _solve(problem, part, alone, steps - sum([each.steps for each in answers]))
        if answer is None:
            return None
        answers.append(answer)
    return _solution(problem, alone, parts, answers)


def _solution(
    problem: Problem, alone: Alone, parts: Sequence[Part], answers: Sequence[Answer]
) -> Solution:
    """The answers for all parts together, and what lines of none get alone."""
    deal = dict(enumerate(alone.deal))
    inside = {i for part in parts for i in part.lines}
    outside = sum([worth for i, worth in enumerate(alone.worth) if i not in inside])
    for answer in answers:
        deal.update(answer.deal)
    plan = tuple([deal[i] for i in range(len(problem.lines))])
    value = score(problem, plan)
    checked = outside + sum([answer.checked for answer in answers])
    bound = min(checked, outside + sum([answer.bound for answer in answers]))
    proof = Proof.CHECKED if value == checked else Proof.SOLVER if value == bound else Proof.OPEN
    certificate = _certificate(problem, alone, parts, answers)
    used = sum([answer.steps for answer in answers])
    return Solution(plan, value, bound, proof, certificate, checked, used)


def _certificate(
    problem: Problem, alone: Alone, parts: Sequence[Part], answers: Sequence[Answer]
) -> Certificate:
    least = [worth * PRICE_SCALE for worth in alone.worth]
    prices: dict[int, int] = {}
    multipliers: dict[Way, tuple[int, ...]] = {}
    tried: list[tuple[int, ...]] = []
    counted: list[tuple[int, ...]] = []
    proofs: list[PartProof] = []
    for part, answer in zip(parts, answers, strict=True):
        prices.update(answer.prices)
        multipliers.update(answer.multipliers)
        if answer.proof is not None:
            proofs.append(answer.proof)
            continue
        (counted if answer.counted else tried).append(part.deals)
        for i in alone.stranded.intersection(part.lines):
            # So low that trying all plans never leaves the line out.
            limits = [at_most(problem, problem.deals[j]) for j in part.deals]
            most = sum([sum(gives) + once for once, gives in limits])
            least[i] = -PRICE_SCALE * (1 + most + sum([alone.worth[i] for i in part.lines]))
    return Certificate(
        tuple(least),
        tuple([prices.get(i, worth) for i, worth in enumerate(least)]),
        multipliers,
        tuple(tried),
        tuple(counted),
        tuple(proofs),
    )


def _solve(problem: Problem, part: Part, alone: Alone, steps: int) -> Answer | None:
    sets = sum([1 << min(30, len(problem.deals[j].lines)) for j in part.deals])
    if sets <= SETS_MAX and len(part.lines) <= TRIED_LINES_MAX:
        found, nodes = search_small(problem, part, alone, max(steps, SETS_MAX))
        if found is not None:
            value = _value(problem, found)
            return Answer(found, value, value, nodes) if _keeps(problem, found) else None
    counted = count_up(problem, part, alone)
    if counted is not None:
        deal, cells = counted
        value = _value(problem, deal)
        if not _keeps(problem, deal):
            return None
        return Answer(deal, value, value, cells, counted=True)
    # Late: loading numpy takes longer than deciding most carts.
    from largesse.engine.assignment.large import solve_large

    options = [option for j in part.deals for option in options_of(problem, j)]
    return solve_large(problem, part, alone, options, steps)


def _whole(problem: Problem, found: dict[int, int | None]) -> Plan:
    return tuple([found.get(i) for i in range(len(problem.lines))])


def _value(problem: Problem, found: dict[int, int | None]) -> int:
    return score(problem, _whole(problem, found))


def _keeps(problem: Problem, found: dict[int, int | None]) -> bool:
    held = problem.held & found.keys()
    return keeps_picks(problem._replace(held=held), _whole(problem, found))
