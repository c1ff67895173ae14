"""Deals that bring no more than their lines get alone are left out; the others fall into parts."""

from __future__ import annotations

from typing import NamedTuple

from largesse.engine.assignment.alone import Alone, is_plain
from largesse.engine.assignment.problem import Candidate, Problem, Remainder


class Part(NamedTuple):
    """Deals that compete for each other's lines, and all lines of theirs; both ascend."""

    lines: tuple[int, ...]
    deals: tuple[int, ...]


def parts_of(problem: Problem, alone: Alone) -> tuple[Part, ...]:
    """The parts that must be decided as a whole. Lines of no part are best off alone."""
    coupled = [j for j in range(len(problem.deals)) if _may_pay(problem, alone, j)]
    root = list(range(len(problem.lines)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = i = root[root[i]]
        return i

    for j in coupled:
        first, *others = problem.deals[j].lines
        for i in others:
            root[find(i)] = find(first)
    lines: dict[int, set[int]] = {}
    deals: dict[int, list[int]] = {}
    for j in coupled:
        part = find(problem.deals[j].lines[0])
        deals.setdefault(part, []).append(j)
        lines.setdefault(part, set()).update(problem.deals[j].lines)
    return tuple(Part(tuple(sorted(lines[r])), tuple(deals[r])) for r in deals)


def _may_pay(problem: Problem, alone: Alone, j: int) -> bool:
    """Whether a deal could bring more than its lines get alone, or as much at a better rank (CH-1)."""
    deal = problem.deals[j]
    if not deal.lines or not deal.tiers or is_plain(problem, deal):
        return False
    if not alone.stranded.isdisjoint(deal.lines):
        return True
    most, gives = at_most(problem, deal)
    better = False
    for place, i in enumerate(deal.lines):
        more, rank = gives[place] - alone.worth[i], alone.deal[i]
        if more > 0:
            most += more
        elif more == 0 and rank is not None and j < rank:
            better = True
    return most > 0 or (most == 0 and better)


def at_most(problem: Problem, deal: Candidate) -> tuple[int, list[int]]:
    """What a deal gives at most: once, and to each of its lines."""
    gives = [max(each) for each in zip(*[tier.gives for tier in deal.tiers], strict=True)]
    once = max([tier.once for tier in deal.tiers])
    lines = [problem.lines[i] for i in deal.lines]
    bonuses = [tier.bonus for tier in deal.tiers if tier.bonus is not None]
    if bonuses:
        # Units bring at most their even share, and what rounding adds.
        once += any([bonus.remainder is Remainder.PROPORTIONAL for bonus in bonuses])
        for place, line in enumerate(lines):
            gives[place] += max([-(-line.units * b.worth // b.every) for b in bonuses])
    return once, gives
