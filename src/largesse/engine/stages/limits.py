"""What the promotions that gave something use up: of their limits, and their single-use codes (PR-5,
PR-6).
"""

from __future__ import annotations

from largesse.engine.facts import limit_query
from largesse.engine.quoted import Consumption
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    calendar = pricing.book.catalog.calendar
    for code in pricing.gave:
        promotion = pricing.book.promotions[code]
        for limit, most in promotion.limits:
            of = limit_query(code, limit, pricing.cart, calendar).of
            units = pricing.given(code) if limit == "budget" else 1
            if units:
                pricing.consumptions.append(Consumption(limit, code, units, of, most))
        if promotion.single_use_codes:
            used = pricing.single_use[code].code
            pricing.consumptions.append(Consumption("single_use_code", used))
