"""Time since joining: how long the buyer has been a customer (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal

from largesse.engine.conditions.of_joining import OfJoining
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode
from largesse.engine.window import months_between

Span = Literal["days", "months", "years"]


class TimeSinceJoining(OfJoining, frozen=True, kw_only=True, eq=False):
    """The buyer is known and joined at least `minimum` and at most `maximum` full days, months or years
    ago, both inclusive: on the business's day of the order.
    """

    kind: ClassVar[str] = "time_since_joining"
    label: ClassVar[str] = "Time since joining"

    minimum: int = 0
    """The least number of full days, months or years."""
    maximum: int | None = None
    """The greatest number of full days, months or years; empty is no limit."""
    unit: Span = "days"
    """What is counted."""

    def refusal(self, joined: date, today: date) -> RefusalCode | None:
        full = self._full(joined, today)
        if full < self.minimum:
            return RefusalCode.JOINED_TOO_LATE
        if self.maximum is not None and full > self.maximum:
            return RefusalCode.JOINED_TOO_EARLY
        return None

    def _full(self, joined: date, today: date) -> int:
        if self.unit == "days":
            return (today - joined).days
        months = months_between(joined, today)
        return months if self.unit == "months" else months // 12

    @property
    def for_whom(self) -> str:
        return f"For customers who joined {self._ago}"

    @property
    def _ago(self) -> str:
        if self.maximum is None:
            return f"at least {self.minimum:,} {self.unit} ago"
        if not self.minimum:
            return f"at most {self.maximum:,} {self.unit} ago"
        return f"{self.minimum:,} to {self.maximum:,} {self.unit} ago"

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.minimum < 0:
            yield "minimum", "is 0 or more"
        if self.maximum is not None and self.maximum < self.minimum:
            yield "maximum", "is below the minimum"

    def said(self, currency: Currency) -> str:
        return f"the buyer joined {self._ago}"
