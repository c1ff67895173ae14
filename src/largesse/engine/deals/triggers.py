"""What a deal's trigger asks for, and what lacks of it (DE-2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from largesse.engine.catalog import ProductGroup
from largesse.engine.deals.formulating import unmet_set
from largesse.engine.deals.order_lines import DealLine
from largesse.engine.money import Currency
from largesse.engine.offers.deal import Deal
from largesse.engine.refusals import RefusalCode, Shortfall, too_few_units


class Reach(NamedTuple):
    """What some lines come to for a deal: its trigger's units and value, and the tier that they meet.

    `tier` is the tier's number, from 1; 0 is none. For a deal that asks each line by itself they are
    those of the line that comes furthest.
    """

    units: int
    value: int
    tier: int


def reach(deal: Deal, on: Sequence[DealLine]) -> Reach:
    """How far lines that a deal covers come."""
    if deal.assorted:
        units, value = sum(e.units for e in on), sum(e.value for e in on)
        met = deal.met_tier(units, value) if on and unmet_set(deal, on) is None else None
        return Reach(units, value, _number(deal, met))
    each = [Reach(e.units, e.value, _number(deal, deal.met_tier(e.units, e.value))) for e in on]
    if unmet_set(deal, on) is not None:
        each = [one._replace(tier=0) for one in each]
    return max(each, key=lambda one: (one.tier, one.units, one.value), default=Reach(0, 0, 0))


def _number(deal: Deal, tier: object) -> int:
    return next((n for n, each in enumerate(deal.tiers, 1) if each is tier), 0)


def lacking(deal: Deal, on: Sequence[DealLine], currency: Currency) -> Shortfall | None:
    """What lacks for the lowest tier, when these lines are on the deal; None if it is met."""
    found = reach(deal, on)
    if found.tier:
        return None
    place = unmet_set(deal, on)
    if place is not None:
        wanted = deal.sets[place]
        units = sum(e.units for e in on if wanted.covers(e.line.sku))
        return too_few_units(wanted.min_units, units, wanted.products)
    lowest = deal.tiers[0]
    products = products_of(deal)
    if found.units < lowest.needs_units:
        return too_few_units(lowest.needs_units, found.units, products)
    if found.value < lowest.min_value:
        needed, has = currency.format(lowest.min_value), currency.format(found.value)
        return Shortfall(
            RefusalCode.SUBTOTAL_TOO_LOW,
            f"Needs {needed} of {products.title or products.code} at list price, found {has}.",
            lowest.min_value,
            found.value,
            "money",
            add_amount=lowest.min_value - found.value,
            add_from=products,
        )
    return too_few_units(1, 0, products)


def products_of(deal: Deal) -> ProductGroup:
    """All products that a deal covers, as one group."""
    if len(deal.sets) == 1 and deal.sets[0].exclude is None:
        return deal.sets[0].products
    return ProductGroup(deal.code, deal.skus, deal.name)
