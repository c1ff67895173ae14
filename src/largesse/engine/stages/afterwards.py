"""What promotions give once the order is posted: credit, and rights to later promotions (AC-7)."""

from __future__ import annotations

from largesse.engine.actions.base import Owed, Sale
from largesse.engine.measures import scaled
from largesse.engine.quote import Credit, Right
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing) -> None:
    awards = [
        (award, times)
        for award, times in pricing.later
        if award.acts_on == "order" and award.code not in pricing.passed_over
    ]
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
    amount = owed.amount if left is None else min(owed.amount, left)
    if amount > 0:
        credit = Credit(offer, revision, title, owed.account, owed.owner, owed.to, amount)
        pricing.credits.append(credit)
