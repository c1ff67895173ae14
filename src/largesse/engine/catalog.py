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
    """The taxable amount; empty is the selling price."""
    shipping: Money | None = None
    """The shipping value; empty is the selling price."""
    compare: Money | None = None
    """The compare amount; empty is the selling price."""
    other_1: Money = 0
    """Other price 1."""
    other_2: Money = 0
    """Other price 2."""
    other_3: Money = 0
    """Other price 3."""
    other_4: Money = 0
    """Other price 4."""
    volume_1: Money = 0
    """Volume 1."""
    volume_2: Money = 0
    """Volume 2."""
    volume_3: Money = 0
    """Volume 3."""
    volume_4: Money = 0
    """Volume 4."""


class Multipliers(Struct, frozen=True):
    """How an action scales each measure of the units that it discounts; 100 % leaves it (AC-5)."""

    taxable: Rate = ONE
    """The part of the taxable amount that remains, in percent."""
    shipping: Rate = ONE
    """The part of the shipping value that remains, in percent."""
    compare: Rate = ONE
    """The part of the compare amount that remains, in percent."""
    other_1: Rate = ONE
    """The part of other price 1 that remains, in percent."""
    other_2: Rate = ONE
    """The part of other price 2 that remains, in percent."""
    other_3: Rate = ONE
    """The part of other price 3 that remains, in percent."""
    other_4: Rate = ONE
    """The part of other price 4 that remains, in percent."""
    volume_1: Rate = ONE
    """The part of volume 1 that remains, in percent."""
    volume_2: Rate = ONE
    """The part of volume 2 that remains, in percent."""
    volume_3: Rate = ONE
    """The part of volume 3 that remains, in percent."""
    volume_4: Rate = ONE
    """The part of volume 4 that remains, in percent."""


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
    """What identifies the product; unique."""
    price: Money
    """The selling price of one unit."""
    name: str = ""
    """What people call it."""
    list_price: Money | None = None
    """The standard price of one unit, where it differs from the selling price."""
    barcode: str | None = None
    """What a scanner reads."""
    floor: Money = 0
    """No discount takes a unit below this price, unless it is marked to."""
    tax_class: str = "standard"
    """Which of a location's tax rates applies."""
    quantity_decimals: int = 0
    """0 for whole units; up to 3 for a weighed product."""
    measures: Measures = PLAIN_MEASURES
    """Figures of one unit that discounts may scale apart from its price."""
    components: Mapping[str, int] = field(default_factory=dict)
    """For a kit: the products that it is made of, and how many units of each."""

    @property
    def listed(self) -> int:
        """The standard list price of one unit."""
        return self.price if self.list_price is None else self.list_price

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
    """What identifies the group; unique."""
    products: frozenset[str]
    """The SKUs in the group."""
    title: str = ""
    """What people call it."""
    location: str | None = None
    """The location that the group belongs to, if to one."""

    def __contains__(self, sku: object) -> bool:
        return sku in self.products


class Location(Struct, frozen=True):
    """A store, outlet or branch.

    `tax` gives a rate in millionths by tax class; prices include that tax or not (ST-5). No
    discount takes a unit below `floor_margin` (a rate) of its price (FL-1).
    """

    code: str
    """What identifies the location; unique."""
    title: str = ""
    """What people call it."""
    tax: Mapping[str, Rate] = field(default_factory=dict)
    """The tax rate in percent by tax class."""
    prices_include_tax: bool = False
    """Whether its prices include the tax."""
    floor_margin: Rate = 0
    """The percentage of a product's price below which no discount takes a unit."""


def selected(sku: str, include: ProductGroup | None, exclude: ProductGroup | None) -> bool:
    """Whether a product is chosen by two groups: exclude beats include, neither means all (AC-1)."""
    if exclude is not None and sku in exclude.products:
        return False
    return include is None or sku in include.products
