"""What the engine must be told about the world: purchase history, vouchers, units left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct, field

from largesse.engine.cart import Cart, CustomerType
from largesse.engine.catalog import Product, ProductGroup, selected
from largesse.engine.money import Money
from largesse.engine.offers.voucher import Voucher
from largesse.engine.running import times_quantity
from largesse.engine.window import ALWAYS, Calendar, Window


class KitCounting(StrEnum):
    """Which items of a kit count (CO-2). A product that is no kit always counts."""

    PARENT = "parent"
    CHILD = "child"
    PARENT_AND_CHILD = "parent_and_child"


Whose = Literal["buyer", "everyone"]

Measure = Literal[
    "units",
    "amount",
    "original",
    "volume_1",
    "volume_2",
    "volume_3",
    "volume_4",
    "orders",
    "products",
    "other_products",
]
"""What is summed over prior orders: units, what they cost after or before discounts, their volumes, how
many orders there were, how many different products, and how many that the cart does not have.
"""

VOLUMES: Final[tuple[Measure, ...]] = ("volume_1", "volume_2", "volume_3", "volume_4")
"""The measures that are volumes."""

Ask = Literal["referred_customers", "party"]
"""What a condition may ask about besides purchases."""

Limit = Literal["uses", "uses_per_customer", "uses_per_day", "budget"]
"""What a promotion's giving is limited by (PR-5)."""


class HistoryQuery(Struct, frozen=True):
    """How much of a product group was bought in prior orders, posted and not refunded.

    `products` and `exclude` are the codes of groups: None all products, and none. `since` is None
    for all time. `whose` is this buyer's orders, placed as the same customer type as now, or
    everyone's (CO-1). `measure` says what is summed, units if not told otherwise; with a `promotion`
    only the orders count that it was awarded on.
    """

    products: str | None
    since: datetime | None
    whose: Whose = "buyer"
    kit_counting: KitCounting = KitCounting.PARENT
    measure: Measure = "units"
    exclude: str | None = None
    promotion: str | None = None

    @property
    def rank(self) -> tuple[str, ...]:
        """An order of queries that does not change."""
        since = "" if self.since is None else self.since.astimezone(UTC).isoformat()
        return (
            since,
            self.products or "",
            self.exclude or "",
            self.whose,
            self.kit_counting,
            self.measure,
            self.promotion or "",
        )


class LimitQuery(Struct, frozen=True, order=True):
    """How much of a promotion's limit is used or held. `of` is the customer's id, or the ISO day."""

    promotion: str
    limit: Limit
    of: str = ""


def limit_query(promotion: str, limit: Limit, cart: Cart, calendar: Calendar) -> LimitQuery:
    """The question how much of a limit is used, for the buyer and the business's day of a cart."""
    of = ""
    if limit == "uses_per_customer":
        assert cart.customer is not None
        of = cart.customer.id
    elif limit == "uses_per_day":
        of = calendar.day_of(cart.at).isoformat()
    return LimitQuery(promotion, limit, of)


class SingleUseCode(Struct, frozen=True):
    """A code that one order may use for a promotion (PR-6); an `automatic` one needs no entering.

    `customer` is whose it is, if somebody's; `window` is when it can be used.
    """

    code: str
    promotion: str
    used: bool = False
    customer: str | None = None
    window: Window = ALWAYS
    automatic: bool = False


class PartyTotals(Struct, frozen=True):
    """What a party came to so far: merchandise after discounts in minor units, orders, bookings."""

    total: int = 0
    orders: int = 0
    bookings: int = 0


class CreditBalance(Struct, frozen=True):
    """What a customer's credit account can pay, in minor units (SP-13)."""

    given: Money
    """All that was credited, less what was taken back; what it paid is not taken off."""
    left: Money
    """What it can still pay, 0 or more: what orders paid from it, or hold, is taken off."""


class PastLine(Struct, frozen=True):
    """What is left of an order line after refunds. Amounts and volumes are for its whole quantity."""

    sku: str
    """The product."""
    quantity: int | Decimal = 1
    """Whole units, or a weight."""
    gross: Money | None = None
    """What it cost before discounts; empty is the product's price."""
    net: Money | None = None
    """What it cost after discounts; empty is what it cost before them."""
    volume_1: Money | None = None
    """Its volume 1 as discounts scaled it; empty is the product's."""
    volume_2: Money | None = None
    """Its volume 2 as discounts scaled it; empty is the product's."""
    volume_3: Money | None = None
    """Its volume 3 as discounts scaled it; empty is the product's."""
    volume_4: Money | None = None
    """Its volume 4 as discounts scaled it; empty is the product's."""

    def number(self, measure: Measure, product: Product) -> int:
        """A measure of the line; what it does not say itself is the product's."""
        match measure:
            case "units":
                # A weighed line is one piece.
                return 1 if product.quantity_decimals else int(self.quantity)
            case "amount" if self.net is not None:
                return self.net
            case "amount" | "original":
                own, each = self.gross, product.price
            case "volume_1" | "volume_2" | "volume_3" | "volume_4":
                own, each = getattr(self, measure), getattr(product.measures, measure)
            case _:
                raise ValueError(measure)
        return times_quantity(each, self.quantity) if own is None else own


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
    promotions: frozenset[str] = frozenset()
    """The codes of the promotions that it was given."""


class FactsNeeded(Struct, frozen=True):
    """What `price` will look up, so that a caller can fetch it in one or two queries."""

    history: tuple[HistoryQuery, ...] = ()
    voucher_numbers: tuple[str, ...] = ()
    """The codes that may be numbers of vouchers, or single-use codes."""
    allotments: tuple[str, ...] = ()
    limits: tuple[LimitQuery, ...] = ()
    automatic_codes: bool = False
    """Whether the buyer's automatic single-use codes may matter."""
    asks: frozenset[Ask] = frozenset()
    """What else conditions ask about."""
    credit: tuple[str, ...] = ()
    """The buyer's credit accounts that are to pay."""


class Facts(Struct, frozen=True):
    """The answers. What is missing counts as nothing: no purchases, no such voucher, no units left."""

    history: Mapping[HistoryQuery, int] = field(default_factory=dict)
    vouchers: Mapping[str, Voucher] = field(default_factory=dict)
    allotments_left: Mapping[str, int] = field(default_factory=dict)
    used: Mapping[LimitQuery, int] = field(default_factory=dict)
    """What is used or held of limits: orders, or minor units of a budget."""
    single_use_codes: Mapping[str, SingleUseCode] = field(default_factory=dict)
    """By the code in its normal form."""
    referred_customers: int = 0
    """How many customers the buyer referred."""
    party: PartyTotals | None = None
    """What the cart's party came to so far."""
    credit: Mapping[str, CreditBalance] = field(default_factory=dict)
    """The buyer's credit accounts, by name."""


NO_FACTS = Facts()


def kit_units(
    product: Product,
    units: int,
    group: ProductGroup | None,
    counting: KitCounting,
    exclude: ProductGroup | None = None,
) -> int:
    """How many units of a group a quantity of a product counts for (CO-2)."""
    if exclude is not None and product.sku in exclude.products:
        return 0
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
    asked = _Asked(query, products, groups)
    met = [order for order in orders if _counts(order, query, cart)]
    match query.measure:
        case "orders":
            return sum([any([asked.units(line) for line in order.lines]) for order in met])
        case "products" | "other_products":
            bought = {line.sku for order in met for line in order.lines if asked.units(line)}
            if query.measure == "other_products":
                bought -= {line.sku for line in cart.lines}
            return len(bought)
        case "units":
            return sum([asked.units(line) for order in met for line in order.lines])
        case _:
            return sum([asked.number(line) for order in met for line in order.lines])


def _counts(order: PastOrder, query: HistoryQuery, cart: Cart) -> bool:
    """Whether an order is one of those that a query is about."""
    if order.at > cart.at or (query.since is not None and order.at < query.since):
        return False
    if query.promotion is not None and query.promotion not in order.promotions:
        return False
    buyer = cart.customer
    return query.whose == "everyone" or (
        buyer is not None and (order.customer, order.customer_type) == (buyer.id, buyer.type)
    )


class _Asked:
    """What a query asks of one line."""

    def __init__(
        self,
        query: HistoryQuery,
        products: Mapping[str, Product],
        groups: Mapping[str, ProductGroup],
    ):
        self.query = query
        self.products = products
        self.include = groups[query.products] if query.products is not None else None
        self.exclude = groups[query.exclude] if query.exclude is not None else None

    def product(self, line: PastLine) -> Product:
        return self.products.get(line.sku) or Product(line.sku, 0)

    def units(self, line: PastLine) -> int:
        """How many units of the products the line counts for."""
        product = self.product(line)
        units, counting = line.number("units", product), self.query.kit_counting
        return kit_units(product, units, self.include, counting, self.exclude)

    def number(self, line: PastLine) -> int:
        """The measure of the line, if it is of the products."""
        if not selected(line.sku, self.include, self.exclude):
            return 0
        return line.number(self.query.measure, self.product(line))
