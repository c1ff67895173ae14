"""Join date: the buyer became a customer between two days (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from largesse.engine.conditions.of_joining import OfJoining, day_said
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode


class JoinDate(OfJoining, frozen=True, kw_only=True, eq=False):
    """The buyer is known and joined between the earliest and the latest day, both inclusive."""

    kind: ClassVar[str] = "join_date"
    label: ClassVar[str] = "Join date"

    earliest: date | None = None
    """The first day on which they may have joined; empty is any day until the latest."""
    latest: date | None = None
    """The last day on which they may have joined; empty is any day from the earliest on."""

    def refusal(self, joined: date, today: date) -> RefusalCode | None:
        if self.earliest is not None and joined < self.earliest:
            return RefusalCode.JOINED_TOO_EARLY
        if self.latest is not None and joined > self.latest:
            return RefusalCode.JOINED_TOO_LATE
        return None

    @property
    def for_whom(self) -> str:
        return f"For customers who joined {self._days}"

    @property
    def _days(self) -> str:
        if self.earliest is None or self.latest is None:
            if self.earliest is not None:
                return f"on {day_said(self.earliest)} or later"
            return f"on {day_said(self.latest)} or earlier" if self.latest is not None else ""
        return f"from {day_said(self.earliest)} to {day_said(self.latest)}"

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.earliest is None and self.latest is None:
            yield "earliest", "is empty, as is latest; give at least one"
        elif self.earliest and self.latest and self.latest < self.earliest:
            yield "latest", "is before the earliest"

    def said(self, currency: Currency) -> str:
        return f"the buyer joined {self._days}"
