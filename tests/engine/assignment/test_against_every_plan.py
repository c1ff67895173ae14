"""The solver against every plan of small problems: the value, the preferred plan, and its proof."""

from __future__ import annotations

import pytest

from largesse.engine.assignment.checker import check
from largesse.engine.assignment.problem import Problem
from largesse.engine.assignment.solving import Proof, solve
from tests.engine.assignment.every_plan import best_of_all
from tests.engine.assignment.problems import small_problem
from tests.words import soak, spec


def check_best(problem: Problem) -> None:
    best, found = best_of_all(problem), solve(problem)
    if best is None or found is None:
        assert best is None
        assert found is None
        return
    assert (found.value, found.plan) == best
    assert found.bound == found.checked_bound == found.value
    assert found.proof is Proof.CHECKED
    assert check(problem, found.plan, found.value, found.certificate).proven


@spec("QU-26", "BE-1", "CH-1", "DE-4", "DE-5")
@pytest.mark.parametrize("seed", range(300))
def test_no_plan_of_a_small_problem_is_better_or_preferred(seed: int) -> None:
    check_best(small_problem(seed))


@soak
@spec("QU-26")
@pytest.mark.parametrize("seed", range(10_000, 20_000))
def test_no_plan_of_ten_thousand_small_problems_is_better_or_preferred(seed: int) -> None:
    check_best(small_problem(seed))
