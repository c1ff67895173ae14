"""Time of week: on some days of the week, between two times of the business's clock (CO-4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.window import WEEKDAYS, Weekday

if TYPE_CHECKING:
    from largesse.engine.scene import Scene

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class TimeOfWeek(Condition, frozen=True, kw_only=True, eq=False):
    """The order is placed on one of some days of the week and between two times, in the business's
    time zone.

    `opens` is inside and `closes` is not. Where it closes at or before it opens, it closes on the
    following day: from 22:00 to 02:00 on Fridays is also until 02:00 on Saturday.
    """

    kind: ClassVar[str] = "time_of_week"
    label: ClassVar[str] = "Days of the week and hours"

    days: frozenset[Weekday] = frozenset()
    """The days of the week on which it opens; none named is every day."""
    opens: str = "00:00"
    """The first minute that is inside, as 09:00."""
    closes: str = "24:00"
    """The first minute that is no longer inside, as 17:30; 24:00 is the end of the day."""

    def times(self, scene: Scene) -> int:
        now = scene.at.astimezone(scene.calendar.zone)
        return UNBOUNDED if self._is_open(now) else 0

    def _is_open(self, now: datetime) -> bool:
        opens, closes, clock = _minutes(self.opens), _minutes(self.closes), _minutes_of(now.time())
        if opens < closes:
            return self._is_on(now) and opens <= clock < closes
        if clock >= opens:
            return self._is_on(now)
        return clock < closes and self._is_on(now - timedelta(days=1))

    def _is_on(self, day: datetime) -> bool:
        return not self.days or WEEKDAYS[day.weekday()] in self.days

    def shortfall(self, scene: Scene) -> Shortfall:
        now = scene.at.astimezone(scene.calendar.zone)
        day = WEEKDAYS[now.weekday()].capitalize()
        told = f"Holds {self._said}; this order is of {day}, {now:%H:%M}."
        return Shortfall(RefusalCode.OUTSIDE_HOURS, told)

    @property
    def _said(self) -> str:
        named = [day.capitalize() for day in WEEKDAYS if day in self.days]
        days = f"on {' and '.join(named)}" if named else "every day"
        if (self.opens, self.closes) == ("00:00", "24:00"):
            return days
        return f"{days} from {self.opens} to {self.closes}"

    def faults(self) -> Iterable[tuple[str, str]]:
        if not _CLOCK.fullmatch(self.opens):
            yield "opens", "is a time from 00:00 to 23:59, such as 09:00"
        if not _CLOCK.fullmatch(self.closes) and self.closes != "24:00":
            yield "closes", "is a time from 00:00 to 24:00, such as 17:30"

    def said(self, currency: Currency) -> str:
        return f"the order is placed {self._said}"


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _minutes_of(clock: time) -> int:
    return clock.hour * 60 + clock.minute
