"""A cart: what a buyer is about to buy, where, when, and with which codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct, field

from largesse.engine.money import Money

UNITS_MAX: Final = 1_000_000
"""The most units of one line (MO-6)."""


class CustomerType(StrEnum):
    """Whether the buyer is a customer, or a distributor: a sales rep."""

    CUSTOMER = "customer"
    DISTRIBUTOR = "distributor"


class Channel(StrEnum):
    """How a cart reaches the business."""

    SHOP = "shop"
    TILL = "till"
    REP = "rep"
    BACK_OFFICE = "back_office"
    API = "api"
    PARTY = "party"


class OrderType(StrEnum):
    """What an order is to a party: none of its orders, one of its guest orders, or the order of what
    its host is rewarded with.
    """

    ORDER = "order"
    PARTY = "party"
    HOST_REWARD = "host_reward"


class Customer(Struct, frozen=True):
    """A buyer: what conditions may ask about it."""

    id: str
    """What identifies the buyer."""
    type: CustomerType = CustomerType.CUSTOMER
    """Whether it is a customer or a distributor, that is a sales rep."""
    tags: frozenset[str] = frozenset()
    """Words that conditions ask for."""
    organizations: frozenset[str] = frozenset()
    """The organizations that it is a member of."""
    joined: date | None = None
    """The day on which it became a customer."""
    birthday: date | None = None
    """The day on which it was born."""
    sponsor: str | None = None
    """The distributor that it belongs to, who may be given credit for its orders."""
    referrer: str | None = None
    """The customer who referred it, who may be given credit for its orders."""


class CartLine(Struct, frozen=True):
    """A row of the cart.

    `quantity` is whole units, or a Decimal for a weighed product. The product's own price holds
    unless the line has a `unit_price`, or a `gross` for the whole quantity (a printed scale label,
    a recorded sale). `less` is what staff took off the line by hand. Amounts are minor units.
    `allotment` names the allotment whose link brought the line (AL-5). An option of another line names
    it in `option_of`, and is priced as any line is: what an allotment gives is the other one (AL-12).
    """

    id: str
    """What identifies the line within the cart; in a file its number, if left out."""
    sku: str
    """The product."""
    quantity: int | Decimal = 1
    """Whole units, or a weight with up to 3 decimals."""
    unit_price: Money | None = None
    """The price of one unit, where it differs from the product's."""
    gross: Money | None = None
    """The price of the whole quantity, where it is known as such."""
    less: Money = 0
    """What staff took off the line by hand."""
    allotment: str | None = None
    """The allotment whose link brought the line."""
    deal: str | None = None
    """The deal that the user picked for it; empty text keeps it off every deal (DE-6)."""
    option_of: str | None = None
    """The line of the cart that it is an option of, such as its gift wrap; that one is itself none."""


class Giveaway(Struct, frozen=True):
    """Units that the user chose to give away against the credit of a deal (DE-12)."""

    deal: str
    """The deal that gives the credit."""
    sku: str
    """The product."""
    units: int = 1
    """How many units."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if not 1 <= self.units <= UNITS_MAX:
            yield "units", f"is from 1 to {UNITS_MAX:,}"


class SpreeChoice(Struct, frozen=True):
    """Units that the shopper chose against the shopping spree of a promotion (SP-6)."""

    promotion: str
    """The promotion that gives the spree."""
    sku: str
    """The product."""
    units: int = 1
    """How many units."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if type(self.units) is not int or not 1 <= self.units <= UNITS_MAX:
            yield "units", f"is a whole number from 1 to {UNITS_MAX:,}"


class Cart(Struct, frozen=True):
    """Lines and their circumstances. `at` is an aware instant: the engine has no clock.

    `codes` are promo codes and voucher numbers as entered; `shipping` is the charge before
    discounts, in minor units.
    """

    lines: tuple[CartLine, ...]
    """The rows, in the order in which they were entered."""
    at: datetime
    """The instant that decides which offers hold."""
    currency: str = "USD"
    """The ISO 4217 code of every amount in the cart."""
    id: str = ""
    """What identifies the cart."""
    customer: Customer | None = None
    """The buyer, if known."""
    location: str | None = None
    """The location where it is sold."""
    channel: Channel = Channel.SHOP
    """How it reached the business."""
    codes: tuple[str, ...] = ()
    """Promo codes and voucher numbers as entered."""
    shipping: Money = 0
    """The shipping charge before discounts."""
    shipping_method: str | None = None
    """How it is shipped, as the business calls it."""
    country: str | None = None
    """The country that it is shipped to, by its ISO 3166 code of two letters."""
    party: str | None = None
    """The party that the order belongs to, if to one."""
    answers: Mapping[str, bool] = field(default_factory=dict)
    """What the shopper answered to suggested promotions, by their code: accepted or not (PR-3)."""
    gifts: Mapping[str, str] = field(default_factory=dict)
    """The product that the shopper chose as a gift, by the code of the promotion that gives it."""
    assign: Literal["best", "picked"] = "best"
    """Whether lines go on the deals that bring the most, or only on those picked for them (DE-5)."""
    referred: Mapping[str, Money] = field(default_factory=dict)
    """Deals that are applied without their trigger, to be approved, to the lines picked for them; each
    with the giveaway credit that is asked for (DE-8, DE-14)."""
    giveaways: tuple[Giveaway, ...] = ()
    """What the user gives away against the credit of deals (DE-12)."""
    credit: Mapping[str, Money] = field(default_factory=dict)
    """The most that the buyer pays from each of their credit accounts, by its name; the main one has an
    empty name (SP-13)."""
    host_reward: bool = False
    """Whether it is the host reward order of its party (SP-1)."""
    sprees: tuple[SpreeChoice, ...] = ()
    """What the shopper chose against shopping sprees, in the order of choosing (SP-6)."""
    rep: str | None = None
    """The distributor to whose taxable income a shopping spree counts; empty is the buyer's sponsor
    (SP-9)."""

    @property
    def order_type(self) -> OrderType:
        """What the order is to its party."""
        if self.party is None:
            return OrderType.ORDER
        return OrderType.HOST_REWARD if self.host_reward else OrderType.PARTY


def normal_code(code: str) -> str:
    """Codes are compared without case and white space (PR-6, VO-2).

    >>> normal_code(" spring 20 ")
    'SPRING20'
    """
    return "".join(code.split()).upper()
