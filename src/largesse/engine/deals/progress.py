"""How far a cart is with each deal: what it has of what the trigger asks for, what it would bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from largesse.engine.deals.applying import worth
from largesse.engine.deals.eligibility import not_for
from largesse.engine.deals.formulating import Terms, covered_by
from largesse.engine.deals.order_lines import DealLine
from largesse.engine.deals.triggers import Reach, lacking, reach
from largesse.engine.money import Money
from largesse.engine.offers.deal import Deal
from largesse.engine.refusals import Shortfall

if TYPE_CHECKING:
    from largesse.engine.quote import Quote
    from largesse.engine.quoted import AppliedDeal
    from largesse.engine.stages.pricing_state import Pricing


class DealProgress(Struct, frozen=True):
    """Where a cart stands with one deal that is open to it.

    `units` and `value` (at list price, in minor units) are those of all lines that it covers, on
    whatever deal they are; for a deal that asks each line by itself, of the line that comes furthest.
    `tier` is the number of the tier that they meet, from 1; 0 is none. `would_bring` is what the deal
    would bring with all lines that qualify on it, `brings` what it brings now.
    """

    offer: str
    title: str
    state: Literal["applied", "referred", "qualifies", "not_met"]
    lines: tuple[str, ...]
    """The lines that are on it; where none is, those that would be."""
    units: int
    value: Money
    tier: int
    brings: Money
    would_bring: Money
    lacks: Shortfall | None = None
    """What lacks for its lowest tier."""


def deal_progress(pricing: Pricing, quote: Quote) -> tuple[DealProgress, ...]:
    """The deals that hold now and are open to the buyer, by rank."""
    lines, cart = pricing.deal_lines, pricing.cart
    applied = {deal.offer: deal for deal in quote.deals}
    skus = {each.line.sku for each in lines}
    return tuple(
        _progress(pricing, deal, lines, applied.get(deal.code))
        for deal in sorted(pricing.book.deals.values(), key=lambda deal: deal.rank)
        if deal.active
        and not deal.archived
        and cart.at in deal.window
        and not_for(deal, cart, pricing.facts, skus) is None
    )


def _progress(
    pricing: Pricing, deal: Deal, lines: Sequence[DealLine], applied: AppliedDeal | None
) -> DealProgress:
    covered = covered_by(deal, lines)
    found = reach(deal, covered)
    qualifying = _qualifying(deal, covered, found)
    terms = Terms(deal, tuple(range(len(qualifying))))
    would = worth(terms, qualifying, lines, half_even=pricing.book.currency.half_even)
    lacks = None if found.tier else lacking(deal, covered, pricing.book.currency)
    state: Literal["applied", "referred", "qualifies", "not_met"]
    if applied is not None:
        state = "referred" if applied.referred else "applied"
    else:
        state = "qualifies" if found.tier else "not_met"
    ids = applied.lines if applied is not None else tuple(e.line.id for e in qualifying)
    brings = 0 if applied is None else applied.benefit
    return DealProgress(deal.code, deal.name, state, ids, *found, brings, would, lacks)


def _qualifying(deal: Deal, covered: Sequence[DealLine], found: Reach) -> Sequence[DealLine]:
    """The covered lines with a qualifying quantity (DE-7)."""
    if deal.assorted or not found.tier:
        return covered
    return [each for each in covered if deal.met_tier(each.units, each.value) is not None]
