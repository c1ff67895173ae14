"""What is sold: products with their measures, kits, product groups, and the locations that sell
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from largesse.engine.money import ONE, Money, Rate

MEASURES = (
    "taxable", "shipping", "compare",
    "other_1", "other_2", "other_3", "other_4",
    "volume_1", "volume_2", "volume_3", "volume_4",
)  # fmt: skip
"""Every measure, in the order in which they are reported."""


class Measures(Struct, frozen=True):
    """Figures of one unit that a discount may scale apart from its price, in minor units.

    None is the selling price for the taxable amount, shipping value and compare amount.
    """

    taxable: Money | None = None
    shipping: Money | None = None
    compare: Money | None = None
    other_1: Money = 0
    other_2: Money = 0
    other_3: Money = 0
    other_4: Money = 0
    volume_1: Money = 0
    volume_2: Money = 0
    volume_3: Money = 0
    volume_4: Money = 0


class Multipliers(Struct, frozen=True):
    """How an action scales each measure of the units that it discounts; 100 % leaves it (AC-5)."""

    taxable: Rate = ONE
    shipping: Rate = ONE
    compare: Rate = ONE
    other_1: Rate = ONE
    other_2: Rate = ONE
    other_3: Rate = ONE
    other_4: Rate = ONE
    volume_1: Rate = ONE
    volume_2: Rate = ONE
    volume_3: Rate = ONE
    volume_4: Rate = ONE


UNSCALED = Multipliers()
PLAIN_MEASURES = Measures()


class Product(Struct, frozen=True):
    """Something that is sold.

    `price` is the selling price of one unit and `floor` the price below which no discount takes it
    (FL-1), in minor units. A product with `quantity_decimals` is weighed: its quantity has up to
    that many decimals (at most 3), and a line of it is one piece that is never split. A kit names
    its `components` and how many units of each one kit holds (CO-2).
    """

    sku: str
    price: Money
    name: str = ""
    list_price: Money | None = None
    barcode: str | None = None
    floor: Money = 0
    tax_class: str = "standard"
    quantity_decimals: int = 0
    measures: Measures = PLAIN_MEASURES
    components: Mapping[str, int] = field(default_factory=dict)

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if not self.sku.strip():
            yield "sku", "is not blank"
        if not 0 <= self.quantity_decimals <= 3:
            yield "quantity_decimals", "is from 0 to 3"
        if any(units < 1 for units in self.components.values()):
            yield "components", "has 1 unit or more of each component"
        if self.components and self.quantity_decimals:
            yield "quantity_decimals", "a kit is sold in whole units"


class ProductGroup(Struct, frozen=True, eq=False):
    """A named set of products. Two groups are the same only if they are one object."""

    code: str
    products: frozenset[str]
    title: str = ""
    location: str | None = None

    def __contains__(self, sku: object) -> bool:
        return sku in self.products


class Location(Struct, frozen=True):
    """A store, outlet or branch.

    `tax` gives a rate in millionths by tax class; prices include that tax or not (ST-5). No
    discount takes a unit below `floor_margin` (a rate) of its price (FL-1).
    """

    code: str
    title: str = ""
    tax: Mapping[str, Rate] = field(default_factory=dict)
    prices_include_tax: bool = False
    floor_margin: Rate = 0


def selected(sku: str, include: ProductGroup | None, exclude: ProductGroup | None) -> bool:
    """Whether a product is chosen by two groups: exclude beats include, neither means all (AC-1)."""
    if exclude is not None and sku in exclude.products:
        return False
    return include is None or sku in include.products
