"""A cart: what a buyer is about to buy, where, when, and with which codes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from msgspec import Struct

from largesse.engine.money import Money

UNITS_MAX: Final = 1_000_000
"""The most units of one line (MO-6)."""


class CustomerType(StrEnum):
    CUSTOMER = "customer"
    DISTRIBUTOR = "distributor"


class Channel(StrEnum):
    SHOP = "shop"
    TILL = "till"
    REP = "rep"
    BACK_OFFICE = "back_office"
    API = "api"
    PARTY = "party"


class Customer(Struct, frozen=True):
    """A buyer: what conditions may ask about it."""

    id: str
    type: CustomerType = CustomerType.CUSTOMER
    tags: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()


class CartLine(Struct, frozen=True):
    """A row of the cart.

    `quantity` is whole units, or a Decimal for a weighed product. The product's own price holds
    unless the line has a `unit_price`, or a `gross` for the whole quantity (a printed scale label,
    a recorded sale). `less` is what staff took off the line by hand. Amounts are minor units.
    `allotment` names the allotment whose link brought the line (AL-5).
    """

    id: str
    sku: str
    quantity: int | Decimal = 1
    unit_price: Money | None = None
    gross: Money | None = None
    less: Money = 0
    allotment: str | None = None


class Cart(Struct, frozen=True):
    """Lines and their circumstances. `at` is an aware instant: the engine has no clock.

    `codes` are promo codes and voucher numbers as entered; `shipping` is the charge before
    discounts, in minor units.
    """

    lines: tuple[CartLine, ...]
    at: datetime
    currency: str = "USD"
    id: str = ""
    customer: Customer | None = None
    location: str | None = None
    channel: Channel = Channel.SHOP
    codes: tuple[str, ...] = ()
    shipping: Money = 0


def normal_code(code: str) -> str:
    """Codes are compared without case and white space (PR-6, VO-2).

    >>> normal_code(" spring 20 ")
    'SPRING20'
    """
    return "".join(code.split()).upper()
