"""Rewards: units given away against a deal's credit, at their standard list price (DE-12, DE-13); then
shopping sprees.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from largesse.engine.cart import UNITS_MAX, CartLine, Giveaway
from largesse.engine.catalog import Product
from largesse.engine.offers.deal import Deal
from largesse.engine.quoted import Adjustment, AppliedDeal
from largesse.engine.refusals import Refusal, RefusalCode, units_of
from largesse.engine.running import Line, Lot
from largesse.engine.stage import Stage
from largesse.engine.stages import sprees
from largesse.engine.stages.new_items import fresh_id
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    """Give away what deals give by themselves, and what the user chose; then what sprees give."""
    if pricing.deals or pricing.cart.giveaways:
        _give_away(pricing)
    if pricing.later or pricing.cart.sprees:
        sprees.run(pricing)


def _give_away(pricing: Pricing) -> None:
    pricing.refusals += _without_credit(pricing)
    for i, applied in enumerate(pricing.deals):
        if applied.credit:
            deal = pricing.book.deals[applied.offer]
            used = (
                _automatic(pricing, deal, applied)
                if deal.gives
                else _chosen(pricing, deal, applied)
            )
            pricing.deals[i] = msgspec.structs.replace(applied, used=used)


def _without_credit(pricing: Pricing) -> Iterator[Refusal]:
    credited = {applied.offer for applied in pricing.deals if applied.credit}
    for wanted in pricing.cart.giveaways:
        if wanted.deal not in credited:
            told = f"{wanted.deal} gives no credit for {wanted.sku} on this order; remove it."
            yield Refusal(wanted.deal, RefusalCode.NO_CREDIT, told, wanted.units, 0)


def _automatic(pricing: Pricing, deal: Deal, applied: AppliedDeal) -> int:
    """As many units as the credit pays for, of the products in the order of preference."""
    used = 0
    for sku in deal.gives:
        product = pricing.book.catalog.products[sku]
        units = _units_for(applied.credit - used, product)
        if units and product.listed:
            used += _give(pricing, deal, product, units)
    return used


def _chosen(pricing: Pricing, deal: Deal, applied: AppliedDeal) -> int:
    """The units that the user chose, as far as the credit goes; what doesn't fit is refused."""
    used = 0
    for wanted in pricing.cart.giveaways:
        if wanted.deal != deal.code:
            continue
        product = pricing.book.catalog.products.get(wanted.sku)
        if product is None or not deal.may_give(wanted.sku) or product.quantity_decimals:
            told = f"{wanted.sku} is not among what {deal.name} gives away; remove it."
            pricing.refusals.append(Refusal(deal.code, RefusalCode.NOT_TO_GIVE, told))
            continue
        left = applied.credit - used
        units = min(wanted.units, _units_for(left, product))
        if units < wanted.units:
            pricing.refusals.append(_too_much(pricing, wanted, product, units, left))
        if units:
            used += _give(pricing, deal, product, units)
    return used


def _units_for(credit: int, product: Product) -> int:
    return min(UNITS_MAX, credit // product.listed) if product.listed else UNITS_MAX


def _too_much(
    pricing: Pricing, wanted: Giveaway, product: Product, units: int, left: int
) -> Refusal:
    """How much credit the first unit lacks that doesn't fit, and what to remove (DE-13)."""
    money = pricing.book.currency.format
    missing = product.listed - (left - units * product.listed)
    name = product.name or product.sku
    told = (
        f"{money(missing)} of credit is missing for the next unit of {name}; "
        f"remove {units_of(wanted.units - units)} of it."
    )
    needed, found = wanted.units * product.listed, left
    return Refusal(wanted.deal, RefusalCode.CREDIT_TOO_SMALL, told, needed, found, "money")


def _give(pricing: Pricing, deal: Deal, product: Product, units: int) -> int:
    """Put bonus units on the order at no price, with their list value (DE-15); what they use up."""
    id = fresh_id(f"{deal.code}+{product.sku}", {line.id for line in pricing.lines})
    wanted = CartLine(id, product.sku, units, unit_price=product.listed)
    line = Line(len(pricing.lines), wanted, product, None, pricing.book.currency.half_even)
    line.hold((Lot(units, line.gross, 0, (), True),))
    pricing.lines.append(line)
    pricing.added_by[id] = deal.code
    pricing.bonus.add(id)
    pricing.adjustments.append(
        Adjustment(
            Stage.REWARD, deal.code, deal.revision, id, units, line.gross, deal.name, "giveaway"
        )
    )
    return line.gross
