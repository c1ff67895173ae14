"""What an approver sees of a referred order: each deal's trigger, what it has of it, what it gives."""

from __future__ import annotations

from typing import Literal, NamedTuple

from largesse.engine.deals.triggers import products_of
from largesse.engine.faults import Faults
from largesse.engine.money import Currency
from largesse.engine.offers.deal import Deal
from largesse.engine.quote import Quote
from largesse.engine.quoted import AppliedDeal
from largesse.engine.refusals import units_of
from largesse.orders.history import Happened
from largesse.orders.models import Order
from largesse.orders.repricing import priced_again
from largesse.pages.figures import amount_text


class ShownDeal(NamedTuple):
    """A deal of an order. `found` of `needed` is how far the order reaches its trigger, and `reach`
    says so in words; `credit` is what is asked for, in minor units.
    """

    code: str
    title: str
    state: Literal["applied", "referred"]
    found: int
    needed: int
    reach: str
    lacks: str
    gives: str
    off: int
    credit: int
    gifts: str


class Referral(NamedTuple):
    """How an order came to be referred, and what about."""

    deals: tuple[ShownDeal, ...]
    note: str
    """What the requester said last."""


def referral_of(order: Order, happened: tuple[Happened, ...]) -> Referral | None:
    """What is to be known of an order that somebody referred; None for any other."""
    if not order.requested_by:
        return None
    asked = [each for each in happened if each.kind.startswith("order.referred")]
    note = asked[-1].note if asked else ""
    try:
        quote = priced_again(order)
    except (ValueError, LookupError, Faults):
        return Referral((), note)
    # What must be approved comes first.
    deals = sorted(quote.deals, key=lambda deal: not deal.referred)
    return Referral(tuple(_shown(quote, deal) for deal in deals), note)


def _shown(quote: Quote, applied: AppliedDeal) -> ShownDeal:
    deal, currency = quote.book.deals[applied.offer], quote.book.currency
    progress = next(each for each in quote.deal_progress if each.offer == deal.code)
    lowest = deal.tiers[max(0, applied.tier - 1)]
    lacks = progress.lacks
    if lowest.min_value and not (lacks is not None and lacks.unit == "units"):
        found, needed = progress.value, lowest.min_value
        reach = f"{amount_text(found, currency)} of {amount_text(needed, currency)} at list price"
    else:
        found = progress.units if lacks is None or lacks.found is None else lacks.found
        needed = lowest.min_units if lacks is None or lacks.needed is None else lacks.needed
        reach = f"{found:,} of {units_of(needed)}" if needed else units_of(found)
    return ShownDeal(
        deal.code,
        deal.name,
        "referred" if applied.referred else "applied",
        min(found, needed),
        max(needed, 1),
        reach,
        lacks.sentence if lacks is not None else "",
        _gives(deal, applied, currency),
        applied.off + applied.rebate,
        applied.credit,
        ", ".join(
            f"{line.units} × {line.name}"
            for line in quote.lines
            if line.bonus and line.added_by == deal.code
        ),
    )


def _gives(deal: Deal, applied: AppliedDeal, currency: Currency) -> str:
    products = products_of(deal)
    tier = deal.tiers[max(0, applied.tier - 1)]
    words = tier.benefit.said(products.title or products.code, currency)
    return f"{words[:1].upper()}{words[1:]}"
