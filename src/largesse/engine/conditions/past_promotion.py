"""Past promotion: whether a promotion was earned on earlier orders, and how often (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.conditions.ranged import PERIODS_SAID
from largesse.engine.facts import HistoryQuery, Whose
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.window import Calendar, Period

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class PastPromotion(Condition, frozen=True, kw_only=True, eq=False):
    """A promotion was earned on at least `minimum` earlier orders, or was not.

    An order has earned a promotion that gave it something. It counts once it is posted, and no longer
    when all of it was given back (CO-3). Under a cumulative promotion the condition is met once for
    each full `minimum`; one that asks for a promotion not earned does not count.
    """

    kind: ClassVar[str] = "past_promotion"
    label: ClassVar[str] = "Past promotion"

    promotion: str
    """The code of the promotion."""
    earned: bool = True
    """On: it must have been earned so often; off: it must have been earned less often."""
    minimum: int = 1
    """On how many orders."""
    period: Period | None = None
    """How far back orders count; empty is all time."""
    whose: Whose = "buyer"
    """Whose orders count: this buyer's, rep and customer orders apart, or everyone's."""

    def mentions(self) -> Iterable[tuple[Literal["promotion"], str, str]]:
        return (("promotion", "promotion", self.promotion),)

    def times(self, scene: Scene) -> int:
        found = self._found(scene)
        if self.earned:
            return found // self.minimum
        return UNBOUNDED if found < self.minimum else 0

    def _found(self, scene: Scene) -> int:
        (query,) = self.history(scene.at, scene.calendar)
        return scene.bought(query)

    def shortfall(self, scene: Scene) -> Shortfall:
        found = self._found(scene)
        whose = "the buyer's" if self.whose == "buyer" else "everyone's"
        on = f"on {found:,} of {whose} orders{self._period_said}"
        if self.earned:
            needed = "once" if self.minimum == 1 else f"on {self.minimum:,} orders"
            told = f"Needs {self.promotion} to have been earned {needed}; it was {on}."
            return Shortfall(RefusalCode.NOT_EARNED_BEFORE, told, self.minimum, found)
        told = f"Not for who earned {self.promotion} before; it was {on}."
        return Shortfall(RefusalCode.EARNED_BEFORE, told, self.minimum - 1, found)

    @property
    def _period_said(self) -> str:
        return f" {PERIODS_SAID[self.period]}" if self.period is not None else ""

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.promotion.strip():
            yield "promotion", "names a promotion"
        if self.minimum < 1:
            yield "minimum", "is 1 or more"

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        since = calendar.since(self.period, at) if self.period is not None else None
        yield HistoryQuery(None, since, self.whose, measure="orders", promotion=self.promotion)

    def said(self, currency: Currency) -> str:
        who = "the buyer" if self.whose == "buyer" else "anybody"
        least = f"{self.minimum:,} order{'' if self.minimum == 1 else 's'}{self._period_said}"
        if self.earned:
            return f"{who} earned {self.promotion} on at least {least}"
        return f"{who} earned {self.promotion} on fewer than {least}"
