"""Conditions that ask what orders, or some products on them, come to in money."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.ranged import OverOrders, of_products
from largesse.engine.facts import HistoryQuery
from largesse.engine.money import Currency, Money
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class Worth(OverOrders, frozen=True, kw_only=True, eq=False):
    """An amount between `minimum` and `maximum`, both inclusive."""

    minimum: Money = 0
    """The least amount."""
    maximum: Money | None = None
    """The greatest amount; empty is no limit."""
    original: bool = False
    """Count prices before all discounts, instead of what earlier stages left."""

    @property
    def groups(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        """The products whose lines count, and those whose lines don't."""
        return None, None

    def query(self, since: datetime) -> HistoryQuery:
        include, exclude = self.groups
        return HistoryQuery(
            include.code if include else None,
            since,
            self.whose,
            measure="original" if self.original else "amount",
            exclude=exclude.code if exclude else None,
        )

    def too_low(self, scene: Scene, found: int) -> Shortfall:
        money, what = scene.currency.format, of_products(*self.groups)
        return Shortfall(
            RefusalCode.SUBTOTAL_TOO_LOW,
            f"Needs a subtotal{what} of {money(self.minimum)}, found {money(found)}.",
            self.minimum,
            found,
            "money",
            add_amount=self.minimum - found if self.counts_now else 0,
            add_from=self.groups[0],
        )

    def too_high(self, scene: Scene, found: int, maximum: int) -> Shortfall:
        money, what = scene.currency.format, of_products(*self.groups)
        return Shortfall(
            RefusalCode.SUBTOTAL_TOO_HIGH,
            f"Allows a subtotal{what} of at most {money(maximum)}, found {money(found)}.",
            maximum,
            found,
            "money",
        )

    def said(self, currency: Currency) -> str:
        before = ", before all discounts" if self.original else ""
        amount = self.range_said(currency=currency)
        return f"{self.orders_said} a subtotal{of_products(*self.groups)} of {amount}{before}"
