"""An order as its buyer sees it: what was bought, what came of it, what was given back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from largesse.catalog.models import Product
from largesse.engine.quote import Quote
from largesse.orders.models import Order, Part
from largesse.shop.allotted import Allotted, allotted

EVENTS: Final = {
    "order.held": ("Prices held for you", False),
    "order.placed": ("Order placed", True),
    "order.posted": ("Completed", True),
    "order.cancelled": ("Cancelled", True),
    "order.expired": ("The time to pay ran out", False),
    "order.refunded": ("Given back", True),
}
"""What happened to an order, in a buyer's words, and whether it matters who did it; other events are
the business's own."""


class Bought(Struct, frozen=True):
    """A line of an order. `parts` are what each offer took off it, `allotted` what of it was a gift;
    `comes_with` is the title of the promotion that added it, or that it was `chosen` for; `goes_with`
    is what it is an option of.
    """

    name: str
    icon: str
    sku: str
    quantity: str
    gross: int
    net: int
    parts: tuple[Part, ...]
    returned: int
    comes_with: str
    chosen: bool
    allotted: Allotted | None
    goes_with: str


class Happened(Struct, frozen=True):
    """One entry of the timeline; `who` is empty where that is of no interest."""

    what: str
    who: str
    at: datetime


def bought(order: Order, quote: Quote) -> tuple[Bought, ...]:
    """The lines of an order and the quote that it was sold by, in three queries, or four."""
    lines = list(order.lines.prefetch_related("parts"))
    found = Product.objects.filter(sku__in=[line.sku for line in lines])
    icons = dict(found.values_list("sku", "icon"))
    added = {line.id: line.added_by for line in quote.lines if line.added_by is not None}
    gifts = allotted(quote)
    names = {line.line: line.name or line.sku for line in lines}
    return tuple(
        Bought(
            line.name or line.sku,
            icons.get(line.sku, "package"),
            line.sku,
            f"{line.quantity / 1000:g}" if line.quantity % 1000 else f"{line.quantity // 1000:,}",
            line.gross,
            line.net,
            tuple(line.parts.all()),
            line.units_refunded,
            quote.book.name_of(added[line.line]) if line.line in added else "",
            line.spree,
            gifts.get(line.line),
            names.get(line.option_of, ""),
        )
        for line in lines
    )


class Told(Struct, frozen=True):
    """An event of the ledger, as far as a buyer is told of it."""

    kind: str
    at: datetime
    actor: str


def timeline(events: Iterable[Told], buyer: str, business: str) -> tuple[Happened, ...]:
    """What happened to an order, the latest first. `buyer` is what the record calls the reader."""
    told = []
    for event in events:
        if event.kind in EVENTS:
            what, by_somebody = EVENTS[event.kind]
            who = _who(event.actor, buyer, business) if by_somebody else ""
            told.append(Happened(what, who, event.at))
    return tuple(reversed(told))


def _who(actor: str, buyer: str, business: str) -> str:
    return "you" if actor in (buyer, "guest") else business
