"""What promotions give once the order is posted: credit, and rights to later promotions (AC-7)."""

from __future__ import annotations

from largesse.engine.actions.base import Owed, Sale
from largesse.engine.measures import scaled
from largesse.engine.money import AMOUNT_MAX
from largesse.engine.quoted import Credit, Right
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    awards = [(award, times) for award, times in pricing.later if award.acts_on == "order"]
    if not awards:
        return
    half_even = pricing.book.currency.half_even
    sale = Sale(
        pricing.cart,
        sum(line.net for line in pricing.lines),
        lambda measure: sum(scaled(line, measure, half_even=half_even) for line in pricing.lines),
        pricing.book.catalog.calendar,
        half_even,
    )
    for award, times in sorted(awards, key=lambda each: each[0].rank):
        for owed in award.action.owes(sale, times):
            _owe(pricing, award.promotion.code, award.promotion.revision, award.quoted.title, owed)


def _owe(pricing: Pricing, offer: str, revision: int, title: str, owed: Owed) -> None:
    if owed.promotion is not None:
        assert owed.window is not None
        right = Right(offer, revision, title, owed.promotion, owed.owner, owed.window)
        pricing.rights.append(right)
        return
    left = pricing.budget_left(pricing.book.promotions[offer])
    amount = min(owed.amount, AMOUNT_MAX if left is None else left)
    if amount > 0:
        cut = owed.amount if amount < owed.amount else None
        credit = Credit(offer, revision, title, owed.account, owed.owner, owed.to, amount, cut)
        pricing.credits.append(credit)
