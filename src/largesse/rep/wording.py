"""Deals in a rep's words: what they give, from what on, and what lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from largesse.engine.benefits.amount_off import AmountOff
from largesse.engine.benefits.base import Benefit
from largesse.engine.benefits.bonus_stock import BonusStock
from largesse.engine.benefits.fixed_price import FixedPrice
from largesse.engine.benefits.free_stock import FreeStock
from largesse.engine.benefits.percentage import Percentage
from largesse.engine.benefits.rebate import Rebate
from largesse.engine.money import Currency
from largesse.engine.offers.deal import Deal, DealTier
from largesse.pages.figures import amount_text, count_text, percent_text

NUMBERS: Final = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine",
)  # fmt: skip


def brief(benefit: Benefit, currency: Currency) -> str:
    """What a benefit gives in two or three words; a kind without words of its own by its label."""
    match benefit:
        case Percentage():
            return percent_text(benefit.percent)
        case AmountOff():
            return f"{amount_text(benefit.amount, currency)} off each"
        case FixedPrice():
            return f"{amount_text(benefit.price, currency)} each"
        case Rebate(percent=None):
            return f"{amount_text(benefit.once, currency)} rebate"
        case Rebate():
            return f"{percent_text(benefit.percent or 0)} rebate"
        case BonusStock():
            return "earns bonus stock"
        case FreeStock():
            return f"{amount_text(benefit.amount, currency)} bonus credit"
        case _:
            return benefit.label


def trigger(tier: DealTier, currency: Currency) -> str:
    """From what on a tier holds, such as "36" or "300.00"; empty where from the first unit."""
    asked = []
    if tier.min_units > 1:
        asked.append(count_text(tier.min_units))
    if tier.min_value:
        asked.append(amount_text(tier.min_value, currency))
    return " and ".join(asked)


class TierSaid(Struct, frozen=True):
    """A tier in words, and whether it is the one that holds."""

    text: str
    holds: bool


def tiers(deal: Deal, held: int, currency: Currency) -> tuple[TierSaid, ...]:
    """What a deal gives, tier by tier; `held` is the number of the tier that holds, from 1."""
    if len(deal.tiers) == 1:
        return (TierSaid(_alone(deal, currency), False),)
    return tuple(
        TierSaid(_from(tier, currency), number == held) for number, tier in enumerate(deal.tiers, 1)
    )


def _alone(deal: Deal, currency: Currency) -> str:
    (tier,) = deal.tiers
    said = tier.benefit.said(products(deal), currency)
    each = "" if deal.assorted else ", each product by itself"
    return said[:1].upper() + said[1:] + each


def _from(tier: DealTier, currency: Currency) -> str:
    start = trigger(tier, currency)
    return brief(tier.benefit, currency) + (f" from {start}" if start else "")


def products(deal: Deal) -> str:
    """What a deal covers, by the names of its sets."""
    return listed([each.name for each in deal.sets])


def on_line(deal: Deal, tier: int, currency: Currency) -> str:
    """What a deal does on a line, with the tier that holds: "12 %, tier 2 at 60"."""
    held = deal.tiers[max(tier, 1) - 1]
    said = brief(held.benefit, currency)
    start = trigger(held, currency)
    if len(deal.tiers) > 1 and tier:
        return f"{said}, tier {tier}" + (f" at {start}" if start else "")
    return said


def listed(names: Sequence[str]) -> str:
    """
    >>> listed(["A"]), listed(["A", "B"]), listed(["A", "B", "C"])
    ('A', 'A and B', 'A, B and C')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def number_word(count: int) -> str:
    """A count that begins a sentence.

    >>> number_word(3), number_word(12)
    ('Three', '12')
    """
    return NUMBERS[count] if count < len(NUMBERS) else count_text(count)
