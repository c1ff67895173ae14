"""What each rule costs the buyer: the difference to the best without it (BE-2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Struct

from largesse.engine.assignment.problem import Candidate, Need, OrderLine, Problem, Tier
from largesse.engine.book import Changes
from largesse.engine.cart import Cart
from largesse.engine.money import Money, first_units

if TYPE_CHECKING:
    from largesse.engine.assignment.solving import Solution
    from largesse.engine.book import OfferBook
    from largesse.engine.quote import Quote
    from largesse.engine.stages.pricing_state import Pricing

PIECES_MOST: Final = 160
"""So many pieces the lines of an order are cut into at most, to see what splitting them would bring."""


class Restriction(Struct, frozen=True):
    """A rule, and what it costs the buyer in minor units.

    `subject` is the line or the exclusion group that it is about, empty for a rule of all lines.
    """

    rule: Literal["pick", "one_deal_a_line", "no_splitting", "exclusion_group"]
    subject: str
    cost: Money
    proven: bool = True
    """Whether it costs exactly that; otherwise at least that is known, and it may be more."""


def restrictions(pricing: Pricing, quote: Quote) -> tuple[Restriction, ...]:
    """What the manual picks, one deal a line, lines that are not split and exclusion groups cost."""
    return (*_picks(pricing, quote), *_of_deals(pricing), *_groups(pricing, quote))


def _price(pricing: Pricing, book: OfferBook, cart: Cart) -> Quote:
    from largesse.engine.pricing import price

    return price(book, cart, pricing.facts, steps=pricing.steps, deal_steps=pricing.deal_steps)


def _costs(
    rule: Literal["pick", "exclusion_group"], subject: str, quote: Quote, without: Quote
) -> Restriction:
    cost = max(0, without.benefit - quote.benefit)
    return Restriction(rule, subject, cost, quote.proven and without.proven)


def _picks(pricing: Pricing, quote: Quote) -> Iterator[Restriction]:
    """Each pick by itself; where lines go only on picked deals, all picks together."""
    cart = pricing.cart
    picked = [line.id for line in cart.lines if line.deal is not None]
    if cart.assign == "picked":
        if pricing.book.deal_index:
            best = _price(pricing, pricing.book, _unpicked(cart, picked))
            yield _costs("pick", "", quote, best)
        return
    for id in picked:
        yield _costs("pick", id, quote, _price(pricing, pricing.book, _unpicked(cart, [id])))


def _unpicked(cart: Cart, ids: Sequence[str]) -> Cart:
    lines = tuple(
        msgspec.structs.replace(line, deal=None) if line.id in ids else line for line in cart.lines
    )
    return msgspec.structs.replace(cart, lines=lines, assign="best")


def _groups(pricing: Pricing, quote: Quote) -> Iterator[Restriction]:
    """The exclusion groups that passed a promotion over."""
    promotions = pricing.book.promotions
    groups = dict.fromkeys(promotions[code].exclusion_group for code in pricing.passed_over)
    for group in groups:
        if group is None:
            continue
        freed = {
            code: msgspec.structs.replace(promotion, exclusion_group=None)
            for code, promotion in promotions.items()
            if promotion.exclusion_group == group
        }
        book = pricing.book.with_changes(Changes(promotions=freed))
        yield _costs("exclusion_group", group, quote, _price(pricing, book, pricing.cart))


# --- rules of all deals ----------------------------------------------------------------------------


def _of_deals(pricing: Pricing) -> Iterator[Restriction]:
    for rule, relaxed in (("one_deal_a_line", _on_several), ("no_splitting", _split)):
        cost, proven, met = 0, True, False
        for each in pricing.rounds:
            more, sure = relaxed(pricing, each.problem)
            cost += max(0, more - each.solution.value)
            proven = proven and sure and each.solution.bound == each.solution.value
            met = True
        if met:
            yield Restriction(rule, "", cost, proven)  # type: ignore[arg-type]


def _solved(pricing: Pricing, problem: Problem) -> Solution | None:
    from largesse.engine.assignment.solving import solve

    return solve(problem, steps=pricing.deal_steps)


def _on_several(pricing: Pricing, problem: Problem) -> tuple[int, bool]:
    """What deals would bring if a line could be on several: each is the best by itself, and no line
    costs less than nothing.
    """
    brought, sure = 0, True
    off: Counter[int] = Counter()
    rooms = [each.line.room(each.lot) for each in pricing.deal_lines]
    for deal in problem.deals:
        alone = _solved(pricing, problem._replace(deals=(deal,), held=frozenset()))
        assert alone is not None
        brought += alone.value
        # A benefit that is worse on a higher tier might be better with fewer lines under the limit.
        sure = sure and alone.bound == alone.value and len(deal.tiers) == 1
        best = max(deal.tiers, key=lambda tier: sum(tier.gives), default=None)
        for i, given in zip(deal.lines, () if best is None else best.gives, strict=False):
            off[i] += given if alone.plan[i] is not None else 0
    over = sum(max(0, taken - rooms[i]) for i, taken in off.items())
    return brought - over, sure and not over


def _split(pricing: Pricing, problem: Problem) -> tuple[int, bool]:
    """What deals would bring if the units of a line could be on several deals."""
    found = _solved(pricing, split_problem(problem, _by_themselves(pricing)))
    units = sum(line.units for line in problem.lines)
    assert found is not None
    sure = found.bound == found.value and units <= PIECES_MOST and not _by_themselves(pricing)
    return found.value, sure


def _by_themselves(pricing: Pricing) -> frozenset[str]:
    """The deals that ask each line by itself: what they would ask of a part of one is not looked at."""
    return frozenset(d.code for d in pricing.book.deals.values() if not d.assorted)


def split_problem(problem: Problem, whole: frozenset[str]) -> Problem:
    """The problem with each line cut into units, or into as few pieces as there may be.

    What a deal gives a line is shared by its pieces. A deal among the `whole` takes lines only whole.
    """
    size = -(-sum(line.units for line in problem.lines) // PIECES_MOST)
    pieces: list[OrderLine] = []
    places: list[list[int]] = []
    for line in problem.lines:
        cuts = [*range(0, line.units, size), line.units]
        places.append([])
        for start, stop in pairwise(cuts):
            worth = first_units(line.value, line.units, stop) - first_units(
                line.value, line.units, start
            )
            places[-1].append(len(pieces))
            pieces.append(OrderLine(stop - start, worth))
    deals = [
        one
        for deal in problem.deals
        for one in (
            _whole(deal, problem, places)
            if deal.code in whole
            else [_cut(deal, problem, pieces, places)]
        )
    ]
    return Problem(tuple(pieces), tuple(deals), frozenset(), problem.half_even)


def _cut(
    deal: Candidate, problem: Problem, pieces: Sequence[OrderLine], places: Sequence[Sequence[int]]
) -> Candidate:
    """A deal over the pieces of its lines."""
    return Candidate(
        deal.code,
        tuple(p for i in deal.lines for p in places[i]),
        tuple(
            tier._replace(
                gives=tuple(
                    part
                    for i, given in zip(deal.lines, tier.gives, strict=True)
                    for part in _shared(given, [pieces[p].units for p in places[i]])
                )
            )
            for tier in deal.tiers
        ),
        tuple(
            Need(frozenset(p for i in need.lines for p in places[i]), need.min_units)
            for need in deal.needs
        ),
    )


def _whole(
    deal: Candidate, problem: Problem, places: Sequence[Sequence[int]]
) -> Iterator[Candidate]:
    """A deal for each of its lines, which takes all pieces of the line or gives nothing."""
    for tier in deal.tiers:
        for i, given in zip(deal.lines, tier.gives, strict=True):
            nothing = (0,) * len(places[i])
            yield Candidate(
                f"{deal.code} {i}",
                tuple(places[i]),
                (Tier(nothing, min_units=problem.lines[i].units, once=given),),
            )


def _shared(given: int, units: Sequence[int]) -> Iterator[int]:
    done, total = 0, sum(units)
    for count in units:
        yield first_units(given, total, done + count) - first_units(given, total, done)
        done += count
