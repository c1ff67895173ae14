"""A quote is the full answer for a cart: what comes off, why, what is due, what it would consume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.facts import VOLUMES
from largesse.engine.measures import scaled
from largesse.engine.quoted import (
    Adjustment,
    AppliedDeal,
    Consumption,
    Credit,
    Discount,
    GiftChoice,
    Payment,
    QuoteLine,
    Right,
    Suggestion,
)
from largesse.engine.refusals import Refusal

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

    @cached_property
    def goes_with(self) -> Mapping[str, QuoteLine]:
        """The line that an option goes with, by the option's id (AL-12)."""
        named = {line.id: line.option_of for line in self.cart.lines if line.option_of is not None}
        lines = {line.id: line for line in self.lines} if named else {}
        return {option: lines[line] for option, line in named.items()}

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
