"""What the shopper is asked: promotions that the cart qualifies for, and what each saves (PR-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from largesse.engine.index import awards_of
from largesse.engine.offers.promotion import Promotion
from largesse.engine.quoted import Suggestion
from largesse.engine.stage import PromotionStage

if TYPE_CHECKING:
    from largesse.engine.quote import Quote
    from largesse.engine.stages.pricing_state import Pricing

SUGGESTED_MOST: Final = 12
"""So many promotions are suggested at most, those of the highest priority."""


def suggestions(pricing: Pricing, quote: Quote) -> tuple[Suggestion, ...]:
    """The suggested promotions that qualify. Each is priced both ways: its saving is the difference."""
    asked = [p for p in pricing.book.suggested if _qualifies(pricing, p)]
    asked.sort(key=lambda p: (-p.priority, p.code))
    found = (_suggestion(pricing, quote, promotion) for promotion in asked[:SUGGESTED_MOST])
    return tuple(each for each in found if each is not None)


def _qualifies(pricing: Pricing, promotion: Promotion) -> bool:
    if pricing.cart.at not in promotion.window:
        return False
    qualification = pricing.qualification(PromotionStage.STANDARD)
    scene = qualification.scene
    return any(
        qualification.is_open(award) and qualification.is_left(award) and award.times(scene)
        for award in awards_of(promotion)
    )


def _suggestion(pricing: Pricing, quote: Quote, promotion: Promotion) -> Suggestion | None:
    from largesse.engine.pricing import price

    code = promotion.code
    accepted = promotion.is_accepted(pricing.cart.answers)
    answers = {**pricing.cart.answers, code: not accepted}
    cart = msgspec.structs.replace(pricing.cart, answers=answers)
    other = price(
        pricing.book, cart, pricing.facts, steps=pricing.steps, deal_steps=pricing.deal_steps
    )
    with_it, without = (quote, other) if accepted else (other, quote)
    if code not in with_it.awarded:
        return None
    saving = with_it.saved + with_it.to_spend - without.saved - without.to_spend
    return Suggestion(code, promotion.name, promotion.description, accepted, saving)
