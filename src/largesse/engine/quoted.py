"""What a quote is made of: its lines, what comes off them, what pays, what is used up and given."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from largesse.engine.catalog import UNSCALED, Multipliers
from largesse.engine.facts import Limit
from largesse.engine.money import Money
from largesse.engine.stage import Stage
from largesse.engine.window import Window


class Adjustment(Struct, frozen=True, gc=False):
    """One amount taken off one line by one offer. `line` is None for the shipping charge.

    `amount` is in minor units and positive; `multipliers` are what the offer scales the measures of
    those units by (AC-5).
    """

    stage: Stage
    offer: str
    revision: int
    line: str | None
    units: int
    amount: Money
    title: str = ""
    kind: str = ""
    multipliers: Multipliers = UNSCALED
    cut_from: Money | None = None
    """What the offer would have given, where that was cut at what was left or at a floor (MO-5)."""
    separate: bool = False
    """Whether the cart shows it by itself, not in one sum with its kind (AC-3)."""


class QuoteLine(Struct, frozen=True, gc=False):
    """A line of the quote: gross − its adjustments = net; `tax` is added, `tax_included` is in net.

    `units` is its quantity, or 1 for a weighed line. `added_by` is the promotion or the deal that added
    the line.
    """

    id: str
    sku: str
    name: str
    quantity: int | Decimal
    units: int
    gross: Money
    net: Money
    tax: Money = 0
    tax_included: Money = 0
    taxable: Money = 0
    added_by: str | None = None
    deal: str | None = None
    """The deal that the line is on (DE-4)."""
    bonus: bool = False
    """Whether it is given away against the credit of a deal (DE-15)."""
    spree: bool = False
    """Whether it was chosen against the shopping spree of the promotion that added it (SP-6)."""


class Payment(Struct, frozen=True, gc=False):
    """A value voucher or a credit account that pays a part; `forfeited` is what it can't use
    (VO-30).
    """

    kind: Literal["value_voucher", "credit_account"]
    code: str
    amount: Money
    forfeited: Money = 0


class Consumption(Struct, frozen=True, gc=False):
    """What placing the order would use up: a voucher, units of an allotment, a part of a limit, credit.

    `code` names the voucher, the allotment, the single-use code, the promotion whose limit it is, or
    the credit account; `units` are pieces, or minor units of a budget or of credit. `of` is the
    customer or the ISO day that the limit is for, or whose credit it is; `limit` is what the promotion
    limits it to (PR-5), or all credit that was given (SP-13).
    """

    kind: Literal["voucher", "allotment", "single_use_code", "credit"] | Limit
    code: str
    units: int = 1
    of: str = ""
    limit: int | None = None


CreditedBy = Literal["promotion", "deal", "spree"]


class Credit(Struct, frozen=True, gc=False):
    """An amount that a promotion or a deal gives to a credit account once the order is posted (AC-7,
    DE-3, SP-11).

    `owner` is the customer whose account it is, `account` which of the business's credit accounts.
    """

    offer: str
    revision: int
    title: str
    account: str
    owner: str
    to: Literal["buyer", "sponsor", "referrer"]
    amount: Money
    cut_from: Money | None = None
    """What it would have given, where that was cut at what its budget had left (MO-5)."""
    by: CreditedBy = "promotion"
    """What gives it: a promotion's action, a deal, or what is left of a promotion's shopping spree."""
    lines: tuple[str, ...] = ()
    """The lines that it is for; none named is all of the order."""


class AppliedDeal(Struct, frozen=True, gc=False):
    """A deal that has lines on it, and what it brings, in minor units.

    `tier` is the number of the tier that holds, from 1; 0 where each line has its own. `off` came off
    the lines, `rebate` is credited once the order is posted, `credit` is to give stock away with, and
    `used` of it is.
    """

    offer: str
    revision: int
    title: str
    tier: int
    lines: tuple[str, ...]
    off: Money = 0
    rebate: Money = 0
    credit: Money = 0
    used: Money = 0
    referred: bool = False
    """Whether it is applied without its trigger, to be approved (DE-8)."""

    @property
    def benefit(self) -> int:
        """All that it brings; giveaway credit at its face value (CH-1)."""
        return self.off + self.rebate + self.credit

    @property
    def left(self) -> int:
        """The giveaway credit that is not used, and lapses when the order is placed (DE-13)."""
        return self.credit - self.used


class Right(Struct, frozen=True, gc=False):
    """A right to a promotion on a later order of the buyer, given once the order is posted (AC-7)."""

    offer: str
    revision: int
    title: str
    promotion: str
    customer: str
    window: Window


class Suggestion(Struct, frozen=True):
    """A promotion that the cart qualifies for and the shopper is asked about (PR-3).

    `accepted` is what holds now, by the shopper's answer or, where they gave none, as the promotion
    says; `saving` is what it takes off in all, or would.
    """

    offer: str
    title: str
    description: str
    accepted: bool
    saving: Money


class GiftChoice(Struct, frozen=True):
    """A gift that the buyer may choose: `units` of one of the `products` (AC-7)."""

    offer: str
    title: str
    products: tuple[str, ...]
    units: int
    chosen: str | None = None


class Discount(Struct, frozen=True):
    """A discount as the cart shows it: of one offer, or of all that roll up in one sum (AC-3)."""

    title: str
    amount: Money
    offers: tuple[str, ...]
