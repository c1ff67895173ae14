"""What a line gets from a deal without any company: nothing that the others do can make it less."""

from __future__ import annotations

from typing import NamedTuple

from largesse.engine.assignment.options import adds_up, rises
from largesse.engine.assignment.problem import Candidate, OrderLine, Problem, Remainder, Tier


class Alone(NamedTuple):
    """For each line the most that it gets by itself, and the deal that gives it: the first such one.

    `stranded` are the held lines that no deal takes without company.
    """

    worth: tuple[int, ...]
    deal: tuple[int | None, ...]
    stranded: frozenset[int]


def without_company(problem: Problem) -> Alone:
    """What each line gets by itself. A line that would gain nothing stays free, unless it is held.

    A fixed credit is left out, since the lines of a deal get it once, and so is what rounding may
    add. Deals where more lines can bring less promise nothing to a single one.
    """
    worth = [0] * len(problem.lines)
    where: list[int | None] = [None] * len(problem.lines)
    held = problem.held
    for j, deal in enumerate(problem.deals):
        sums = _sums(problem, deal)
        if not (rises(deal) and (sums or _grows(problem, deal))):
            continue
        for place, i in enumerate(deal.lines):
            tier = met_alone(deal, i, problem.lines[i])
            if tier is None:
                continue
            gets = tier.gives[place] + _bonus_alone(tier, problem.lines[i], sums)
            if gets > worth[i] or (where[i] is None and i in held):
                worth[i], where[i] = gets, j
    stranded = frozenset([i for i in held if where[i] is None])
    return Alone(tuple(worth), tuple(where), stranded)


def met_alone(deal: Candidate, i: int, line: OrderLine) -> Tier | None:
    """The highest tier that a line reaches by itself."""
    units, value = line
    for need in deal.needs:
        if need.min_units > (units if i in need.lines else 0):
            return None
    for tier in reversed(deal.tiers):
        if units >= tier.min_units and value >= tier.min_value:
            return tier
    return None


def is_plain(problem: Problem, deal: Candidate) -> bool:
    """Whether its lines get from a deal together exactly what each of them gets alone."""
    top = deal.tiers[-1]
    if top.once or not rises(deal) or not _sums(problem, deal):
        return False
    return all([met_alone(deal, i, problem.lines[i]) is top for i in deal.lines])


def _sums(problem: Problem, deal: Candidate) -> bool:
    """Whether the bonuses of a deal add up over its lines."""
    lines = [problem.lines[i] for i in deal.lines]
    return all([tier.bonus is None or adds_up(tier.bonus, lines) for tier in deal.tiers])


def _grows(problem: Problem, deal: Candidate) -> bool:
    """Whether more units never lower what a bonus brings, nor by how much the next ones raise it.

    They may with whole multiples; and rounded half to even, 2.5 bring no more than 1.5 do.
    """
    remainders = {tier.bonus.remainder for tier in deal.tiers if tier.bonus is not None}
    return Remainder.WHOLE_MULTIPLES not in remainders and not (
        problem.half_even and Remainder.PROPORTIONAL in remainders
    )


def _bonus_alone(tier: Tier, line: OrderLine, sums: bool) -> int:
    bonus = tier.bonus
    if bonus is None:
        return 0
    if sums or bonus.remainder is Remainder.FLOOR:
        return bonus.of(line.units)
    return line.units * bonus.worth // bonus.every
