"""Distinct products: how many different products were bought (CO-4)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.ranged import OverOrders, of_products
from largesse.engine.facts import HistoryQuery, Measure
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class DistinctProducts(OverOrders, frozen=True, kw_only=True, eq=False):
    """Between `minimum` and `maximum` different products, both inclusive; a kit is one.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "distinct_products"
    label: ClassVar[str] = "Distinct products"

    minimum: int = 1
    """The least number of different products."""
    maximum: int | None = None
    """The greatest number of different products; empty is no limit."""
    products: ProductGroup | None = None
    """The product group that counts; empty is every product."""

    def found_now(self, scene: Scene) -> int:
        return scene.distinct(self.products)

    def query(self, since: datetime) -> HistoryQuery:
        group = self.products.code if self.products else None
        # What is on this order too is counted once.
        measure: Measure = "other_products" if self.counts_now else "products"
        return HistoryQuery(group, since, self.whose, measure=measure)

    def too_low(self, scene: Scene, found: int) -> Shortfall:
        what = of_products(self.products)
        told = f"Needs {self.minimum:,} different products{what}, found {found:,}."
        return Shortfall(RefusalCode.TOO_FEW_PRODUCTS, told, self.minimum, found)

    def too_high(self, scene: Scene, found: int, maximum: int) -> Shortfall:
        what = of_products(self.products)
        told = f"Allows at most {maximum:,} different products{what}, found {found:,}."
        return Shortfall(RefusalCode.TOO_MANY_PRODUCTS, told, maximum, found)

    def products_needed(self) -> frozenset[str] | None:
        return self.needs_one_of(self.products)

    def said(self, currency: Currency) -> str:
        what = self.range_said("different products")
        return f"{self.orders_said} {what}{of_products(self.products)}"
