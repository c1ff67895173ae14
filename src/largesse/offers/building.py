"""Entries of the log become a book: all of them at once, or those that changed on the book before.

What can't be read is left out, alone, and told: a broken promotion never takes the others down.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from largesse.engine.book import Catalog, Changes, OfferBook
from largesse.engine.catalog import Location, Product, ProductGroup
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.reader import DocumentReader
from largesse.engine.money import Currency
from largesse.engine.naming import groups_of, products_added
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.promotion import ExclusionGroup, Promotion
from largesse.engine.window import Calendar
from largesse.offers.book_log import Entry
from largesse.offers.contents import Kind

log = logging.getLogger(__name__)

_TYPES: Final[Mapping[Kind, type[Struct]]] = {
    Kind.PRODUCT: Product,
    Kind.LOCATION: Location,
    Kind.EXCLUSION_GROUP: ExclusionGroup,
    Kind.PROMOTION: Promotion,
    Kind.ALLOTMENT: Allotment,
}
_SECTIONS: Final[Mapping[Kind, str]] = {
    Kind.PRODUCT: "products",
    Kind.GROUP: "groups",
    Kind.LOCATION: "locations",
    Kind.EXCLUSION_GROUP: "exclusion_groups",
    Kind.PROMOTION: "promotions",
    Kind.ALLOTMENT: "allotments",
}


Key = tuple[Kind, str]


class Built(Struct, frozen=True):
    """A book, and what was left out of it: what it is, and what is wrong with it."""

    book: OfferBook
    left_out: Mapping[Key, Faults] = field(default_factory=dict)


class HeaderChanged(Exception):
    """The currency or the calendar changed, which every entry is read with: all must be read again."""


EMPTY: Final = Built(OfferBook(Catalog()))


def built(entries: Iterable[Entry]) -> Built:
    """The book of all these entries."""
    by_kind = _by_kind(entries)
    currency, calendar = _header(next((e.content for e in by_kind.pop(Kind.BUSINESS, ())), None))
    reading = _Reading(OfferBook(Catalog(currency, calendar)))
    things = {name: _present(found) for name, found in reading.read(by_kind).items()}
    catalog = Catalog(currency, calendar, things["products"], things["groups"], things["locations"])
    parts = (things[name].values() for name in ("promotions", "exclusion_groups", "allotments"))
    return Built(OfferBook(catalog, *parts, checked=True), reading.left_out)


def changed(before: Built, entries: Iterable[Entry]) -> Built:
    """The book before with the things of these entries changed.

    What was left out of it must be among them, to be tried again. Raises `HeaderChanged`.
    """
    by_kind = _by_kind(entries)
    for entry in by_kind.pop(Kind.BUSINESS, ()):
        if _header(entry.content) != (before.book.currency, before.book.catalog.calendar):
            raise HeaderChanged
    reading = _Reading(before.book)
    things = reading.read(by_kind)
    things["promotions"].update(reading.broken_by_what_is_gone(things))
    return Built(before.book.with_changes(Changes(**things)), reading.left_out)


def _by_kind(entries: Iterable[Entry]) -> dict[Kind, list[Entry]]:
    found: dict[Kind, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.kind].append(entry)
    return found


def _present(things: Mapping[str, Any]) -> dict[str, Any]:
    return {code: thing for code, thing in things.items() if thing is not None}


def _header(content: str | None) -> tuple[Currency, Calendar]:
    if content is None:
        return Currency("USD"), Calendar()
    head = msgspec.json.decode(content)
    return (
        Currency.of(head["currency"], half_even=head["rounding"] == "half_even"),
        Calendar(head["time_zone"], head["week_starts"]),
    )


class _Reading:
    """Reads entries that change a book; what they name may be in the book or among them."""

    def __init__(self, book: OfferBook):
        self.left_out: dict[Key, Faults] = {}
        self._book = book
        self._products, self._exclusion_groups = book.catalog.products, book.exclusion_groups
        self._reader = DocumentReader(book.currency, book.catalog.calendar)
        self._reader.groups = _merged(book.catalog.groups, {})
        self._own_sku: dict[str, str] = {}

    def read(self, by_kind: Mapping[Kind, Sequence[Entry]]) -> dict[str, dict[str, Any]]:
        """The things by their section and code; None for those that are out or left out."""
        things: dict[str, dict[str, Any]] = {}
        for kind, section in _SECTIONS.items():
            found = {e.code: self._value(e) for e in by_kind.get(kind, ())}
            things[section] = found
            match kind:
                case Kind.PRODUCT:
                    self._products = _merged(self._products, found)
                    self._own_sku = dict(zip(self._products, self._products, strict=True))
                case Kind.GROUP:
                    self._reader.groups = _merged(self._reader.groups, found)
                case Kind.EXCLUSION_GROUP:
                    self._exclusion_groups = _merged(self._exclusion_groups, found)
                case _:
                    pass
        return things

    def broken_by_what_is_gone(self, things: Mapping[str, Mapping[str, Any]]) -> dict[str, None]:
        """The promotions of the book, not among the things, that name what is no longer in it."""
        gone = {
            name: {code for code, thing in things[name].items() if thing is None}
            for name in ("products", "groups", "exclusion_groups")
        }
        broken: dict[str, None] = {}
        if not any(gone.values()):
            return broken
        for code, promotion in self._book.promotions.items():
            if code in things["promotions"]:
                continue
            missing = (
                gone["products"] & products_added(promotion)
                | gone["exclusion_groups"] & {promotion.exclusion_group}
                | gone["groups"] & {group.code for group in groups_of(promotion)}
            )
            if missing:
                faults = [Fault(code, name, f"names {name!r}, which is gone") for name in missing]
                broken[code] = None
                self._leave_out((Kind.PROMOTION, code), faults)
        return broken

    def _value(self, entry: Entry) -> Any:
        if entry.content is None:
            return None
        try:
            content = msgspec.json.decode(entry.content)
            if entry.kind is Kind.GROUP:
                return self._group(content)
            value = self._reader.struct(_TYPES[entry.kind], content, ())
        except (ValueError, TypeError, KeyError) as wrong:
            self._leave_out((entry.kind, entry.code), [Fault("", None, str(wrong))])
            return None
        faults = self._reader.take_faults()
        if isinstance(value, Promotion):
            faults += self._unknown_names(value)
        if faults:
            self._leave_out((entry.kind, entry.code), faults)
            return None
        return value

    def _group(self, content: Mapping[str, Any]) -> ProductGroup:
        # A SKU is one object however many groups have it: there may be millions of memberships.
        own = self._own_sku
        products = frozenset([own.get(sku, sku) for sku in content["products"]])
        return ProductGroup(
            content["code"], products, content.get("title", ""), content.get("location")
        )

    def _unknown_names(self, promotion: Promotion) -> Iterator[Fault]:
        group = promotion.exclusion_group
        if group is not None and group not in self._exclusion_groups:
            yield Fault("exclusion_group", group, f"no exclusion group {group!r}")
        for sku in sorted(products_added(promotion)):
            if sku not in self._products:
                yield Fault("actions", sku, f"no product {sku!r}")

    def _leave_out(self, key: Key, faults: Iterable[Fault]) -> None:
        self.left_out[key] = Faults(faults)
        log.error("%s %s is left out of the book: %s", key[0].label, key[1], self.left_out[key])


def _merged(things: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Things by code, with some changed and without those that are None."""
    if not changes:
        return things if isinstance(things, dict) else dict(things)
    return _present({**things, **changes})
