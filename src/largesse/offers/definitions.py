"""The definition of an offer: what staff write, checked whole, in one normal form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar

from msgspec import Struct

from largesse.catalog.models import Location
from largesse.engine.book import OfferBook
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.reader import FAULTY, DocumentReader
from largesse.engine.formats.wording import Place
from largesse.engine.formats.writer import listed
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import Promotion
from largesse.offers import shared

Definition = Mapping[str, Any]

Value = TypeVar("Value", Promotion, Deal)

LENGTHS: Final = {"code": 64, "title": 160}
"""The most letters of an offer's texts."""


class Read(NamedTuple, Generic[Value]):
    """An offer, and its definition in normal form: defaults left out, no revision, days as days."""

    value: Value
    definition: dict[str, Any]


class Found(NamedTuple, Generic[Value]):
    """The offers that could be read of some definitions, and where each stands."""

    items: dict[str, Value]
    places: dict[str, Place]


def within(found: Faults, place: str) -> Faults:
    """Faults with their places told from a place inwards."""
    return Faults(
        Fault(fault.place.removeprefix(place).removeprefix("."), fault.value, fault.message)
        for fault in found.faults
    )


def reader_of(book: OfferBook) -> DocumentReader:
    """A reader that knows what definitions may name."""
    reader = DocumentReader(book.currency, book.catalog.calendar)
    reader.groups = dict(book.catalog.groups)
    shared.learn(reader)
    return reader


def found_in(
    reader: DocumentReader, struct: type[Value], section: str, definitions: Sequence[Any]
) -> Found[Value]:
    """Reads definitions, as a file's section has them; what is wrong is told to the reader."""
    found: Found[Value] = Found({}, {})
    for i, definition in enumerate(definitions):
        value = reader.struct(struct, definition, (section, i))
        if value is FAULTY:
            continue
        if value.code in found.items:
            reader.fault((section, i, "code"), value.code, "is used twice")
        found.items[value.code], found.places[value.code] = value, (section, i)
        check_lengths(reader, value, LENGTHS, (section, i))
    return found


def all_read(
    reader: DocumentReader, found: Found[Value], definitions: Sequence[Any], book: OfferBook
) -> list[Read[Value]]:
    """The offers with their definitions in normal form. Raises `Faults` with all that is wrong."""
    if reader.faults:
        raise Faults(reader.faults)
    return [
        Read(value, dict(_normal(value, definition, book)))
        for value, definition in zip(found.items.values(), definitions, strict=True)
    ]


def check_lengths(
    reader: DocumentReader, value: Struct, lengths: Mapping[str, int], place: Place
) -> None:
    """Tell the texts of a value that are longer than their columns."""
    for name, longest in lengths.items():
        if len(getattr(value, name) or "") > longest:
            told = f"is at most {longest} letters long"
            reader.fault((*place, name), getattr(value, name), told)


def locations_there() -> set[str]:
    """The locations that there are: one that is closed for now may be named too."""
    return set(Location.objects.values_list("code", flat=True))


def _normal(value: Struct, definition: Definition, book: OfferBook) -> Iterator[tuple[str, Any]]:
    for name, said in listed(value, book.currency).items():
        given = definition.get(name)
        if name in ("starts", "ends") and _is_day(given):
            # A day stays one: who reads it again wants no last microsecond of it.
            yield name, str(given)
        elif name != "revision":
            yield name, said


def _is_day(given: Any) -> bool:
    if isinstance(given, str):
        return len(given) == 10
    return isinstance(given, date) and not isinstance(given, datetime)
