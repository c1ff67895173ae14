"""Whom a deal is for: asked of buyer, place and order, whatever the quantities (DE-1, DE-2)."""

from __future__ import annotations

from collections.abc import Collection

from largesse.engine.cart import Cart
from largesse.engine.catalog import ProductGroup
from largesse.engine.facts import Facts, HistoryQuery
from largesse.engine.offers.deal import Deal
from largesse.engine.refusals import RefusalCode, Shortfall


def history_asked(deal: Deal) -> tuple[HistoryQuery, ...]:
    """What a deal asks of the buyer's earlier orders."""
    groups = (deal.bought_before, deal.not_bought_before)
    return tuple(bought(group) for group in groups if group is not None)


def bought(group: ProductGroup) -> HistoryQuery:
    """How many units of some products the buyer ever bought and kept."""
    return HistoryQuery(group.code, None)


def not_for(deal: Deal, cart: Cart, facts: Facts, skus: Collection[str]) -> Shortfall | None:
    """Why a deal that holds now is not for this cart; None if it is."""
    if deal.channels and cart.channel not in deal.channels:
        where = ", ".join(sorted(deal.channels))
        told = f"On offer in {where}; this cart is from {cart.channel}."
        return Shortfall(RefusalCode.OTHER_CHANNEL, told)
    if deal.locations and cart.location not in deal.locations:
        where = ", ".join(sorted(deal.locations))
        here = f"is at {cart.location}" if cart.location else "has no location"
        told = f"On offer at {where}; this cart {here}."
        return Shortfall(RefusalCode.OTHER_LOCATION, told)
    return _not_for_buyer(deal, cart, facts) or _missing(deal, skus)


def _not_for_buyer(deal: Deal, cart: Cart, facts: Facts) -> Shortfall | None:
    buyer = cart.customer
    for_some = bool(deal.tags or deal.customers)
    rebates = any(tier.benefit.is_rebate for tier in deal.tiers)
    if buyer is None:
        if for_some or rebates or history_asked(deal):
            told = "Depends on who buys, and no customer is named."
            return Shortfall(RefusalCode.CUSTOMER_NEEDED, told)
        return None
    if for_some and buyer.id not in deal.customers and not deal.tags & buyer.tags:
        if deal.tags:
            told = f"For customers tagged {' or '.join(sorted(deal.tags))}; this one is not."
            return Shortfall(RefusalCode.TAG_NEEDED, told)
        return Shortfall(RefusalCode.OTHER_CUSTOMER, "For other customers.")
    before = deal.bought_before
    if before is not None and not facts.history.get(bought(before), 0):
        told = f"For buyers who bought {before.title or before.code} before; this one has not."
        return Shortfall(RefusalCode.NOT_BOUGHT_BEFORE, told, 1, 0)
    never = deal.not_bought_before
    units = 0 if never is None else facts.history.get(bought(never), 0)
    if never is not None and units:
        told = f"For buyers who never bought {never.title or never.code}; this one has."
        return Shortfall(RefusalCode.BOUGHT_BEFORE, told, 0, units)
    return None


def _missing(deal: Deal, skus: Collection[str]) -> Shortfall | None:
    for sku in deal.required:
        if sku not in skus:
            told = f"Needs {sku} on the order."
            return Shortfall(RefusalCode.PRODUCT_MISSING, told, 1, 0)
    return None
