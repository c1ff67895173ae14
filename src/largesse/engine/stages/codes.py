"""Every code that was entered and did nothing is answered with its reason (BI-2)."""

from __future__ import annotations

import msgspec

from largesse.engine.explain import refusal_of
from largesse.engine.facts import SingleUseCode
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.engine.stages.pricing_state import Pricing, code_refusal


def run(pricing: Pricing) -> None:
    if not pricing.codes:
        return
    # What is there to be chosen is an answer to the code that brought it.
    gifts, sprees = pricing.gifts, pricing.sprees
    gave = {*pricing.gave, *(gift.offer for gift in gifts), *(spree.offer for spree in sprees)}
    for code in pricing.codes:
        if code in pricing.facts.vouchers:
            continue
        single = pricing.facts.single_use_codes.get(code)
        if single is not None:
            if (
                single.promotion not in gave
                or pricing.single_use.get(single.promotion) is not single
            ):
                pricing.refusals.append(_refusal_of(pricing, single))
            continue
        promotions = pricing.book.promotions_of_code(code)
        if not promotions:
            if not pricing.book.is_promo_code(code):
                pricing.refusals.append(
                    Refusal(code, RefusalCode.UNKNOWN_CODE, f"The code {code} is not known.")
                )
        elif not any(promotion.code in gave for promotion in promotions):
            pricing.refusals.append(refusal_of(pricing, promotions[0]))


def _refusal_of(pricing: Pricing, code: SingleUseCode) -> Refusal:
    """Why a single-use code did nothing: itself, another code of its promotion, or the promotion."""
    refusal = code_refusal(pricing.cart, code)
    if refusal is not None:
        return refusal
    promotion = pricing.book.promotions.get(code.promotion)
    if promotion is None:
        return Refusal(code.code, RefusalCode.INACTIVE, f"The code {code.code} is of no offer.")
    if pricing.single_use.get(code.promotion) is not code:
        told = f"Another code of {promotion.name} is on the order already."
        return Refusal(code.code, RefusalCode.NOTHING_TO_GIVE, told)
    return msgspec.structs.replace(refusal_of(pricing, promotion), offer=code.code)
