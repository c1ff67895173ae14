"""What the best-deal figures stand on: the problems that are drawn, and the peers' reading of them."""

from __future__ import annotations

import hashlib
import itertools
import json

import pytest

from bench.best_deal import disagreements
from bench.deal_terms import Deal, Line, ProductSet, Tier, credit, percentage, problem_of
from bench.deals import STRUCTURES, odd, tiny
from bench.peers.highs import Task
from bench.peers.whole_model import Answer
from largesse.engine.assignment.problem import Bonus, Candidate, OrderLine, Problem, score
from largesse.engine.assignment.problem import Tier as TierInNumbers
from largesse.engine.assignment.solving import solve
from tests.words import spec

DRAWN = {
    "plain": "0471cfbfa0e2cd49",
    "cart": "05b04eee8a0cccee",
    "rep": "35249eefbc1ad6c5",
    "light": "3c53e0cdddfc80af",
    "any": "459059fd5c16bf82",
    "tiny": "b44be951e19c1b38",
    "odd": "07d8001a26972960",
    "edge": "a120fdbb08fe7bbd",
}
"""Digests of the problems of seed 1: figures of different days are of the same problems."""

PLANS = 5_000


def best_of_all_plans(problem: Problem) -> int | None:
    """The most that any plan brings; None where there are too many to try."""
    choices: list[list[int | None]] = [
        [None, *(j for j, deal in enumerate(problem.deals) if i in deal.lines)]
        for i in range(len(problem.lines))
    ]
    plans = 1
    for choice in choices:
        plans *= len(choice)
    if plans > PLANS:
        return None
    return max(score(problem, plan) for plan in itertools.product(*choices))


@spec("QU-3")
@pytest.mark.parametrize("structure", STRUCTURES)
def test_a_seed_draws_the_same_problem_on_every_machine(structure: str) -> None:
    drawn = json.dumps(STRUCTURES[structure](1, 50, 50), default=sorted)
    assert hashlib.sha256(drawn.encode()).hexdigest()[:16] == DRAWN[structure]


@spec("QU-3")
def test_a_deal_that_asks_each_product_by_itself_has_the_lines_that_reach_a_tier() -> None:
    lines = [Line(2, 200, 200), Line(5, 1000, 1000), Line(9, 500, 500)]
    tiers = (Tier(5, 0, percentage(100_000)), Tier(8, 0, credit(70)))
    deal = Deal("D", (ProductSet((0, 1, 2)),), tiers, per_product=True)
    assert problem_of(lines, [deal]).deals == (Candidate("D", (1, 2), (TierInNumbers((100, 70)),)),)


@spec("QU-3")
@pytest.mark.parametrize("structure", [tiny, odd])
def test_the_integer_program_of_the_peers_is_worth_what_the_best_of_all_plans_is(structure) -> None:
    tried = 0
    for seed in range(60):
        problem = structure(seed)
        best = best_of_all_plans(problem)
        if best is None:
            continue
        tried += 1
        answer = Task(problem).solve()
        assert (answer.value, answer.proven) == (best, True), seed
    assert tried > 30


@spec("QU-3")
def test_the_peers_hold_a_higher_tier_that_gives_less_against_the_plan() -> None:
    """Both lines together reach the second tier, which gives nothing: so one of them stays off."""
    tiers = (TierInNumbers((40, 60), min_units=1), TierInNumbers((0, 0), min_units=4, min_value=30))
    deal = Candidate("D", (0, 1), tiers)
    problem = Problem((OrderLine(2, 20), OrderLine(2, 20)), (deal,))
    assert Task(problem).solve().value == best_of_all_plans(problem) == 60


@spec("QU-3")
def test_the_peers_count_a_bonus_by_full_multiples() -> None:
    tier = TierInNumbers((0, 0, 3), bonus=Bonus(every=4, worth=10))
    problem = Problem(
        (OrderLine(3, 1), OrderLine(2, 1), OrderLine(2, 1)), (Candidate("D", (0, 1, 2), (tier,)),)
    )
    assert Task(problem).solve().value == best_of_all_plans(problem) == 13


@spec("QU-3")
def test_the_peers_keep_what_the_user_picked() -> None:
    """The held line needs the other one beside it, which would bring 30 on a deal of its own."""
    together = Candidate("A", (0, 1), (TierInNumbers((0, 5), min_units=2),))
    problem = Problem(
        (OrderLine(1, 1), OrderLine(1, 1)),
        (together, Candidate("B", (1,), (TierInNumbers((30,)),))),
    )
    assert Task(problem).solve().value == 30
    assert Task(problem._replace(held=frozenset({0}))).solve().value == 5


@spec("QU-3")
@pytest.mark.parametrize(
    ("more", "proven"), [(1, False), (1, True), (-1, True)], ids=["beaten", "proved more", "less"]
)
def test_the_figures_tell_where_a_peer_beats_a_proof_or_proves_less(
    more: int, proven: bool
) -> None:
    ours = solve(tiny(3))
    assert ours is not None
    assert disagreements(ours, Answer(ours.value, True, 1.0), "a peer") == []
    assert len(disagreements(ours, Answer(ours.value + more, proven, 1.0), "a peer")) == 1
