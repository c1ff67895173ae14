"""One pure function prices a cart: it walks the stages in their order, each seeing what the last
left.
"""

from __future__ import annotations

from largesse.engine.assignment import DEFAULT_STEPS as DEFAULT_DEAL_STEPS
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart
from largesse.engine.checks import cart_faults
from largesse.engine.facts import NO_FACTS, Facts
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import AMOUNT_MAX
from largesse.engine.quote import Quote
from largesse.engine.running import Line
from largesse.engine.stage import PromotionStage
from largesse.engine.stages import (
    afterwards,
    allotments,
    codes,
    deals,
    limits,
    manual,
    payments,
    promotions,
    rewards,
    shipping,
    tax,
    vouchers,
)
from largesse.engine.stages.pricing_state import DEFAULT_STEPS, Pricing

__all__ = ["DEFAULT_DEAL_STEPS", "DEFAULT_STEPS", "Pricing", "price"]


def price(
    book: OfferBook,
    cart: Cart,
    facts: Facts = NO_FACTS,
    *,
    steps: int = DEFAULT_STEPS,
    deal_steps: int = DEFAULT_DEAL_STEPS,
) -> Quote:
    """Price a cart: the same arguments give the same quote, byte for byte, on every machine.

    `facts` answers `book.facts_needed(cart)`. `steps` bounds the search for the best combination of
    promotions in solver steps, `deal_steps` that for the best deals (CH-2). Raises `Faults`, all at
    once, for a cart that can't be priced (BI-1).
    """
    if faults := cart_faults(book, cart):
        raise Faults(faults)
    location = book.catalog.locations.get(cart.location) if cart.location else None
    products = book.catalog.products
    half_even = book.currency.half_even
    lines = [
        Line(i, line, products[line.sku], location, half_even) for i, line in enumerate(cart.lines)
    ]
    if sum([line.gross for line in lines]) > AMOUNT_MAX:
        most = book.currency.format(AMOUNT_MAX)
        raise Faults([Fault("lines", len(lines), f"the lines come to more than {most} together")])
    pricing = Pricing(book, cart, facts, lines, location, steps, deal_steps)

    # The stages of ST-1.
    manual.run(pricing)
    allotments.run(pricing)
    deals.run(pricing)
    promotions.run(pricing, PromotionStage.STANDARD)
    promotions.run(pricing, PromotionStage.POST)
    rewards.run(pricing)
    vouchers.run(pricing)
    shipping.run(pricing)
    tax.run(pricing)
    afterwards.run(pricing)
    payments.run(pricing)
    limits.run(pricing)
    codes.run(pricing)
    return pricing.quote()
