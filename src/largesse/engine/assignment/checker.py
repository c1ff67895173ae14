"""A proof is checked in whole numbers, against nothing but the meaning of the problem.

What a plan brings is what its lines get alone at most, and what deals bring beyond that. Deals of one
part have their lines priced higher: what a deal brings beyond these prices is found for each deal by
itself, so all of them together are a bound. Where this is too high, lines are decided, and each case is
looked at. For few lines all ways to put them on deals are tried instead.

Nothing here comes from the solver: only the meaning of a plan and the form of the certificate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from largesse.engine.assignment.certificate import (
    PRICE_SCALE,
    Certificate,
)
from largesse.engine.assignment.checker_cases import check_part
from largesse.engine.assignment.checker_terms import DealTerms
from largesse.engine.assignment.checker_ways import WrongError
from largesse.engine.assignment.problem import (
    Candidate,
    Plan,
    Problem,
    benefit,
    keeps_picks,
    met_tier,
    score,
)

LINES_MAX: Final = 10
"""All plans are tried for groups of deals over at most so many lines."""

COUNTED_MAX: Final = 200_000
"""More different counts of units are not told apart."""


class Verdict(NamedTuple):
    """Whether the plan is possible and brings what is said, and what no plan brings more than.

    `bound` is None where plan or certificate are wrong; `reason` says what is.
    """

    bound: int | None
    proven: bool
    reason: str


def check(problem: Problem, plan: Plan, value: int, certificate: Certificate) -> Verdict:
    """Judge a plan, the value that it is said to have, and the certificate of its bound."""
    try:
        _check_plan(problem, plan, value)
        bound = bound_of(problem, certificate)
    except WrongError as wrong:
        return Verdict(None, False, str(wrong))
    if bound < value:
        return Verdict(
            None, False, f"the certificate proves at most {bound}, the plan brings {value}"
        )
    if bound == value:
        return Verdict(bound, True, f"no plan brings more than {value}")
    return Verdict(bound, False, f"a plan may bring up to {bound}, this one brings {value}")


def _check_plan(problem: Problem, plan: Plan, value: int) -> None:
    try:
        brings = score(problem, plan)
    except (ValueError, IndexError) as error:
        raise WrongError(str(error)) from error
    if brings != value:
        raise WrongError(f"the plan brings {brings}, not {value}")
    if not keeps_picks(problem, plan):
        raise WrongError("a held line is on no deal that is met")


def bound_of(problem: Problem, certificate: Certificate) -> int:
    """What no plan brings more than, in minor units.

    Raises WrongError where the certificate doesn't show it.
    """
    alone, _, _, tried, counted, parts = certificate
    outside = _outside(problem, certificate)
    _check_prices(problem, certificate, outside)
    total = sum(alone)
    for group in tried:
        total += _tried(problem, group, alone)
    for group in counted:
        total += _counted(problem, group, alone)
    total += sum([DealTerms(problem, j, alone, {}).term(0, 0, 0).most for j in outside])
    for part in parts:
        check_part(problem, certificate, part)
        total += part.most * PRICE_SCALE
    return total // PRICE_SCALE


def _outside(problem: Problem, certificate: Certificate) -> list[int]:
    """The deals of no group and no part. No deal may be in two, and no line in two parts."""
    inside: set[int] = set()
    lines: set[int] = set()
    parts = [part.deals for part in certificate.parts]
    for group in (*certificate.tried, *certificate.counted, *parts):
        if len(set(group)) < len(group) or not inside.isdisjoint(group):
            raise WrongError("a deal is in two parts")
        if not all([0 <= j < len(problem.deals) for j in group]):
            raise WrongError("a part has a deal that there is not")
        inside.update(group)
        touched = {i for j in group for i in problem.deals[j].lines}
        if not lines.isdisjoint(touched):
            raise WrongError("a line is in two parts")
        lines |= touched
    return [j for j in range(len(problem.deals)) if j not in inside]


def _check_prices(problem: Problem, certificate: Certificate, outside: Sequence[int]) -> None:
    alone, prices = certificate.alone, certificate.prices
    if not len(alone) == len(prices) == len(problem.lines):
        raise WrongError(f"{len(prices)} prices for {len(problem.lines)} lines")
    elsewhere = {i for j in outside for i in problem.deals[j].lines}
    for i, (least, price) in enumerate(zip(alone, prices, strict=True)):
        # A held line that only its part can take may have any price: it is paid in every plan.
        bound_to_part = i in problem.held and i not in elsewhere
        if not bound_to_part and not 0 <= least <= price:
            raise WrongError(
                f"the price of line {i} is below what it gets alone, or that is below 0"
            )


# --- few lines: everything is tried ----------------------------------------------------------------


def _tried(problem: Problem, group: Sequence[int], alone: Sequence[int]) -> int:
    """The most that some deals bring together beyond their lines alone, over all ways to share them."""
    touched = {i for j in group for i in problem.deals[j].lines}
    lines = [i for i in range(len(problem.lines)) if i in touched]
    if len(lines) > LINES_MAX:
        raise WrongError(f"all plans for {len(lines)} lines are too many to try")
    best = [0] * (1 << len(lines))
    for j in group:
        deal = problem.deals[j]
        mine = sum([1 << place for place, i in enumerate(lines) if i in deal.lines])
        gain = {}
        for taken in _subsets(mine):
            on = [i for place, i in enumerate(lines) if taken >> place & 1]
            if met_tier(problem, deal, on):
                brings = benefit(problem, deal, on) * PRICE_SCALE
                gain[taken] = brings - sum([alone[i] for i in on])
        best = [
            max([most, *[gain[s] + best[free ^ s] for s in _subsets(free & mine) if s in gain]])
            for free, most in enumerate(best)
        ]
    return best[-1]


def _subsets(lines: int) -> Iterator[int]:
    """All sets of lines but the empty one, as bits."""
    subset = lines
    while subset:
        yield subset
        subset = (subset - 1) & lines


# --- few deals that ask for units: their units are counted up ---------------------------------------


def _counted(problem: Problem, group: Sequence[int], alone: Sequence[int]) -> int:
    """The most that some deals bring together beyond their lines alone, by the units on each."""
    deals = [problem.deals[j] for j in group]
    if any([deal.needs or any([t.min_value > 0 for t in deal.tiers]) for deal in deals]):
        raise WrongError("only minimums of units can be counted up")
    if not all([problem.lines[i].units > 0 for deal in deals for i in deal.lines]):
        raise WrongError("lines without units can't be counted up")
    most = 0
    for tiers in product(*[(None, *range(len(deal.tiers))) for deal in deals]):
        most = max(most, _counted_with(problem, deals, tiers, alone))
    return most


def _counted_with(
    problem: Problem,
    deals: Sequence[Candidate],
    tiers: Sequence[int | None],
    alone: Sequence[int],
) -> int:
    """The same where these are the tiers that hold, None for a deal that has no lines."""
    tops = [sum([problem.lines[i].units for i in deal.lines]) for deal in deals]
    for d, t in enumerate(tiers):
        if t is not None and t == len(deals[d].tiers) - 1 and deals[d].tiers[t].bonus is None:
            # Nothing depends on how many more units there are.
            tops[d] = max(1, deals[d].tiers[t].min_units)
    best: dict[tuple[int, ...], int] = {(0,) * len(deals): 0}
    for i in range(len(problem.lines)):
        after = dict(best)
        for d, t in enumerate(tiers):
            if t is not None and i in deals[d].lines:
                gets = deals[d].tiers[t].gives[deals[d].lines.index(i)] * PRICE_SCALE - alone[i]
                units = problem.lines[i].units
                for counts, brings in best.items():
                    to = (*counts[:d], min(tops[d], counts[d] + units), *counts[d + 1 :])
                    if brings + gets > after.get(to, brings + gets - 1):
                        after[to] = brings + gets
        best = after
        if len(best) > COUNTED_MAX:
            raise WrongError("there are too many units to count up")
    return max([_ended(problem, deals, tiers, *each) for each in best.items()])


def _ended(
    problem: Problem,
    deals: Sequence[Candidate],
    tiers: Sequence[int | None],
    counts: Sequence[int],
    brings: int,
) -> int:
    """What lines bring with what their deals give once and by units; nothing if a tier doesn't hold."""
    for deal, t, units in zip(deals, tiers, counts, strict=True):
        if t is None:
            continue
        tier = deal.tiers[t]
        if (
            not units
            or units < tier.min_units
            or any([units >= more.min_units for more in deal.tiers[t + 1 :]])
        ):
            return 0
        bonus = tier.bonus.of(units, half_even=problem.half_even) if tier.bonus else 0
        brings += (tier.once + bonus) * PRICE_SCALE
    return brings
