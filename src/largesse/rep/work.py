"""A draft at work: what is kept, what it comes to, and what a change of it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from largesse.business.models import Business
from largesse.catalog.models import Location, Product
from largesse.crm.values import customer_value
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, Customer
from largesse.engine.facts import Facts, FactsNeeded
from largesse.engine.pricing import price
from largesse.engine.quote import Quote
from largesse.engine.refusals import RefusalCode
from largesse.engine.window import micros
from largesse.offers.current import current
from largesse.orders.credit.purses import held_by, with_own
from largesse.orders.facts import facts_for
from largesse.orders.models import Cart as Record
from largesse.rep import catalog
from largesse.rep.drafts import Draft, Ordered, draft_of, to_price, with_pick

SMALL: Final = 400
"""Lines times deals of an order of which other forms cost little to price."""


@dataclass(frozen=True)
class Work:
    """A draft, priced as it is at one instant."""

    record: Record
    now: datetime
    business: Business
    location: Location | None

    @cached_property
    def kept(self) -> Draft:
        return draft_of(self.record)

    @cached_property
    def draft(self) -> Draft:
        """What is kept, without the lines that are no longer sold."""
        return sold(self.kept, self.book)

    @cached_property
    def gone(self) -> tuple[Ordered, ...]:
        return tuple(line for line in self.kept.lines if line not in self.draft.lines)

    @cached_property
    def book(self) -> OfferBook:
        """The book that everything on one page is priced from."""
        return current().book

    @cached_property
    def quote(self) -> Quote:
        return self.priced(self.draft)

    def _quoted(self, cart: Cart) -> Quote:
        needed = self.book.facts_needed(cart)
        if needed not in self._facts:
            # The same questions have the same answers: they are asked once.
            self._facts[needed] = with_own(facts_for(self.book, cart), self.own_credit)
        return price(self.book, cart, self._facts[needed])

    @cached_property
    def own_credit(self) -> Mapping[str, int]:
        """What credit accounts pay of the saved order that this form replaces."""
        return {} if self.record.order is None else held_by(self.record.order)

    @cached_property
    def _facts(self) -> dict[FactsNeeded, Facts]:
        return {}

    def priced(self, draft: Draft) -> Quote:
        """What another draft would come to for the same customer, now."""
        wanted = sold(draft, self.book)
        for known, found in self._known:
            if known == wanted:
                return found
        found = self._quoted(self.cart(wanted))
        self._known.append((wanted, found))
        return found

    @cached_property
    def _known(self) -> list[tuple[Draft, Quote]]:
        return []

    @cached_property
    def is_small(self) -> bool:
        """Whether the order is small enough to price many other forms of it for one page."""
        skus = {line.sku for line in self.draft.lines}
        deals = self.book.deal_index.touching(skus, micros(self.now))
        return len(self.draft.lines) * len(deals) <= SMALL

    @cached_property
    def buyer(self) -> Customer | None:
        customer = self.record.customer
        return customer_value(customer) if customer is not None else None

    def cart(self, draft: Draft) -> Cart:
        """The cart that a draft is priced as."""
        return to_price(
            draft,
            now=self.now,
            business=self.business,
            location=self.location,
            customer=self.buyer,
            party=self.record.party,
            id=self.record.public_id,
        )

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """The records of all products that the quote has."""
        return catalog.by_sku({line.sku for line in self.quote.lines})


def sold(draft: Draft, book: OfferBook) -> Draft:
    """A draft without the lines that the book does not sell."""
    products = book.catalog.products
    return replace(draft, lines=tuple(line for line in draft.lines if line.sku in products))


def settled(draft: Draft, quoted: Quote) -> tuple[Draft, tuple[str, ...]]:
    """A draft without the picks that its quote says do not hold, and the sentences why (DE-6)."""
    told = [r for r in quoted.refusals if r.code is RefusalCode.PICK_NOT_VALID]
    if not told:
        return draft, ()
    on = {line.id: line.deal for line in quoted.lines}
    refused = {refusal.offer for refusal in told}
    lost = {line.id for line in draft.lines if line.deal in refused and on[line.id] != line.deal}
    return with_pick(draft, lost, None), tuple(dict.fromkeys(r.sentence for r in told))
