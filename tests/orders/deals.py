"""Deals of the small business, and what an order that is on them holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from largesse.engine.cart import Giveaway
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.reading import Counters, counters
from largesse.offers import deals
from largesse.orders.models import Order
from tests.orders.store import AT

CHOSEN = {"selection": "mugs"}
"""Mugs, at 12.50 each, are what the user may give away."""


def on_deal(*tiers: dict[str, Any], of: str = "mugs", code: str = "DEAL", **fields: Any) -> None:
    """A deal of some products, or its next revision."""
    definition = {"code": code, "title": code, "sets": [{"products": of}], "tiers": list(tiers)}
    deals.revise({**definition, **fields}, by=None, at=AT)


def tier(kind: str, *, units: int = 0, **benefit: Any) -> dict[str, Any]:
    """From so many units on, a benefit of a kind."""
    return {"min_units": units, "benefit": {"kind": kind, **benefit}}


def given(*said: str, deal: str = "DEAL") -> tuple[Giveaway, ...]:
    """Units to give away such as "4 MUG"."""
    pairs = (each.split() for each in said)
    return tuple(Giveaway(deal, sku, int(units)) for units, sku in pairs)


def credit_of(order_id: UUID, deal: str = "DEAL") -> Counters:
    """The account of an order's giveaway credit, in minor units."""
    number = Order.objects.get(id=order_id).number
    account = Account(Kind.GIVEAWAY_CREDIT, owner_of(number, deal), "USD")
    return counters([account])[account]
