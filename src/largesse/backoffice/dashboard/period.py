"""A dashboard looks at the days up to today, and at as many before them to compare with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple

from msgspec import Struct


class Days(Struct, frozen=True):
    """The business's days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def after(self) -> date:
        """The first day after them."""
        return self.last + timedelta(days=1)

    @property
    def before(self) -> Days:
        """As many days, up to the one before the first.

        >>> Days(date(2026, 11, 2), date(2026, 11, 8)).before
        Days(first=datetime.date(2026, 10, 26), last=datetime.date(2026, 11, 1))
        """
        return Days(self.first - timedelta(days=self.count), self.first - timedelta(days=1))

    def each(self) -> tuple[date, ...]:
        """The days one by one, the first one first."""
        return tuple(self.first + timedelta(days=n) for n in range(self.count))


class Period(NamedTuple):
    """So many days up to today; `name` stands for it in addresses."""

    name: str
    label: str
    words: str
    """What its days are called."""
    length: int

    def until(self, today: date) -> Days:
        """Its days, of which today is the last one."""
        return Days(today - timedelta(days=self.length - 1), today)


USUAL: Final = Period("30-days", "30 days", "30 days", 30)
PERIODS: Final = (
    Period("7-days", "7 days", "7 days", 7),
    USUAL,
    # Thirteen weeks: it begins on the same weekday as the period before it, and weekends weigh alike.
    Period("quarter", "Quarter", "13 weeks", 91),
)


def period_named(name: str) -> Period:
    """The period that an address asks for; the usual one where it names none."""
    return next((period for period in PERIODS if period.name == name), USUAL)
