"""Product value: what some products on orders come to, between two amounts (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.worth import Worth

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class ProductValue(Worth, frozen=True, kw_only=True, eq=False):
    """Lines of some products that come to at least `minimum` and at most `maximum`, both inclusive.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "product_value"
    label: ClassVar[str] = "Product value"

    products: ProductGroup | None = None
    """The product group whose lines count; empty is every line that is not excluded."""
    exclude: ProductGroup | None = None
    """A product group whose lines don't count."""

    @property
    def groups(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        return self.products, self.exclude

    def found_now(self, scene: Scene) -> int:
        return scene.amount(self.products, self.exclude, original=self.original)

    def faults(self) -> Iterable[tuple[str, str]]:
        yield from super().faults()
        if self.products is None and self.exclude is None:
            yield "products", "is empty, as is exclude; for every product, use the order subtotal"

    def products_needed(self) -> frozenset[str] | None:
        return self.needs_one_of(self.products)
