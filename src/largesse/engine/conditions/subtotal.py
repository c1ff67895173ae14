"""Subtotal: the value of the order, or of some products on it, between two amounts (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.money import Money
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class Subtotal(Condition, frozen=True, kw_only=True, eq=False):
    """At least `minimum` and at most `maximum`, both inclusive.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "subtotal"
    label: ClassVar[str] = "Order subtotal"

    minimum: Money = 0
    """The least amount."""
    maximum: Money | None = None
    """The greatest amount; empty is no limit."""
    products: ProductGroup | None = None
    """The product group whose lines count; empty is every line."""
    exclude: ProductGroup | None = None
    """A product group whose lines don't count."""
    original: bool = False
    """Count prices before all discounts, instead of what earlier stages left."""

    def times(self, scene: Scene) -> int:
        found = scene.amount(self.products, self.exclude, original=self.original)
        if found < self.minimum or (self.maximum is not None and found > self.maximum):
            return 0
        return found // self.minimum if self.minimum > 0 else UNBOUNDED

    def shortfall(self, scene: Scene) -> Shortfall:
        found = scene.amount(self.products, self.exclude, original=self.original)
        money = scene.currency.format
        what = f" of {self.products.title or self.products.code}" if self.products else ""
        if found < self.minimum:
            return Shortfall(
                RefusalCode.SUBTOTAL_TOO_LOW,
                f"Needs a subtotal{what} of {money(self.minimum)}, found {money(found)}.",
                self.minimum,
                found,
                "money",
                add_amount=self.minimum - found,
                add_from=self.products,
            )
        assert self.maximum is not None
        return Shortfall(
            RefusalCode.SUBTOTAL_TOO_HIGH,
            f"Allows a subtotal{what} of at most {money(self.maximum)}, found {money(found)}.",
            self.maximum,
            found,
            "money",
        )

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.maximum is not None and self.maximum < self.minimum:
            yield "maximum", "is below the minimum"

    def products_needed(self) -> frozenset[str] | None:
        return self.products.products if self.products and self.minimum > 0 else None
