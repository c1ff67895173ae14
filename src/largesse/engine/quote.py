"""A quote is the full answer for a cart: what comes off, why, what is due, what it would consume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from largesse.engine.catalog import UNSCALED, Multipliers
from largesse.engine.money import Money
from largesse.engine.refusals import Refusal
from largesse.engine.stage import Stage

if TYPE_CHECKING:
    from largesse.engine.book import OfferBook
    from largesse.engine.cart import Cart
    from largesse.engine.explain import Explanation, NearMiss
    from largesse.engine.facts import Facts
    from largesse.engine.pricing import Pricing


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


class QuoteLine(Struct, frozen=True, gc=False):
    """A line of the quote: gross − its adjustments = net; `tax` is added, `tax_included` is in net.

    `units` is its quantity, or 1 for a weighed line. `added_by` is the promotion that added the line.
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


class Payment(Struct, frozen=True, gc=False):
    """A value voucher or a credit account that pays a part; `forfeited` is what it can't use
    (VO-30).
    """

    kind: Literal["value_voucher"]
    code: str
    amount: Money
    forfeited: Money = 0


class Consumption(Struct, frozen=True, gc=False):
    """What placing the order would use up: a voucher, or units of an allotment."""

    kind: Literal["voucher", "allotment"]
    code: str
    units: int = 1


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
