"""What the engine must be told about the world: purchase history, vouchers, units left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from largesse.engine.cart import Cart, CustomerType
from largesse.engine.catalog import Product, ProductGroup
from largesse.engine.offers.voucher import Voucher


class KitCounting(StrEnum):
    """Which items of a kit count (CO-2). A product that is no kit always counts."""

    PARENT = "parent"
    CHILD = "child"
    PARENT_AND_CHILD = "parent_and_child"


Whose = Literal["buyer", "everyone"]


class HistoryQuery(Struct, frozen=True, order=True):
    """How many units of a product group were bought in prior orders, posted and not refunded.

    `products` is a group's code, None all products. `whose` is this buyer's orders, placed as the
    same customer type as now, or everyone's (CO-1).
    """

    products: str | None
    since: datetime
    whose: Whose = "buyer"
    kit_counting: KitCounting = KitCounting.PARENT


class PastLine(Struct, frozen=True):
    """What is left of an order line after refunds."""

    sku: str
    """The product."""
    quantity: int | Decimal = 1
    """Whole units, or a weight."""


class PastOrder(Struct, frozen=True):
    """A posted order, as far as later orders ask about it."""

    at: datetime
    """When it was placed."""
    lines: tuple[PastLine, ...]
    """What was bought and not given back."""
    customer: str | None = None
    """The buyer, if known."""
    customer_type: CustomerType = CustomerType.CUSTOMER
    """The type that the buyer had then."""


class FactsNeeded(Struct, frozen=True):
    """What `price` will look up, so that a caller can fetch it in one or two queries."""

    history: tuple[HistoryQuery, ...] = ()
    voucher_numbers: tuple[str, ...] = ()
    allotments: tuple[str, ...] = ()


class Facts(Struct, frozen=True):
    """The answers. What is missing counts as nothing: no purchases, no such voucher, no units left."""

    history: Mapping[HistoryQuery, int] = field(default_factory=dict)
    vouchers: Mapping[str, Voucher] = field(default_factory=dict)
    allotments_left: Mapping[str, int] = field(default_factory=dict)


NO_FACTS = Facts()


def kit_units(
    product: Product, units: int, group: ProductGroup | None, counting: KitCounting
) -> int:
    """How many units of a group a quantity of a product counts for (CO-2)."""
    counted = 0
    is_kit = bool(product.components)
    if (not is_kit or counting is not KitCounting.CHILD) and (
        group is None or product.sku in group.products
    ):
        counted += units
    if is_kit and counting is not KitCounting.PARENT:
        for sku, each in product.components.items():
            if group is None or sku in group.products:
                counted += units * each
    return counted


def answer(
    query: HistoryQuery,
    orders: Iterable[PastOrder],
    cart: Cart,
    products: Mapping[str, Product],
    groups: Mapping[str, ProductGroup],
) -> int:
    """The answer to a history query from a list of past orders; a database answers it by one sum."""
    group = groups[query.products] if query.products is not None else None
    buyer = cart.customer
    counted = 0
    for order in orders:
        if not query.since <= order.at <= cart.at:
            continue
        mine = buyer is not None and (order.customer, order.customer_type) == (
            buyer.id,
            buyer.type,
        )
        if query.whose == "buyer" and not mine:
            continue
        for line in order.lines:
            product = products.get(line.sku) or Product(line.sku, 0)
            # A weighed line is one piece.
            units = 1 if product.quantity_decimals else int(line.quantity)
            counted += kit_units(product, units, group, query.kit_counting)
    return counted
