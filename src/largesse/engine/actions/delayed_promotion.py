"""Delayed promotion: the buyer gets a right to another promotion on a later order (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from largesse.engine.actions.base import Action, Owed, Sale
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.window import Window

if TYPE_CHECKING:
    from largesse.engine.scene import Scene

DAYS_MAX: Final = 3660
"""A right opens within ten years, and holds for at most as long."""

_LAST: Final = date.max.toordinal() - 2


class DelayedPromotion(Action, frozen=True, kw_only=True, eq=False):
    """Once the order is posted its buyer has a single-use right to a promotion, in a window.

    The window is whole days of the business, counted from the day of the order. That promotion has
    single-use codes, of which the right is one that needs no entering.
    """

    kind: ClassVar[str] = "delayed_promotion"
    label: ClassVar[str] = "Delayed promotion"
    shown: ClassVar[str] = "Later promotions"

    promotion: str
    """The code of the promotion that it is a right to."""
    opens_after: int = 0
    """So many days after the day of the order it can be used; 0 is from that day on."""
    holds_for: int = 30
    """For how many days it can be used."""

    @property
    def acts_on(self) -> Literal["order"]:
        return "order"

    @property
    def right_to(self) -> str:
        return self.promotion

    def said(self, currency: Currency) -> str:
        opens = f" from {_days(self.opens_after)} later" if self.opens_after else ""
        return f"a right to {self.promotion} on a later order{opens}, for {_days(self.holds_for)}"

    def faults(self) -> Iterable[tuple[str, str]]:
        if not 0 <= self.opens_after <= DAYS_MAX:
            yield "opens_after", f"is from 0 to {DAYS_MAX} days"
        if not 1 <= self.holds_for <= DAYS_MAX:
            yield "holds_for", f"is from 1 to {DAYS_MAX} days"

    def owes(self, sale: Sale, times: int) -> Iterable[Owed]:
        if sale.cart.customer is None:
            return
        opens = _after(sale.calendar.day_of(sale.cart.at), self.opens_after)
        ends = _after(opens, self.holds_for)
        window = Window(sale.calendar.midnight(opens), sale.calendar.midnight(ends))
        yield Owed(sale.cart.customer.id, promotion=self.promotion, window=window)

    def shortfall(self, scene: Scene) -> Shortfall | None:
        if scene.customer is not None:
            return None
        told = "Gives a right to a later order, and no customer is named."
        return Shortfall(RefusalCode.CUSTOMER_NEEDED, told)


def _after(day: date, days: int) -> date:
    """So many days later; the last day that all time zones have, where there is none so late."""
    return date.fromordinal(min(day.toordinal() + days, _LAST))


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"
