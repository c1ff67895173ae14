"""A quote is the full answer for a cart: what comes off, why, what is due, what it would consume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.catalog import UNSCALED, Multipliers
from largesse.engine.facts import VOLUMES, Limit
from largesse.engine.measures import scaled
from largesse.engine.money import Money
from largesse.engine.refusals import Refusal
from largesse.engine.stage import Stage
from largesse.engine.window import Window

if TYPE_CHECKING:
    from largesse.engine.book import OfferBook
    from largesse.engine.cart import Cart
    from largesse.engine.deals.kept import Kept
    from largesse.engine.deals.progress import DealProgress
    from largesse.engine.deals.proof import Assignment
    from largesse.engine.explain import Explanation, NearMiss
    from largesse.engine.facts import Facts
    from largesse.engine.pricing import Pricing
    from largesse.engine.restrictions import Restriction


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


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Quote:
    """The answer of `price`. Amounts are minor units; nothing in it changes.

    `gap` is 0 where the choice between offers is proven best; otherwise no choice saves more than `gap`
    minor units beyond this one (CH-2).
    """

    _pricing: Pricing
    adjustments: tuple[Adjustment, ...]
    """What came off, by stage, within a stage by line, on a line in the order of application."""
    shipping: int
    """The shipping charge after its discounts."""
    tax: int
    """The tax that is added to the lines' nets."""
    tax_included: int
    """The tax that is within the lines' nets, where prices include it."""
    payments: tuple[Payment, ...]
    refusals: tuple[Refusal, ...]
    """The codes and allotments that were entered and did nothing, or not all."""
    consumptions: tuple[Consumption, ...]
    """What placing the order would use up."""
    gap: int
    credits: tuple[Credit, ...] = ()
    """What promotions give to credit accounts once the order is posted."""
    rights: tuple[Right, ...] = ()
    """What promotions give a right to on later orders, once the order is posted."""
    gifts: tuple[GiftChoice, ...] = ()
    """The gifts that the buyer may choose, and what is chosen."""
    deals: tuple[AppliedDeal, ...] = ()
    """The deals that lines are on, those of high priority first, then by rank."""
    sprees: tuple[AppliedSpree, ...] = ()
    """The shopping sprees that the order has, by rank, also where nothing is chosen."""

    @property
    def book(self) -> OfferBook:
        """What it was priced from, as are `cart` and `facts`: with these it explains itself."""
        return self._pricing.book

    @property
    def cart(self) -> Cart:
        return self._pricing.cart

    @property
    def facts(self) -> Facts:
        return self._pricing.facts

    @cached_property
    def lines(self) -> tuple[QuoteLine, ...]:
        """The lines of the cart, and those that promotions added."""
        return self._pricing.quote_lines()

    def volumes(self) -> tuple[tuple[int, ...], ...]:
        """The four volumes of each line as its discounts scaled them (AC-5), by `lines`."""
        pricing = self._pricing
        half_even = pricing.book.currency.half_even
        return tuple(
            tuple([scaled(line, volume, half_even=half_even) for volume in VOLUMES])
            for line in pricing.lines
        )

    @cached_property
    def gross(self) -> int:
        """What the lines cost before all discounts."""
        return sum([line.gross for line in self._pricing.lines])

    @cached_property
    def net(self) -> int:
        """What the lines cost after all discounts."""
        return sum([line.net for line in self._pricing.lines])

    @property
    def total(self) -> int:
        """Σ line nets + shipping + tax (ST-4)."""
        return self.net + self.shipping + self.tax

    @property
    def due(self) -> int:
        """The total less what payments pay (ST-4)."""
        return self.total - sum([payment.amount for payment in self.payments])

    @property
    def currency(self) -> str:
        return self._pricing.book.currency.code

    @property
    def discount(self) -> int:
        """All that came off the lines."""
        return self.gross - self.net

    @property
    def saved(self) -> int:
        """All that came off, the shipping charge included."""
        return sum([adjustment.amount for adjustment in self.adjustments])

    @property
    def benefit(self) -> int:
        """All that the buyer gets: what came off, rebates, and what is left to be chosen with giveaway
        credit and shopping sprees.
        """
        return self.saved + sum([deal.rebate + deal.left for deal in self.deals]) + self.to_spend

    @property
    def to_spend(self) -> int:
        """What shopping sprees award and nothing is chosen for."""
        return sum([spree.excess for spree in self.sprees])

    @property
    def referred(self) -> bool:
        """Whether a deal is applied without its trigger, so that the order must be approved (DE-8)."""
        return any([deal.referred for deal in self.deals])

    @property
    def awarded(self) -> frozenset[str]:
        """The offers that gave something, or let the buyer choose a gift or spend an award."""
        return frozenset(
            chain(
                [adjustment.offer for adjustment in self.adjustments],
                [credit.offer for credit in self.credits],
                [right.offer for right in self.rights],
                [gift.offer for gift in self.gifts],
                [deal.offer for deal in self.deals],
                [spree.offer for spree in self.sprees],
            )
        )

    @property
    def proven(self) -> bool:
        """Whether no other choice between the offers saves more (CH-2)."""
        return self.gap == 0

    @cached_property
    def book_hash(self) -> str:
        """The content hash of the book that priced it (EX-4)."""
        return self._pricing.book.content_hash

    @cached_property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """What little more would bring, the largest saving first (EX-2). Computed when asked for."""
        from largesse.engine.explain import near_misses

        return near_misses(self._pricing, self)

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """The promotions that the shopper is asked about, by rank (PR-3). Computed when asked for."""
        from largesse.engine.suggestions import suggestions

        return suggestions(self._pricing, self)

    @cached_property
    def deal_progress(self) -> tuple[DealProgress, ...]:
        """How far the cart is with each deal that is open to it, by rank. Computed when asked for."""
        from largesse.engine.deals.progress import deal_progress

        return deal_progress(self._pricing, self)

    def kept(self, deal: AppliedDeal, returned: Mapping[str, int]) -> Kept:
        """What a deal gives once so many units of each line, by id, were returned (DE-16)."""
        from largesse.engine.deals.kept import kept

        return kept(self._pricing, deal, returned)

    @cached_property
    def restrictions(self) -> tuple[Restriction, ...]:
        """What each rule costs the buyer (BE-2). Computed when asked for."""
        from largesse.engine.restrictions import restrictions

        return restrictions(self._pricing, self)

    @property
    def assignment(self) -> Assignment:
        """The proof that no other assignment of lines to deals brings more (BE-1)."""
        from largesse.engine.deals.proof import Assignment

        return Assignment(tuple(self._pricing.rounds))

    @cached_property
    def discounts(self) -> tuple[Discount, ...]:
        """What came off as the cart shows it, in the order of application (AC-3)."""
        from largesse.engine.display import discounts

        return discounts(self)

    def explain(self, offer: str) -> Explanation:
        """Why an offer was applied or not (EX-1). KeyError if the book has no such offer."""
        from largesse.engine.explain import explain

        return explain(self._pricing, self, offer)

    def discount_by_offer(self) -> Mapping[str, int]:
        """What each offer took off, in the order in which they applied."""
        sums: dict[str, int] = {}
        for adjustment in self.adjustments:
            sums[adjustment.offer] = sums.get(adjustment.offer, 0) + adjustment.amount
        return sums

    def format(self, amount: int) -> str:
        """An amount of this quote as a decimal string."""
        return self._pricing.book.currency.format(amount)

    def receipt(self) -> str:
        """The quote as a receipt in plain text, line by line, the sums visible (EX-3)."""
        from largesse.engine.receipt import text_receipt

        return text_receipt(self)

    def receipt_html(self) -> str:
        """The quote as a receipt in HTML: one self-contained `section`, without styles or scripts."""
        from largesse.engine.receipt import html_receipt

        return html_receipt(self)

    def to_json(self, *, near_misses: bool = True) -> bytes:
        """The quote in the file format: the same arguments give the same bytes (QU-25).

        Near misses cost more than the rest to find; an order is kept without them.
        """
        from largesse.engine.formats.writer import quote_bytes

        return quote_bytes(self, near_misses=near_misses)

    def __repr__(self) -> str:
        return f"Quote(total={self.format(self.total)}, discount={self.format(self.discount)})"
