"""The deals that lines of a quote are on: what each brings, and what rules and picks cost (IF-36)."""

from __future__ import annotations

from msgspec import Struct

from largesse.engine.quote import Quote
from largesse.engine.quoted import AppliedDeal
from largesse.orders.explaining.voice import Voice


class OnDeal(Struct, frozen=True):
    """A deal with lines on it. Amounts are minor units; `code` is empty for shoppers."""

    title: str
    code: str
    lines: str
    """The names of its lines."""
    note: str
    """What is to be said of it: its tier, that it is to be approved, what lapses."""
    off: int
    rebate: int
    credit: int
    used: int
    left: int


def on_deals(quote: Quote, voice: Voice) -> tuple[OnDeal, ...]:
    """The deals of a quote, in its order."""
    names = {line.id: line.name or line.sku for line in quote.lines}
    return tuple(
        OnDeal(
            deal.title,
            deal.offer if voice.codes else "",
            ", ".join(dict.fromkeys(names[id] for id in deal.lines)),
            _note(quote, deal),
            deal.off,
            deal.rebate,
            deal.credit,
            deal.used,
            deal.left,
        )
        for deal in quote.deals
    )


def _note(quote: Quote, deal: AppliedDeal) -> str:
    said = []
    tiers = len(quote.book.deals[deal.offer].tiers)
    if deal.tier and tiers > 1:
        said.append(f"tier {deal.tier} of {tiers}")
    if deal.referred:
        said.append("applied without its trigger, to be approved")
    if deal.left:
        said.append(f"{quote.format(deal.left)} of its credit lapses")
    return "; ".join(said)
