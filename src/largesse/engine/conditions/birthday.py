"""Birthday: it is the buyer's birthday, or the week or month of it (CO-4)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from largesse.engine.cart import Customer
from largesse.engine.conditions.of_buyer import OfBuyer
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.window import Period

if TYPE_CHECKING:
    from largesse.engine.scene import Scene

_SAID: Final = {"day": "birthday", "week": "birthday week", "month": "birthday month"}


class Birthday(OfBuyer, frozen=True, kw_only=True, eq=False):
    """The buyer is known, as is their birthday, and the business's day is in its day, week or month.

    Who was born on 29 February has their birthday on 28 February in years without one, so that it is
    always in the same month. A week begins on the business's first day of the week.
    """

    kind: ClassVar[str] = "birthday"
    label: ClassVar[str] = "Birthday"

    within: Literal["day", "week", "month"] = "day"
    """Whether the order must be on the day, in the week, or in the month of the birthday."""

    def holds(self, buyer: Customer, scene: Scene) -> bool:
        born, today = buyer.birthday, scene.today
        if born is None:
            return False
        if self.within == "month":
            return born.month == today.month
        # A week may be in two years.
        days = [birthday_in(year, born) for year in (today.year - 1, today.year, today.year + 1)]
        if self.within == "day":
            return today in days
        first = scene.calendar.first_day(Period.WEEK, today)
        return any([0 <= (day - first).days < 7 for day in days])

    def lack(self, buyer: Customer, scene: Scene) -> Shortfall:
        if buyer.birthday is None:
            told = f"{self.for_whom}; this buyer's birthday is not known."
            return Shortfall(RefusalCode.BIRTHDAY_UNKNOWN, told)
        return Shortfall(RefusalCode.NOT_BIRTHDAY, f"{self.for_whom}, which it is not.")

    @property
    def for_whom(self) -> str:
        on = "on" if self.within == "day" else "in"
        return f"For orders {on} a customer's {_SAID[self.within]}"

    def said(self, currency: Currency) -> str:
        return f"it is the buyer's {_SAID[self.within]}"


def birthday_in(year: int, born: date) -> date:
    """The birthday in a year; 28 February where there is no 29th.

    >>> birthday_in(2027, date(2000, 2, 29))
    datetime.date(2027, 2, 28)
    """
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
