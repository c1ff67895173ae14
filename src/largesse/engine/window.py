"""Half-open spans of time: the start is inside, the end is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

Instant = int
"""Microseconds since 1970, UTC: compared a hundred times a cart, where datetimes would be slow."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(instant: datetime | None, *, open: Instant = 0) -> Instant:
    """An aware instant in microseconds; `open` where there is none."""
    return open if instant is None else (instant - _EPOCH) // _MICROSECOND


class Window(Struct, frozen=True):
    """From `start` until `end`, both aware instants; None is open."""

    start: datetime | None = None
    end: datetime | None = None

    def __contains__(self, instant: object) -> bool:
        assert isinstance(instant, datetime)
        return (self.start is None or self.start <= instant) and (
            self.end is None or instant < self.end
        )


ALWAYS = Window()


class Period(StrEnum):
    """How far back a condition looks (CO-1)."""

    YEAR = "year"
    CALENDAR_YEAR = "calendar_year"
    CALENDAR_MONTH = "calendar_month"
    WEEK = "week"
    DAY = "day"


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


class Calendar(Struct, frozen=True):
    """The business's time zone and the day on which its week begins."""

    time_zone: str = "UTC"
    week_starts: Weekday = "monday"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def day_of(self, instant: datetime) -> date:
        """The business's day in which the instant lies."""
        return instant.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The first instant of a day of the business, in UTC: where a clock is put forward or back at
        midnight, a local time would name no instant or two.
        """
        return datetime.combine(day, time.min, self.zone).astimezone(UTC)

    def since(self, period: Period, instant: datetime) -> datetime:
        """The first instant of the period that the instant lies in or ends (CO-1).

        A year is rolling: the same day twelve months back; 29 February looks back to 1 March.
        """
        return self.midnight(self.first_day(period, self.day_of(instant)))

    def first_day(self, period: Period, day: date) -> date:
        """The first day of the period that a day of the business lies in or ends."""
        match period:
            case Period.YEAR:
                leap_day = (day.month, day.day) == (2, 29)
                return date(day.year - 1, 3, 1) if leap_day else day.replace(year=day.year - 1)
            case Period.CALENDAR_YEAR:
                return day.replace(month=1, day=1)
            case Period.CALENDAR_MONTH:
                return day.replace(day=1)
            case Period.WEEK:
                back = (day.weekday() - WEEKDAYS.index(self.week_starts)) % 7
                return day - timedelta(days=back)
            case _:
                return day


def day_said(day: date) -> str:
    """A day as people say it.

    >>> day_said(date(2026, 11, 3))
    '3 November 2026'
    """
    return f"{day.day} {day:%B %Y}"


def days_said(window: Window, calendar: Calendar) -> str:
    """The days of a window as people say them, both inclusive: "from 3 May 2026 until 9 May 2026".

    Nothing is said of a window that is open.
    """
    parts = []
    if window.start is not None:
        parts.append(f"from {day_said(calendar.day_of(window.start))}")
    if window.end is not None:
        parts.append(f"until {day_said(calendar.day_of(window.end - _MICROSECOND))}")
    return " ".join(parts)


def months_between(first: date, last: date) -> int:
    """The full months from one day to another; the last day of a month ends every month.

    >>> [months_between(date(2026, 1, 31), date(2026, *day)) for day in ((2, 27), (2, 28), (3, 30))]
    [0, 1, 1]
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    is_last = (last + timedelta(days=1)).month != last.month
    return months if last.day >= first.day or is_last else months - 1
