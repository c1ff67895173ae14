"""The proof that lines are on the best deals: what was to be solved, and what came of it (BE-1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from largesse.engine.assignment.problem import Problem

if TYPE_CHECKING:
    from largesse.engine.assignment.solving import Solution


class Round(NamedTuple):
    """One choice: of the deals of high priority, or of the others. `lines` are the ids of its lines."""

    problem: Problem
    solution: Solution
    lines: tuple[str, ...]


class Assignment(NamedTuple):
    """The choices that put lines on deals, each with its plan, its bound and its certificate.

    Amounts are minor units; giveaway credit and rebates count at face value (CH-1).
    """

    rounds: tuple[Round, ...]

    @property
    def plan(self) -> dict[str, str]:
        """The deal of each line that is on one, by the line's id."""
        return {
            each.lines[i]: each.problem.deals[j].code
            for each in self.rounds
            for i, j in enumerate(each.solution.plan)
            if j is not None
        }

    @property
    def value(self) -> int:
        """What the plan brings."""
        return sum(each.solution.value for each in self.rounds)

    @property
    def bound(self) -> int:
        """No plan brings more, by what the solver says."""
        return sum(each.solution.bound for each in self.rounds)

    @property
    def checked_bound(self) -> int:
        """No plan brings more, by what anybody can check from the certificates."""
        return sum(each.solution.checked_bound for each in self.rounds)

    @property
    def size(self) -> int:
        """How much there is to check: lines × deals of the largest choice."""
        sizes = (len(p.lines) * len(p.deals) for p, _, _ in self.rounds)
        return max(sizes, default=0)

    def check(self) -> tuple[str, ...]:
        """What a checker that shares no code with the solver finds wrong with plans and bounds; nothing
        where all is as it says. It takes about a second at 50 lines × 50 deals, half a minute at
        100 × 200.
        """
        return tuple(self._found())

    def _found(self) -> Iterator[str]:
        from largesse.engine.assignment.checker import check

        for problem, solution, _ in self.rounds:
            verdict = check(problem, solution.plan, solution.value, solution.certificate)
            if verdict.bound is None:
                yield verdict.reason
            elif verdict.bound != solution.checked_bound:
                yield f"the certificate proves {verdict.bound}, not {solution.checked_bound}"
