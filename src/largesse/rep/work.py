"""A draft at work: what is kept, what it comes to, and what a change of it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from msgspec.structs import replace

from largesse.business.models import Business
from largesse.catalog.models import Location, Product
from largesse.engine.book import OfferBook
from largesse.engine.quote import Quote
from largesse.engine.refusals import RefusalCode
from largesse.offers.current import current
from largesse.orders.models import Cart
from largesse.orders.quoting import quote
from largesse.rep import catalog
from largesse.rep.drafts import Draft, Ordered, draft_of, to_price, with_pick


@dataclass(frozen=True)
class Work:
    """A draft, priced as it is at one instant."""

    record: Cart
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

    @property
    def book(self) -> OfferBook:
        return current().book

    @cached_property
    def quote(self) -> Quote:
        return self.priced(self.draft)

    def priced(self, draft: Draft) -> Quote:
        """What a draft would come to for the same customer, now."""
        return quote(
            to_price(
                draft,
                now=self.now,
                business=self.business,
                location=self.location,
                customer=self.record.customer,
                id=self.record.public_id,
            )
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
