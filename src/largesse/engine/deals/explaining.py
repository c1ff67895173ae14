"""Why a deal has no line on it: the first reason in a fixed order (EX-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from largesse.engine.deals.applying import worth
from largesse.engine.deals.eligibility import not_for
from largesse.engine.deals.formulating import Terms, covered_by
from largesse.engine.deals.triggers import lacking
from largesse.engine.offers.deal import Deal
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.stages.pricing_state import Pricing


def deal_shortfall(pricing: Pricing, deal: Deal) -> Shortfall:
    """Why a deal that holds now has no line on it."""
    lines, currency = pricing.deal_lines, pricing.book.currency
    closed = not_for(deal, pricing.cart, pricing.facts, {each.line.sku for each in lines})
    if closed is not None:
        return closed
    covered = covered_by(deal, lines)
    if not covered:
        return Shortfall(RefusalCode.NO_UNITS, "The cart has no units that it covers.")
    lacks = lacking(deal, covered, currency)
    if lacks is not None:
        return lacks
    if deal.manual or pricing.cart.assign == "picked":
        return Shortfall(RefusalCode.NOT_PICKED, "Lines go on it only when it is picked.")
    terms = Terms(deal, tuple(range(len(covered))))
    alone = worth(terms, covered, lines, half_even=currency.half_even)
    if not alone:
        told = "The prices leave nothing for it to give."
        return Shortfall(RefusalCode.NOTHING_TO_GIVE, told, None, 0)
    ids = {each.line.id for each in covered}
    others = [each for each in pricing.deals if ids & set(each.lines)]
    given = sum(each.benefit for each in others)
    told = (
        f"With all of its lines it would bring {currency.format(alone)}; "
        f"the deals that these lines are on bring {currency.format(given)}."
    )
    return Shortfall(RefusalCode.UNITS_TAKEN, told, given, alone, "money")
