"""Volume: one of the four volumes of an order, or of orders, between two amounts (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.ranged import OverOrders, of_products
from largesse.engine.facts import VOLUMES, HistoryQuery
from largesse.engine.money import Currency, Money
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class Volume(OverOrders, frozen=True, kw_only=True, eq=False):
    """A volume of at least `minimum` and at most `maximum`, both inclusive, as discounts scaled it.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "volume"
    label: ClassVar[str] = "Volume"

    volume: int = 1
    """Which of the four volumes counts, 1 to 4."""
    minimum: Money = 0
    """The least volume."""
    maximum: Money | None = None
    """The greatest volume; empty is no limit."""
    products: ProductGroup | None = None
    """The product group whose volume counts; empty is every product."""

    def found_now(self, scene: Scene) -> int:
        return scene.measure(VOLUMES[self.volume - 1], self.products)

    def query(self, since: datetime) -> HistoryQuery:
        group = self.products.code if self.products else None
        return HistoryQuery(group, since, self.whose, measure=VOLUMES[self.volume - 1])

    def too_low(self, scene: Scene, found: int) -> Shortfall:
        least, has = scene.currency.format(self.minimum), scene.currency.format(found)
        told = f"Needs a volume {self.volume}{of_products(self.products)} of {least}, found {has}."
        return Shortfall(RefusalCode.VOLUME_TOO_LOW, told, self.minimum, found, "money")

    def too_high(self, scene: Scene, found: int, maximum: int) -> Shortfall:
        most, has = scene.currency.format(maximum), scene.currency.format(found)
        what = f"a volume {self.volume}{of_products(self.products)}"
        told = f"Allows {what} of at most {most}, found {has}."
        return Shortfall(RefusalCode.VOLUME_TOO_HIGH, told, maximum, found, "money")

    def faults(self) -> Iterable[tuple[str, str]]:
        yield from super().faults()
        if not 1 <= self.volume <= len(VOLUMES):
            yield "volume", f"is from 1 to {len(VOLUMES)}"

    def products_needed(self) -> frozenset[str] | None:
        return self.needs_one_of(self.products)

    def said(self, currency: Currency) -> str:
        what = f"a volume {self.volume}{of_products(self.products)}"
        return f"{self.orders_said} {what} of {self.range_said(currency=currency)}"
