"""The checker against planted faults: each must be told as such (QU-26)."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.deals import plain
from largesse.engine.assignment import checker
from largesse.engine.assignment.certificate import Branch, Certificate
from largesse.engine.assignment.checker import Verdict, check
from largesse.engine.assignment.problem import (
    Candidate,
    OrderLine,
    Plan,
    Problem,
    Tier,
    score,
)
from largesse.engine.assignment.solving import Proof, Solution, solve
from tests.words import spec

TWO_LINES = (OrderLine(3, 300), OrderLine(3, 300))


def solution(problem: Problem) -> Solution:
    found = solve(problem)
    assert found is not None
    assert found.proof is Proof.CHECKED
    return found


def judged(problem: Problem, **planted: object) -> Verdict:
    """The verdict on the solution of a problem with something planted in it."""
    found = solution(problem)
    told = {"plan": found.plan, "value": found.value, "certificate": found.certificate, **planted}
    return check(problem, told["plan"], told["value"], told["certificate"])  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def priced() -> Problem:
    """An order whose proof has prices and decisions."""
    problem = plain(1, 50, 50)
    certificate = solution(problem).certificate
    assert any(part.tree for part in certificate.parts)
    return problem


def test_nothing_is_found_where_nothing_is_planted(priced: Problem) -> None:
    assert judged(priced).proven


@spec("QU-26", "DE-4")
def test_a_plan_with_a_line_too_many_is_told() -> None:
    problem = Problem(TWO_LINES, (Candidate("A", (0, 1), (Tier((5, 5)),)),))
    assert judged(problem, plan=(0, 0, 0)).reason == "the plan has 3 places, the order 2 lines"


@spec("QU-26")
def test_a_line_on_a_deal_that_it_does_not_fit_is_told() -> None:
    deals = Candidate("A", (0,), (Tier((5,)),)), Candidate("B", (1,), (Tier((5,)),))
    verdict = judged(Problem(TWO_LINES, deals), plan=(1, 1))
    assert verdict.bound is None
    assert verdict.reason == "line 0 can't be on the deal B"
    assert judged(Problem(TWO_LINES, deals), plan=(0, 7)).bound is None


@spec("QU-26")
@pytest.mark.parametrize("missing", ["trigger", "tier"])
def test_a_trigger_or_a_tier_missed_by_one_unit_is_told(missing: str) -> None:
    """The plan that would bring 100 if it asked for one unit less, said to bring that."""
    tiers = [Tier((0, 0), min_units=7, once=100)]
    if missing == "tier":
        tiers.insert(0, Tier((0, 0), min_units=6, once=60))
    problem = Problem(TWO_LINES, (Candidate("A", (0, 1), tuple(tiers)),))
    verdict = judged(problem, plan=(0, 0), value=100)
    assert verdict.bound is None
    assert verdict.reason == f"the plan brings {60 if missing == 'tier' else 0}, not 100"


@spec("QU-26")
def test_an_overstated_value_is_told(priced: Problem) -> None:
    assert judged(priced, value=solution(priced).value + 1).bound is None


@spec("QU-26", "DE-6")
def test_a_held_line_that_is_left_out_is_told() -> None:
    problem = Problem(TWO_LINES, (Candidate("A", (0,), (Tier((0,)),)),), held=frozenset({0}))
    assert judged(problem, plan=(None, None)).reason == "a held line is on no deal that is met"


@spec("QU-26", "BE-1")
def test_a_worse_plan_is_not_called_proven(priced: Problem) -> None:
    found = solution(priced)
    i = next(i for i, j in enumerate(found.plan) if j is not None)
    worse: Plan = (*found.plan[:i], None, *found.plan[i + 1 :])
    value = score(priced, worse)
    assert value < found.value
    verdict = judged(priced, plan=worse, value=value)
    assert verdict.bound == found.value
    assert not verdict.proven


def wanted_prices_lowered(certificate: Certificate) -> Certificate:
    above = [p - a for p, a in zip(certificate.prices, certificate.alone, strict=True)]
    i = above.index(max(above))
    lower = (*certificate.prices[:i], certificate.alone[i], *certificate.prices[i + 1 :])
    return certificate._replace(prices=lower)


def price_below_nothing(certificate: Certificate) -> Certificate:
    return certificate._replace(prices=(-1, *certificate.prices[1:]))


def price_missing(certificate: Certificate) -> Certificate:
    return certificate._replace(prices=certificate.prices[1:])


def alone_lowered(certificate: Certificate) -> Certificate:
    return certificate._replace(alone=(-1, *certificate.alone[1:]))


def without_decisions(certificate: Certificate) -> Certificate:
    (part,) = certificate.parts
    return certificate._replace(parts=(part._replace(tree=None),))


def branch_missing(certificate: Certificate) -> Certificate:
    (part,) = certificate.parts
    assert part.tree is not None
    return certificate._replace(parts=(part._replace(tree=Branch(part.tree.line, {})),))


def decided_twice(certificate: Certificate) -> Certificate:
    (part,) = certificate.parts
    assert part.tree is not None
    again = Branch(part.tree.line, dict.fromkeys((None, *part.deals), part.tree))
    return certificate._replace(parts=(part._replace(tree=again),))


def line_unknown(certificate: Certificate) -> Certificate:
    (part,) = certificate.parts
    return certificate._replace(parts=(part._replace(tree=Branch(-1, {})),))


def bound_lowered(certificate: Certificate) -> Certificate:
    (part,) = certificate.parts
    return certificate._replace(parts=(part._replace(most=part.most - 1),))


def deal_left_out(certificate: Certificate) -> Certificate:
    (part,) = certificate.parts
    return certificate._replace(parts=(part._replace(deals=part.deals[1:]),))


def deal_twice(certificate: Certificate) -> Certificate:
    return certificate._replace(tried=(certificate.parts[0].deals[:1],))


def too_many_tried(certificate: Certificate) -> Certificate:
    return certificate._replace(parts=(), tried=(certificate.parts[0].deals,))


def deal_unknown(certificate: Certificate) -> Certificate:
    return certificate._replace(tried=((10_000,),))


@spec("QU-26", "BE-1")
@pytest.mark.parametrize(
    "planted",
    [
        wanted_prices_lowered,
        price_below_nothing,
        price_missing,
        alone_lowered,
        without_decisions,
        branch_missing,
        decided_twice,
        line_unknown,
        bound_lowered,
        deal_left_out,
        deal_twice,
        too_many_tried,
        deal_unknown,
    ],
    ids=lambda each: each.__name__,
)
def test_a_wrong_certificate_proves_nothing(
    priced: Problem, planted: Callable[[Certificate], Certificate]
) -> None:
    verdict = judged(priced, certificate=planted(solution(priced).certificate))
    assert not verdict.proven


@spec("BE-1")
def test_the_checker_shares_no_code_with_the_solver() -> None:
    """Beyond the meaning of a plan, the form of the certificate, and the standard library."""
    modules = sorted(Path(str(checker.__file__)).parent.glob("checker*.py"))
    allowed = {"certificate", "problem", *[path.stem for path in modules]}
    assert len(modules) > 1
    for path in modules:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        ours = [name for name in imported if name.startswith("largesse")]
        assert {name.rpartition(".")[2] for name in ours} <= allowed
        assert not any(name.startswith(("numpy", "highspy")) for name in imported)
