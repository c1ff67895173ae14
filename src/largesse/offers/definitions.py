"""The definition of a promotion: what staff write, checked whole, in one normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from largesse.catalog.models import Location
from largesse.engine.book import OfferBook
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.reader import FAULTY, DocumentReader
from largesse.engine.formats.sections import Section, check_promotion_names
from largesse.engine.formats.wording import Place
from largesse.engine.formats.writer import listed
from largesse.engine.offers.promotion import Promotion

Definition = Mapping[str, Any]

_LENGTHS: Final = {"code": 64, "title": 160, "promo_code": 64}


class Read(NamedTuple):
    """A promotion, and its definition in normal form: defaults left out, no revision, days as days."""

    promotion: Promotion
    definition: dict[str, Any]


def read_one(definition: Any, book: OfferBook) -> Read:
    """A promotion as it would be in a book. Raises `Faults`, with places within the definition."""
    try:
        return read_all([definition], book)[0]
    except Faults as found:
        raise Faults(
            Fault(fault.place.removeprefix("promotions[0]").removeprefix("."), *_rest(fault))
            for fault in found.faults
        ) from None


def _rest(fault: Fault) -> tuple[object, str]:
    return fault.value, fault.message


def read_all(definitions: Sequence[Any], book: OfferBook) -> list[Read]:
    """Promotions as they would be in a book. Raises `Faults` with the faults of all of them."""
    reader = DocumentReader(book.currency, book.catalog.calendar)
    reader.groups = dict(book.catalog.groups)
    items: dict[str, Promotion] = {}
    places: dict[str, Place] = {}
    for i, definition in enumerate(definitions):
        promotion = reader.struct(Promotion, definition, ("promotions", i))
        if promotion is FAULTY:
            continue
        if promotion.code in items:
            reader.fault(("promotions", i, "code"), promotion.code, "is used twice")
        items[promotion.code], places[promotion.code] = promotion, ("promotions", i)
        for name, longest in _LENGTHS.items():
            if len(getattr(promotion, name) or "") > longest:
                place = ("promotions", i, name)
                reader.fault(place, getattr(promotion, name), f"is at most {longest} letters long")
    known = book.catalog
    check_promotion_names(
        reader,
        {"promotions": definitions},
        Section(items, places, items),
        Section(known.products, {}, known.products),
        Section({}, {}, _locations(items)),
        Section(book.exclusion_groups, {}, book.exclusion_groups),
    )
    if reader.faults:
        raise Faults(reader.faults)
    return [
        Read(promotion, dict(_normal(promotion, definition, book)))
        for promotion, definition in zip(items.values(), definitions, strict=True)
    ]


def _locations(promotions: Mapping[str, Promotion]) -> set[str]:
    """The locations that there are: one that is closed for now may be named too."""
    if not any(promotion.locations for promotion in promotions.values()):
        return set()
    return set(Location.objects.values_list("code", flat=True))


def _normal(
    promotion: Promotion, definition: Definition, book: OfferBook
) -> Iterator[tuple[str, Any]]:
    for name, value in listed(promotion, book.currency).items():
        given = definition.get(name)
        if name in ("starts", "ends") and _is_day(given):
            # A day stays one: who reads it again wants no last microsecond of it.
            yield name, str(given)
        elif name != "revision":
            yield name, value


def _is_day(given: Any) -> bool:
    if isinstance(given, str):
        return len(given) == 10
    return isinstance(given, date) and not isinstance(given, datetime)
