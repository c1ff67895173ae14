"""Discounts as a cart shows them: rolled up by kind of action, or one line each (AC-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from largesse.engine.actions import ACTIONS
from largesse.engine.quoted import Discount

if TYPE_CHECKING:
    from largesse.engine.quoted import Adjustment


class Adjusted(Protocol):
    """A quote, or what is kept of one."""

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """What came off, in the order of application."""
        raise NotImplementedError


def discounts(quote: Adjusted) -> tuple[Discount, ...]:
    """One line for each offer that is shown by itself, and one for all others of the same kind.

    A sum of one promotion alone bears its title; of several, what shoppers call their kind.
    """
    return tuple(
        Discount(_title(found), sum(a.amount for a in found), tuple({a.offer: None for a in found}))
        for found in discounted(quote)
    )


def discounted(quote: Adjusted) -> tuple[tuple[Adjustment, ...], ...]:
    """What each of the `discounts` is made of, in their order."""
    together: dict[tuple[str, str], list[Adjustment]] = {}
    for adjustment in quote.adjustments:
        rolls_up = adjustment.kind in ACTIONS and not adjustment.separate
        key = (adjustment.kind, "" if rolls_up else adjustment.offer)
        together.setdefault(key, []).append(adjustment)
    return tuple(tuple(found) for found in together.values())


def _title(adjustments: tuple[Adjustment, ...]) -> str:
    first = adjustments[0]
    alone = all(each.offer == first.offer for each in adjustments)
    return first.title if alone else ACTIONS[first.kind].shown
