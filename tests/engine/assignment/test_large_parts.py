"""What large parts are solved by, on small problems whose every plan is known (QU-26)."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.deals import cart, light, plain, rep
from largesse.engine.assignment import exact, solving
from largesse.engine.assignment.alone import without_company
from largesse.engine.assignment.checker import check
from largesse.engine.assignment.milp import solve_part
from largesse.engine.assignment.options import options_of
from largesse.engine.assignment.problem import Problem
from largesse.engine.assignment.reducing import parts_of
from largesse.engine.assignment.solving import Proof, solve
from tests.engine.assignment.every_plan import best_of_all
from tests.engine.assignment.problems import small_problem
from tests.words import soak, spec

SEEDS = pytest.mark.parametrize("seeds", [range(s, s + 25) for s in range(0, 150, 25)], ids=str)
MANY_SEEDS = pytest.mark.parametrize("seeds", [range(s, s + 250) for s in range(1000, 5000, 250)])


def check_honest(problem: Problem) -> Proof | None:
    """The bound holds, and what is called proven is the best; what proves it can be checked."""
    best, found = best_of_all(problem), solve(problem)
    if best is None or found is None:
        assert best is None
        assert found is None
        return None
    assert found.value <= best.value <= found.bound <= found.checked_bound
    assert found.proof is Proof.OPEN or found.value == best.value
    verdict = check(problem, found.plan, found.value, found.certificate)
    assert verdict.bound == found.checked_bound, verdict.reason
    return found.proof


@pytest.fixture
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part is priced, or its units are counted up."""
    monkeypatch.setattr(solving, "SETS_MAX", -1)


@pytest.fixture
def nothing_is_listed(monkeypatch: pytest.MonkeyPatch, nothing_is_small: None) -> None:
    """Every part is priced, and every deal goes by its options, in the solver and in the checker."""
    monkeypatch.setattr(solving, "count_up", lambda *_: None)
    monkeypatch.setattr(exact, "LISTED_MAX", 0)
    monkeypatch.setattr(exact, "LISTED_HARD_MAX", 0)


@spec("QU-26", "BE-1")
@SEEDS
@pytest.mark.usefixtures("nothing_is_small")
def test_prices_and_a_tree_find_what_trying_every_plan_finds(seeds: range) -> None:
    proofs = Counter(check_honest(small_problem(seed)) for seed in seeds)
    assert proofs[Proof.OPEN] + proofs[Proof.SOLVER] <= 1


@spec("QU-26", "BE-1")
@SEEDS
@pytest.mark.usefixtures("nothing_is_listed")
def test_options_bound_deals_with_every_kind_of_trigger_and_benefit(seeds: range) -> None:
    proofs = Counter(check_honest(small_problem(seed)) for seed in seeds)
    assert proofs[Proof.OPEN] <= 3


@soak
@spec("QU-26", "BE-1")
@MANY_SEEDS
@pytest.mark.usefixtures("nothing_is_small")
def test_prices_and_a_tree_find_it_in_many_problems(seeds: range) -> None:
    for seed in seeds:
        check_honest(small_problem(seed))


@soak
@spec("QU-26", "BE-1")
@MANY_SEEDS
@pytest.mark.usefixtures("nothing_is_listed")
def test_options_bound_deals_in_many_problems(seeds: range) -> None:
    for seed in seeds:
        check_honest(small_problem(seed))


@spec("BE-1")
@pytest.mark.parametrize(
    "problem",
    [cart(2), cart(5), plain(1, 20, 15), light(1, 40, 30), rep(1, 24, 16), rep(2, 30, 12)],
)
def test_the_tree_and_highs_find_the_same_value(problem: Problem) -> None:
    found, alone = solve(problem), without_company(problem)
    assert found is not None
    assert found.proof is not Proof.OPEN
    parts = parts_of(problem, alone)
    inside = {i for part in parts for i in part.lines}
    value = sum(worth for i, worth in enumerate(alone.worth) if i not in inside)
    for part in parts:
        options = [option for j in part.deals for option in options_of(problem, j)]
        value += solve_part(problem, part, alone, options, 1_000_000).bound
    assert found.value == value
