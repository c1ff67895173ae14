"""What must happen, told again in plain dictionaries: prices, orders, what is left of what is limited.

Prices are whole tens of dollars, so that every discount and tax comes out even and nothing is rounded:
rounding has tests of its own. Amounts are cents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

TAX_PERCENT: Final = 10
VOUCHER_PERCENT: Final = 20
CREDIT: Final = 1000
"""What a value voucher pays."""
HALVED: Final = "HAT"
"""What the promotion takes half off."""
WAITING: Final = ("referred", "referred_by_user")
OPEN: Final = ("held", "placed", *WAITING, "pending", "declined")
EDITABLE: Final = (*WAITING, "pending", "declined")
BOOKED: Final = ("posted", "partly_refunded", "refunded")


@dataclass
class Line:
    """A line of an order: its units, those of them that were free, and the price of the others."""

    sku: str
    units: int
    free: int
    price: int
    refunded: int = 0

    def worth(self, start: int, stop: int, percent_off: int) -> int:
        """What the buyer paid for some of its units; the charged ones are given back first."""
        charged = max(0, min(stop, self.units - self.free) - start)
        net = charged * self.price * (100 - percent_off) // 100
        return net + net * TAX_PERCENT // 100

    def net(self, percent_off: int) -> int:
        """What its kept units came to, without tax."""
        charged = max(0, self.units - self.free - self.refunded)
        return charged * self.price * (100 - percent_off) // 100

    def freed(self, start: int, stop: int) -> int:
        """How many of some of its units were free."""
        return max(0, stop - max(start, self.units - self.free))


@dataclass
class Order:
    """An order as the model has it."""

    lines: dict[str, Line]
    percent_off: int
    voucher: str | None
    credit: int
    shipping: int
    state: str
    held_until: datetime | None = None
    refunded: int = 0
    shipping_left: int = 0
    events: int = 1
    promoted: bool = False
    """Whether it holds or has used a use of the promotion."""
    asked: int | None = None
    """The giveaway credit that it asks for, if a deal is referred on it."""

    @property
    def total(self) -> int:
        return self.shipping + sum(
            line.worth(0, line.units, self.percent_off) for line in self.lines.values()
        )

    @property
    def due(self) -> int:
        return self.total - self.credit

    @property
    def merchandise(self) -> int:
        """What was kept of it, after discounts, without tax and shipping."""
        return sum(line.net(self.percent_off) for line in self.lines.values())

    @property
    def free(self) -> int:
        return sum(line.free for line in self.lines.values())


@dataclass
class Wanted:
    """What a buyer asks for: lines of SKU, units and whether free ones are asked for."""

    lines: list[tuple[str, int, bool]]
    voucher: str | None = None
    shipping: int = 0
    asked: int | None = None
    """The credit asked for by a deal that is referred for the last line."""


@dataclass
class Model:
    """The world as it should be."""

    prices: dict[str, int]
    units_left: int
    units_granted: int
    vouchers: dict[str, bool] = field(default_factory=dict)
    """Whether each voucher can still be used."""
    credits: set[str] = field(default_factory=set)
    """The vouchers that pay, and take nothing off."""
    orders: dict[Any, Order] = field(default_factory=dict)
    uses: int = 0
    """How often the promotion is used: half off all hats, for so many orders as its limit says."""
    uses_max: int = 0

    def priced(self, wanted: Wanted) -> Order:
        """What a cart costs now, and what it would use."""
        left = self.units_left
        lines: dict[str, Line] = {}
        promoted = self.uses < self.uses_max and any(sku == HALVED for sku, _, _ in wanted.lines)
        for nth, (sku, units, asks) in enumerate(wanted.lines, 1):
            free = min(units, left) if asks else 0
            left -= free
            price = self.prices[sku] // (2 if promoted and sku == HALVED else 1)
            lines[str(nth)] = Line(sku, units, free, price)
        order = Order(lines, 0, None, 0, wanted.shipping, "draft", shipping_left=wanted.shipping)
        order.promoted, order.asked = promoted, wanted.asked
        if wanted.voucher is None or not self.vouchers[wanted.voucher]:
            return order
        if wanted.voucher in self.credits:
            order.credit = min(CREDIT, order.total)
            order.voucher = wanted.voucher if order.credit else None
        elif any(line.free < line.units for line in lines.values()):
            order.percent_off, order.voucher = VOUCHER_PERCENT, wanted.voucher
        return order

    def take(self, id: Any, order: Order) -> None:
        """An order is held or placed: what it uses is gone."""
        self.orders[id] = order
        self.units_left -= order.free
        self.uses += order.promoted
        if order.voucher is not None:
            self.vouchers[order.voucher] = False

    def give_back(self, order: Order, state: str = "cancelled") -> None:
        """An order is cancelled or declined, or its hold has lapsed: all that it used is back."""
        has_given_back = order.state == "declined"
        order.state, order.held_until = state, None
        order.events += 1
        if has_given_back:
            return
        self.units_left += order.free
        self.uses -= order.promoted
        if order.voucher is not None:
            self.vouchers[order.voucher] = True

    def refund(self, order: Order, units: dict[str, int], shipping: bool) -> int:
        """Some units of each line come back; what the buyer gets for them."""
        back = order.shipping_left if shipping else 0
        order.shipping_left -= back
        for name, count in units.items():
            line = order.lines[name]
            back += line.worth(line.refunded, line.refunded + count, order.percent_off)
            self.units_left += line.freed(line.refunded, line.refunded + count)
            line.refunded += count
        halved = [line for line in order.lines.values() if line.sku == HALVED]
        if order.promoted and all(line.refunded == line.units for line in halved):
            order.promoted = False
            self.uses -= 1
        whole = all(line.refunded == line.units for line in order.lines.values())
        if whole and order.state != "refunded" and order.voucher is not None:
            self.vouchers[order.voucher] = True
        order.state = "refunded" if whole else "partly_refunded"
        order.refunded += back
        order.events += 1
        return back
