"""Entries of the log become a book: all of them at once, or those that changed on the book before.

What can't be read is left out, alone, and told: a broken offer never takes the others down.
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
from largesse.engine.naming import groups_of, products_added, products_of_deal
from largesse.engine.offer_checks import CODE_OF_PROMOTION
from largesse.engine.offers.allotment import Allotment
from largesse.engine.offers.deal import Deal
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
    Kind.DEAL: Deal,
    Kind.ALLOTMENT: Allotment,
}
_SECTIONS: Final[Mapping[Kind, str]] = {
    Kind.PRODUCT: "products",
    Kind.GROUP: "groups",
    Kind.LOCATION: "locations",
    Kind.EXCLUSION_GROUP: "exclusion_groups",
    Kind.PROMOTION: "promotions",
    Kind.DEAL: "deals",
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
    sections = ("promotions", "exclusion_groups", "allotments", "deals")
    parts = (things[name].values() for name in sections)
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
    reading.leave_out_what_is_broken(things)
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
        self._promotions = book.promotions
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
                case Kind.PROMOTION:
                    self._promotions = _merged(self._promotions, found)
                case _:
                    pass
        return things

    def leave_out_what_is_broken(self, things: Mapping[str, dict[str, Any]]) -> None:
        """The offers of the book that the things break, and that are not among them, are left out."""
        gone = {
            name: {code for code, thing in things[name].items() if thing is None}
            for name in ("products", "groups", "exclusion_groups")
        }
        if any(gone.values()):
            self._leave_out_broken(self._book.promotions, Kind.PROMOTION, things, gone)
            self._leave_out_broken(self._book.deals, Kind.DEAL, things, gone)
        for code in self._book.deals.keys() & things["promotions"].keys() - things["deals"].keys():
            if things["promotions"][code] is not None:
                things["deals"][code] = None
                self._leave_out((Kind.DEAL, code), [Fault("code", code, CODE_OF_PROMOTION)])

    def _leave_out_broken(
        self,
        offers: Mapping[str, Promotion] | Mapping[str, Deal],
        kind: Kind,
        things: Mapping[str, dict[str, Any]],
        gone: Mapping[str, set[str]],
    ) -> None:
        """Those of the book that name what is no longer in it."""
        changed = things[_SECTIONS[kind]]
        for code, offer in offers.items():
            if code in changed:
                continue
            missing = (
                gone["products"] & _products_of(offer)
                | gone["exclusion_groups"] & _exclusion_groups_of(offer)
                | gone["groups"] & {group.code for group in groups_of(offer)}
            )
            if missing:
                faults = [Fault(code, name, f"names {name!r}, which is gone") for name in missing]
                changed[code] = None
                self._leave_out((kind, code), faults)

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
        if isinstance(value, (Promotion, Deal)):
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

    def _unknown_names(self, offer: Promotion | Deal) -> Iterator[Fault]:
        for group in _exclusion_groups_of(offer) - self._exclusion_groups.keys():
            yield Fault("exclusion_group", group, f"no exclusion group {group!r}")
        for sku in sorted(_products_of(offer)):
            if sku not in self._products:
                yield Fault("", sku, f"no product {sku!r}")
        if isinstance(offer, Deal) and offer.code in self._promotions:
            yield Fault("code", offer.code, CODE_OF_PROMOTION)

    def _leave_out(self, key: Key, faults: Iterable[Fault]) -> None:
        self.left_out[key] = Faults(faults)
        log.error("%s %s is left out of the book: %s", key[0].label, key[1], self.left_out[key])


def _products_of(offer: Promotion | Deal) -> frozenset[str]:
    """The SKUs that an offer can't do without."""
    return products_of_deal(offer) if isinstance(offer, Deal) else products_added(offer)


def _exclusion_groups_of(offer: Promotion | Deal) -> set[str]:
    group = offer.exclusion_group if isinstance(offer, Promotion) else None
    return set() if group is None else {group}


def _merged(things: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Things by code, with some changed and without those that are None."""
    if not changes:
        return things if isinstance(things, dict) else dict(things)
    return _present({**things, **changes})
