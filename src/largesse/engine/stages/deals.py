"""Deals: each line is on at most one of them, so that all together bring the most (DE-4, DE-5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from largesse.engine.assignment.problem import Problem, lines_on
from largesse.engine.deals.applying import apply
from largesse.engine.deals.formulating import Terms, problem_of
from largesse.engine.deals.order_lines import DealLine, deal_lines
from largesse.engine.deals.picking import dropped_picks, open_deals, terms_of
from largesse.engine.deals.proof import Round
from largesse.engine.offers.deal import Deal
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    """Put lines on deals: first on those of high priority, then what is left on the others (DE-5)."""
    cart, index = pricing.cart, pricing.book.deal_index
    if not index and not any([line.deal for line in cart.lines]):
        return
    lines = list(deal_lines(pricing.lines, [line.deal for line in cart.lines]))
    pricing.deal_lines = lines
    touching = index.touching({each.line.sku for each in lines}, pricing.at)
    deals = {d.code: d for d in open_deals(touching, cart, pricing.facts, lines)}
    pricing.refusals += _not_referable(deals, cart.referred)
    while dropped := dict(dropped_picks(lines, deals, cart)):
        # A pick that is dropped may have kept another one: so again, until all that are left hold.
        pricing.refusals += dropped.values()
        lines = _unpicked(lines, dropped)
    high_first = sorted(deals.values(), key=lambda deal: (not deal.high_priority, deal.rank))
    for _, group in groupby(high_first, key=lambda deal: deal.high_priority):
        lines = _assign(pricing, list(group), lines)


def _not_referable(deals: Mapping[str, Deal], referred: Iterable[str]) -> list[Refusal]:
    return [
        Refusal(code, RefusalCode.NOT_REFERABLE, f"{deals[code].name} may not be referred.")
        for code in sorted(referred)
        if code in deals and not deals[code].referable
    ]


def _assign(pricing: Pricing, deals: Sequence[Deal], lines: list[DealLine]) -> list[DealLine]:
    """Put lines on these deals as brings the most; the lines, those on a deal closed to others."""
    from largesse.engine.assignment.solving import solve

    half_even = pricing.book.currency.half_even
    while True:
        found = (terms_of(deal, lines, pricing.cart) for deal in deals)
        terms = [each for each in found if each.lines]
        if not terms:
            return lines
        codes = {each.deal.code for each in terms}
        held = [i for i, each in enumerate(lines) if each.pick in codes]
        problem = problem_of(terms, lines, held, half_even=half_even)
        solution = solve(problem, steps=pricing.deal_steps)
        if solution is not None:
            break
        lines = _without_last_pick(pricing, terms, lines)
    pricing.gap += solution.bound - solution.value
    pricing.rounds.append(Round(problem, solution, tuple(e.line.id for e in lines)))
    return _applied(pricing, terms, problem, solution.plan, lines)


def _applied(
    pricing: Pricing,
    terms: Sequence[Terms],
    problem: Problem,
    plan: tuple[int | None, ...],
    lines: list[DealLine],
) -> list[DealLine]:
    on = lines_on(problem, plan)
    for place in sorted(on):
        apply(pricing, terms[place], on[place], lines)
    return [each if plan[i] is None else each._replace(pick="") for i, each in enumerate(lines)]


def _without_last_pick(
    pricing: Pricing, terms: Sequence[Terms], lines: list[DealLine]
) -> list[DealLine]:
    """The lines without the picks of the last deal that has some: picked deals compete for the lines
    that they need, and those of the higher rank keep theirs.
    """
    picked = {each.pick for each in lines}
    deal = next(each.deal for each in reversed(terms) if each.deal.code in picked)
    told = f"{deal.name} can't be reached beside the other deals that were picked."
    pricing.refusals.append(Refusal(deal.code, RefusalCode.PICK_NOT_VALID, told))
    return _unpicked(lines, {i for i, each in enumerate(lines) if each.pick == deal.code})


def _unpicked(lines: Iterable[DealLine], dropped: Iterable[int]) -> list[DealLine]:
    places = set(dropped)
    return [e._replace(pick=None) if i in places else e for i, e in enumerate(lines)]
