"""Product count: between a minimum and a maximum number of units of a product group (CO-1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.facts import HistoryQuery, KitCounting, Whose
from largesse.engine.refusals import RefusalCode, Shortfall, too_few_units, units_of
from largesse.engine.window import Calendar, Period

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class ApplicableOrders(StrEnum):
    """Which orders of the period count."""

    ALL = "all"
    ONLY_CURRENT = "only_current"
    ALL_EXCEPT_CURRENT = "all_except_current"


class ProductCount(Condition, frozen=True, kw_only=True, eq=False):
    """Between `minimum` and `maximum` units of some products, both inclusive.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "product_count"
    label: ClassVar[str] = "Product count"

    minimum: int = 1
    """The least number of units."""
    maximum: int | None = None
    """The greatest number of units; empty is no limit."""
    products: ProductGroup | None = None
    """The product group that counts; empty is every product."""
    orders: ApplicableOrders = ApplicableOrders.ONLY_CURRENT
    """Whether this order, prior orders, or both count."""
    period: Period = Period.YEAR
    """How far back prior orders count."""
    whose: Whose = "buyer"
    """Whose prior orders count: this buyer's, rep and customer orders apart, or everyone's."""
    kit_counting: KitCounting = KitCounting.PARENT
    """Whether a kit counts as itself, as its components, or as both."""
    exclude_promotional: bool = False
    """Leave out units that a promotion discounted; has effect in the post stage only."""
    count_free: bool = True
    """Whether units count that an allotment or a reward made free."""

    def times(self, scene: Scene) -> int:
        found = self._found(scene)
        if found < self.minimum or (self.maximum is not None and found > self.maximum):
            return 0
        return found // self.minimum if self.minimum > 0 else UNBOUNDED

    def shortfall(self, scene: Scene) -> Shortfall:
        found = self._found(scene)
        if found < self.minimum:
            now_counts = self.orders is not ApplicableOrders.ALL_EXCEPT_CURRENT
            return too_few_units(self.minimum, found, self.products, can_add=now_counts)
        assert self.maximum is not None
        what = f" of {self.products.title or self.products.code}" if self.products else ""
        return Shortfall(
            RefusalCode.TOO_MANY_UNITS,
            f"Allows at most {units_of(self.maximum)}{what}, found {found:,}.",
            self.maximum,
            found,
        )

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.minimum < 0:
            yield "minimum", "is 0 or more"
        if self.maximum is not None and self.maximum < self.minimum:
            yield "maximum", f"is below the minimum, {self.minimum}"

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        return () if self.orders is ApplicableOrders.ONLY_CURRENT else (self._query(at, calendar),)

    def products_needed(self) -> frozenset[str] | None:
        counts_kits = self.kit_counting is not KitCounting.PARENT
        if self.orders is not ApplicableOrders.ONLY_CURRENT or counts_kits or self.minimum < 1:
            return None
        return self.products.products if self.products else None

    def _found(self, scene: Scene) -> int:
        found = 0
        if self.orders is not ApplicableOrders.ALL_EXCEPT_CURRENT:
            found += scene.units(
                self.products,
                kits=self.kit_counting,
                free=self.count_free,
                promotional=not self.exclude_promotional,
            )
        if self.orders is not ApplicableOrders.ONLY_CURRENT:
            found += scene.bought(self._query(scene.at, scene.calendar))
        return found

    def _query(self, at: datetime, calendar: Calendar) -> HistoryQuery:
        group = self.products.code if self.products else None
        return HistoryQuery(group, calendar.since(self.period, at), self.whose, self.kit_counting)
