"""Product count: between a minimum and a maximum number of units of a product group (CO-1)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.ranged import ApplicableOrders, OverOrders, of_products
from largesse.engine.facts import HistoryQuery, KitCounting
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall, too_few_units, units_of

if TYPE_CHECKING:
    from largesse.engine.scene import Scene

__all__ = ["ApplicableOrders", "ProductCount"]


class ProductCount(OverOrders, frozen=True, kw_only=True, eq=False):
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
    kit_counting: KitCounting = KitCounting.PARENT
    """Whether a kit counts as itself, as its components, or as both."""
    exclude_promotional: bool = False
    """Leave out units that a promotion discounted; has effect in the post stage only."""
    count_free: bool = True
    """Whether units count that an allotment or a reward made free."""

    def found_now(self, scene: Scene) -> int:
        return scene.units(
            self.products,
            kits=self.kit_counting,
            free=self.count_free,
            promotional=not self.exclude_promotional,
        )

    def query(self, since: datetime) -> HistoryQuery:
        group = self.products.code if self.products else None
        return HistoryQuery(group, since, self.whose, self.kit_counting)

    def too_low(self, scene: Scene, found: int) -> Shortfall:
        return too_few_units(self.minimum, found, self.products, can_add=self.counts_now)

    def too_high(self, scene: Scene, found: int, maximum: int) -> Shortfall:
        return Shortfall(
            RefusalCode.TOO_MANY_UNITS,
            f"Allows at most {units_of(maximum)}{of_products(self.products)}, found {found:,}.",
            maximum,
            found,
        )

    def products_needed(self) -> frozenset[str] | None:
        # A kit may hold the product without being one of the group.
        parents = self.kit_counting is KitCounting.PARENT
        return self.needs_one_of(self.products) if parents else None

    def said(self, currency: Currency) -> str:
        units = "unit" if (self.minimum, self.maximum) in ((1, None), (1, 1), (0, 1)) else "units"
        return f"{self.orders_said} {self.range_said(units)}{of_products(self.products)}"
