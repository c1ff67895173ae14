"""Deals bring no more beyond prices than is said: each by itself, or case by case if that is too much.

A line that is decided is on one of its deals or on none of them. A deal that takes its best set of
lines without that one brings nothing else when the line is elsewhere; so a case changes few deals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from largesse.engine.assignment.certificate import PRICE_SCALE, Branch, Certificate, PartProof
from largesse.engine.assignment.checker_terms import EXACTLY, DealTerms
from largesse.engine.assignment.checker_ways import WrongError
from largesse.engine.assignment.problem import Problem


class _Now(NamedTuple):
    """Lines that a deal may not have, lines that it must have, what it then brings at most, and the
    lines for that, as bits; None where it is not known exactly."""

    barred: int
    forced: int
    most: int
    lines: int | None


class _Case(NamedTuple):
    """The lines that were decided, as bits; what each deal brings then; and what plans of the case
    bring at most beyond lines alone."""

    decided: int
    now: Mapping[int, _Now]
    bound: int


def check_part(problem: Problem, certificate: Certificate, part: PartProof) -> None:
    """Raises WrongError where it is not shown that a part brings at most what is said."""
    _Part(problem, certificate, part).check()


class _Part:
    def __init__(self, problem: Problem, certificate: Certificate, part: PartProof):
        self.part = part
        prices, multipliers = certificate.prices, certificate.multipliers
        self.terms = {j: DealTerms(problem, j, prices, multipliers) for j in part.deals}
        self.deals_of: dict[int, list[int]] = {}
        for j in part.deals:
            for i in problem.deals[j].lines:
                self.deals_of.setdefault(i, []).append(j)
        self.above = {i: prices[i] - certificate.alone[i] for i in self.deals_of}
        others = [d.lines for j, d in enumerate(problem.deals) if j not in self.terms]
        elsewhere = {i for lines in others for i in lines}
        # These can't be on none of the part's deals.
        self.bound_here = problem.held & self.deals_of.keys() - elsewhere
        # More than this is too much: what plans bring is whole.
        self.limit = (part.most + 1) * PRICE_SCALE

    def check(self) -> None:
        now = {j: self._now(j, 0, 0) for j in self.part.deals}
        bound = sum(self.above.values()) + sum([each.most for each in now.values()])
        self._check(_Case(0, now, bound), self.part.tree)

    def _now(self, j: int, barred: int, forced: int, enough: int = EXACTLY) -> _Now:
        term = self.terms[j].term(barred, forced, enough)
        return _Now(barred, forced, term.most, term.lines)

    def _check(self, case: _Case, tree: Branch | None) -> None:
        if tree is None:
            if case.bound >= self.limit:
                self._refuse()
            return
        i, deals = tree.line, self.deals_of.get(tree.line)
        if deals is None or case.decided >> i & 1:
            raise WrongError(f"line {i} can't be decided here")
        bit = 1 << i
        without = {j: self._without(case.now[j], j, bit) for j in deals}
        now = {**case.now, **without}
        bound = case.bound + sum([without[j].most - case.now[j].most for j in deals])
        decided = case.decided | bit
        for j in deals:
            had, below = case.now[j], tree.on.get(j)
            others = bound - without[j].most
            if below is None:
                room = self.limit - 1 - others
                if self._having(had, j, bit, room).most > room:
                    self._refuse()
            else:
                having = self._having(had, j, bit, EXACTLY)
                self._check(_Case(decided, {**now, j: having}, others + having.most), below)
        if i not in self.bound_here:
            self._check(_Case(decided, now, bound - self.above[i]), tree.on.get(None))

    def _refuse(self) -> NoReturn:
        raise WrongError(f"it is not shown that a part brings at most {self.part.most}")

    def _having(self, had: _Now, j: int, bit: int, enough: int) -> _Now:
        forced = had.forced | bit
        if had.most <= enough or (had.lines is not None and had.lines & bit):
            return had._replace(forced=forced)
        return self._now(j, had.barred, forced, enough)

    def _without(self, had: _Now, j: int, bit: int) -> _Now:
        barred = had.barred | bit
        if had.lines is not None and not had.lines & bit:
            return had._replace(barred=barred)
        return self._now(j, barred, had.forced)
