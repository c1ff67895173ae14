"""Discounts as a cart shows them: rolled up by kind of action, or one line each (AC-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from largesse.engine.actions import ACTIONS
from largesse.engine.quote import Discount

if TYPE_CHECKING:
    from largesse.engine.quote import Adjustment, Quote


def discounts(quote: Quote) -> tuple[Discount, ...]:
    """One line for each offer that is shown by itself, and one for all others of the same kind.

    A sum of one promotion alone bears its title; of several, what shoppers call their kind.
    """
    together: dict[tuple[str, str], list[Adjustment]] = {}
    for adjustment in quote.adjustments:
        rolls_up = adjustment.kind in ACTIONS and not adjustment.separate
        key = (adjustment.kind, "" if rolls_up else adjustment.offer)
        together.setdefault(key, []).append(adjustment)
    return tuple(
        Discount(_title(found), sum(a.amount for a in found), tuple({a.offer: None for a in found}))
        for found in together.values()
    )


def _title(adjustments: list[Adjustment]) -> str:
    first = adjustments[0]
    alone = all(each.offer == first.offer for each in adjustments)
    return first.title if alone else ACTIONS[first.kind].shown
