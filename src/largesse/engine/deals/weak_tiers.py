"""Tiers that give less than a lower one: the highest tier met holds all the same, so the editor warns
(DE-2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from largesse.engine.cart import UNITS_MAX, CartLine
from largesse.engine.catalog import Product
from largesse.engine.deals.applying import brought
from largesse.engine.deals.formulating import Terms
from largesse.engine.deals.order_lines import DealLine, deal_lines
from largesse.engine.money import Currency, Money
from largesse.engine.offers.deal import Deal, DealTier
from largesse.engine.refusals import units_of
from largesse.engine.running import Line

PRODUCTS_MOST: Final = 500
"""So many products of different prices are looked at."""


class WeakTier(Struct, frozen=True):
    """A tier that brings less than a lower one for so many units of a product. Tiers count from 1."""

    tier: int
    lower: int
    sku: str
    name: str
    units: int
    brings: Money
    lower_brings: Money

    def said(self, currency: Currency) -> str:
        return (
            f"Tier {self.tier} gives less than tier {self.lower}: on {units_of(self.units)} of "
            f"{self.name} it brings {currency.format(self.brings)}, not "
            f"{currency.format(self.lower_brings)}."
        )


def weak_tiers(deal: Deal, products: Mapping[str, Product], currency: Currency) -> list[WeakTier]:
    """Of each tier that somewhere gives less than a lower one the case where it loses most.

    Each product of the deal is looked at by itself, at the first quantity that reaches the tier and the
    last before the next one, or before twice the first. Ties go to the earlier product and quantity.
    """
    if len(deal.tiers) < 2:
        return []
    worst: dict[int, WeakTier] = {}
    for product in _different(deal, products):
        for found in _weak_for(deal, product, currency):
            known = worst.get(found.tier)
            if known is None or _loss(found) > _loss(known):
                worst[found.tier] = found
    return [worst[number] for number in sorted(worst)]


def _loss(found: WeakTier) -> int:
    return found.lower_brings - found.brings


def _different(deal: Deal, products: Mapping[str, Product]) -> list[Product]:
    """The products of the deal, of those that cost alike one: that with the first SKU."""
    alike: dict[tuple[int, int, int], Product] = {}
    for sku in sorted(deal.skus & products.keys()):
        product = products[sku]
        if not product.quantity_decimals:
            alike.setdefault((product.price, product.listed, product.floor or 0), product)
    return list(alike.values())[:PRODUCTS_MOST]


def _weak_for(deal: Deal, product: Product, currency: Currency) -> Iterator[WeakTier]:
    first = [_first_units(tier, product) for tier in deal.tiers]
    for i in range(1, len(deal.tiers)):
        last = min([2 * first[i], *first[i + 1 :], UNITS_MAX + 1]) - 1
        for units in sorted({first[i], max(first[i], last)}):
            if units > UNITS_MAX:
                continue
            brings = [_brings(deal, tier, product, units, currency) for tier in deal.tiers[: i + 1]]
            lower = max(range(i), key=lambda j: (brings[j], -j))
            if brings[lower] > brings[i]:
                name = product.name or product.sku
                yield WeakTier(i + 1, lower + 1, product.sku, name, units, brings[i], brings[lower])


def _first_units(tier: DealTier, product: Product) -> int:
    """The fewest units of a product that reach a tier by themselves."""
    by_value = -(-tier.min_value // product.listed) if product.listed else 0
    if tier.min_value and not product.listed:
        return UNITS_MAX + 1
    return max(1, tier.needs_units, by_value)


def _brings(deal: Deal, tier: DealTier, product: Product, units: int, currency: Currency) -> int:
    on = _line(product, units, currency)
    alone = msgspec.structs.replace(deal, tiers=(tier,))
    return brought(Terms(alone, (0,)), tier, [on], [on], half_even=currency.half_even)


def _line(product: Product, units: int, currency: Currency) -> DealLine:
    line = Line(0, CartLine("1", product.sku, units), product, None, currency.half_even)
    return next(deal_lines([line], [None]))
