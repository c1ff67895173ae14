"""Conditions that ask when the buyer became a customer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from largesse.engine.cart import Customer
from largesse.engine.conditions.of_buyer import OfBuyer
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class OfJoining(OfBuyer, frozen=True, kw_only=True, eq=False):
    """The buyer is known, as is the day on which they joined, and that day is one of some."""

    def refusal(self, joined: date, today: date) -> RefusalCode | None:
        """Whether the day is too early or too late; None if it is neither."""
        raise NotImplementedError

    def holds(self, buyer: Customer, scene: Scene) -> bool:
        if buyer.joined is None:
            return False
        return self.refusal(buyer.joined, scene.today) is None

    def lack(self, buyer: Customer, scene: Scene) -> Shortfall:
        if buyer.joined is None:
            told = f"{self.for_whom}; when this one joined is not known."
            return Shortfall(RefusalCode.JOIN_DATE_UNKNOWN, told)
        code = self.refusal(buyer.joined, scene.today)
        assert code is not None
        return Shortfall(code, f"{self.for_whom}; this one joined on {day_said(buyer.joined)}.")


def day_said(day: date) -> str:
    """A day in words.

    >>> day_said(date(2026, 3, 1))
    '1 March 2026'
    """
    return f"{day.day} {day:%B %Y}"
