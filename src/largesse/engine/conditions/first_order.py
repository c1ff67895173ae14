"""First order: the buyer has bought nothing before (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from largesse.engine.cart import Customer
from largesse.engine.conditions.of_buyer import OfBuyer
from largesse.engine.facts import HistoryQuery
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.window import Calendar

if TYPE_CHECKING:
    from largesse.engine.scene import Scene

_BEFORE: Final = HistoryQuery(None, None, measure="orders")


class FirstOrder(OfBuyer, frozen=True, kw_only=True, eq=False):
    """The buyer is known and has no earlier order, as the customer type that they are now.

    Earlier orders count once they are posted, and no longer when all of them was given back (CO-3).
    """

    kind: ClassVar[str] = "first_order"
    label: ClassVar[str] = "First order"

    def holds(self, buyer: Customer, scene: Scene) -> bool:
        return scene.bought(_BEFORE) == 0

    def lack(self, buyer: Customer, scene: Scene) -> Shortfall:
        before = scene.bought(_BEFORE)
        orders = "1 order" if before == 1 else f"{before:,} orders"
        told = f"{self.for_whom}; the buyer has {orders} before this one."
        return Shortfall(RefusalCode.NOT_FIRST_ORDER, told, 0, before)

    @property
    def for_whom(self) -> str:
        return "For a customer's first order"

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        return (_BEFORE,)

    def said(self, currency: Currency) -> str:
        return "it is the buyer's first order"
