"""Which deals a cart may have, on which of its lines: by what was picked, referred and left to the best
choice (DE-5, DE-6, DE-8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from largesse.engine.cart import Cart
from largesse.engine.deals.eligibility import not_for
from largesse.engine.deals.formulating import Terms, unmet_set
from largesse.engine.deals.order_lines import DealLine
from largesse.engine.facts import Facts
from largesse.engine.offers.deal import Deal
from largesse.engine.refusals import Refusal, RefusalCode


def open_deals(
    deals: Sequence[Deal], cart: Cart, facts: Facts, lines: Sequence[DealLine]
) -> list[Deal]:
    """Of the deals that hold and cover a line, those that are for this cart."""
    skus = {each.line.sku for each in lines}
    return [deal for deal in deals if not_for(deal, cart, facts, skus) is None]


def dropped_picks(
    lines: Sequence[DealLine], deals: Mapping[str, Deal], cart: Cart
) -> Iterator[tuple[int, Refusal]]:
    """The lines whose pick does not hold (any more), and why: the deal is not open to the cart or does
    not cover the line, or no choice of the other lines meets its trigger.
    """
    for i, each in enumerate(lines):
        if not each.pick:
            continue
        deal = deals.get(each.pick)
        name = each.line.product.name or each.line.sku
        if deal is None or not deal.covers(each.line.sku):
            told = f"{each.pick} is not on offer for {name} on this order."
            yield i, Refusal(each.pick, RefusalCode.PICK_NOT_VALID, told)
        elif not can_be_met(terms_of(deal, lines, cart), lines):
            told = f"{deal.name} can't be reached with the lines that may be on it."
            yield i, Refusal(each.pick, RefusalCode.PICK_NOT_VALID, told)


def terms_of(deal: Deal, lines: Sequence[DealLine], cart: Cart) -> Terms:
    """The lines that may be on a deal. It is referred where it is applied without its trigger."""
    picked = tuple(i for i, each in enumerate(lines) if each.pick == deal.code)
    asked = cart.referred.get(deal.code) if deal.referable and picked else None
    if asked is not None and not _is_met(deal, [lines[i] for i in picked]):
        return Terms(deal, picked, asked)
    if deal.manual or cart.assign == "picked":
        return Terms(deal, picked)
    free = (i for i, each in enumerate(lines) if each.pick is None and deal.covers(each.line.sku))
    return Terms(deal, tuple(sorted((*picked, *free))))


def can_be_met(terms: Terms, lines: Sequence[DealLine]) -> bool:
    """Whether a tier is met when all lines that may be on the deal are; for a deal that asks each line
    by itself, by all that were picked for it.
    """
    if terms.is_referred:
        return True
    return _is_met(terms.deal, [lines[i] for i in terms.lines])


def _is_met(deal: Deal, on: Sequence[DealLine]) -> bool:
    if unmet_set(deal, on) is not None:
        return False
    if not deal.assorted:
        ours = [each for each in on if each.pick == deal.code] or on
        return all(deal.met_tier(each.units, each.value) for each in ours) and bool(ours)
    return deal.met_tier(sum(e.units for e in on), sum(e.value for e in on)) is not None
