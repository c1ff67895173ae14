"""The definition of a deal, and what it may name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from largesse.crm.models import Customer
from largesse.engine.book import OfferBook
from largesse.engine.formats.reader import DocumentReader
from largesse.engine.formats.sections import Section, check_deal_names
from largesse.engine.offers.deal import Deal
from largesse.offers.book_log import in_chunks
from largesse.offers.definitions import (
    Found,
    Read,
    all_read,
    found_in,
    locations_there,
    reader_of,
)


def read_all(definitions: Sequence[Any], book: OfferBook) -> list[Read[Deal]]:
    """Deals as they would be in a book. Raises `Faults` with the faults of all of them."""
    reader = reader_of(book)
    found = found_in(reader, Deal, "deals", definitions)
    products = book.catalog.products
    places_named = any(deal.locations for deal in found.items.values())
    check_deal_names(
        reader,
        {"deals": definitions},
        Section(found.items, found.places, found.items),
        Section(products, {}, products),
        Section({}, {}, locations_there() if places_named else set()),
        # No two offers have one code; that is checked where they are written.
        Section({}, {}, ()),
    )
    _check_customers(reader, found, book)
    return all_read(reader, found, definitions, book)


def _check_customers(reader: DocumentReader, found: Found[Deal], book: OfferBook) -> None:
    """Customers that are newly named are there. One that was named before may be gone since."""
    named: dict[str, list[str]] = {}
    for code, deal in found.items.items():
        before = book.deals.get(code)
        for number in deal.customers - (before.customers if before is not None else frozenset()):
            named.setdefault(number, []).append(code)
    there = {
        number
        for chunk in in_chunks(named)
        for number in Customer.objects.filter(number__in=chunk).values_list("number", flat=True)
    }
    for number in sorted(named.keys() - there):
        for code in named[number]:
            reader.fault((*found.places[code], "customers"), number, f"no customer {number!r}")
