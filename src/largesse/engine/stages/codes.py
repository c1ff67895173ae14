"""Every code that was entered and did nothing is answered with its reason (BI-2)."""

from __future__ import annotations

from largesse.engine.explain import refusal_of
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    if not pricing.codes:
        return
    gave = {adjustment.offer for adjustment in pricing.adjustments}
    for code in pricing.codes:
        if code in pricing.facts.vouchers:
            continue
        promotions = pricing.book.promotions_of_code(code)
        if not promotions:
            if not pricing.book.is_promo_code(code):
                pricing.refusals.append(
                    Refusal(code, RefusalCode.UNKNOWN_CODE, f"The code {code} is not known.")
                )
        elif not any(promotion.code in gave for promotion in promotions):
            pricing.refusals.append(refusal_of(pricing, promotions[0]))
