"""The definition of a promotion or of what promotions share: what staff write, checked whole, in one
normal form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from msgspec import Struct

from largesse.catalog.models import Location
from largesse.engine.actions.base import Action
from largesse.engine.book import OfferBook
from largesse.engine.cart import normal_code
from largesse.engine.conditions.base import Condition
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.reader import FAULTY, DocumentReader
from largesse.engine.formats.sections import Section, check_promotion_names, names_in
from largesse.engine.formats.wording import Place
from largesse.engine.formats.writer import listed
from largesse.engine.naming import conditions_of, promotions_named
from largesse.engine.offers.promotion import Promotion
from largesse.offers import shared
from largesse.offers.book_log import in_chunks
from largesse.offers.models import SingleUseCode, Voucher

Definition = Mapping[str, Any]

_LENGTHS: Final = {"code": 64, "title": 160, "promo_code": 64}


NONE: Final[Mapping[str, Promotion]] = {}


class Read(NamedTuple):
    """A promotion, and its definition in normal form: defaults left out, no revision, days as days."""

    promotion: Promotion
    definition: dict[str, Any]


def read_one(definition: Any, book: OfferBook) -> Read:
    """A promotion as it would be in a book. Raises `Faults`, with places within the definition.

    What it shares is named by a string, or stands in it with its name and as it is.
    """
    try:
        return read_all([definition], book)[0]
    except Faults as found:
        raise within(found, "promotions[0]") from None


def within(found: Faults, place: str) -> Faults:
    """Faults with their places told from a place inwards."""
    return Faults(
        Fault(fault.place.removeprefix(place).removeprefix("."), fault.value, fault.message)
        for fault in found.faults
    )


def read_all(
    definitions: Sequence[Any], book: OfferBook, coming: Mapping[str, Promotion] = NONE
) -> list[Read]:
    """Promotions as they would be in a book, to which some more are coming that they may name.

    Raises `Faults` with the faults of all of them.
    """
    reader = _reader(book)
    items: dict[str, Promotion] = {}
    places: dict[str, Place] = {}
    for i, definition in enumerate(definitions):
        promotion = reader.struct(Promotion, definition, ("promotions", i))
        if promotion is FAULTY:
            continue
        if promotion.code in items:
            reader.fault(("promotions", i, "code"), promotion.code, "is used twice")
        items[promotion.code], places[promotion.code] = promotion, ("promotions", i)
        _check_lengths(reader, promotion, _LENGTHS, ("promotions", i))
    if not reader.faults:
        shared.check(reader, [(items[code], places[code], ("promotion", code)) for code in items])
    _check_names(reader, definitions, items, places, book, coming)
    _check_codes(reader, items, places, book)
    if reader.faults:
        raise Faults(reader.faults)
    return [
        Read(promotion, dict(_normal(promotion, definition, book)))
        for promotion, definition in zip(items.values(), definitions, strict=True)
    ]


class ReadPart(NamedTuple):
    """A shared part, what it is to staff as far as that is given, and its definition in normal form.

    `alone` is a promotion of nothing but the part, of which it can be asked what it names.
    """

    part: Condition | Action
    about: dict[str, Any]
    definition: dict[str, Any]
    alone: Promotion


def read_part(
    base: shared.Base,
    definition: Any,
    book: OfferBook,
    coming: Mapping[str, Promotion] = NONE,
) -> ReadPart:
    """A shared part by its definition, to which what it is to staff may be added: `title`,
    `description` and `archived`.

    Raises `Faults`, with places within the definition.
    """
    if not isinstance(definition, Mapping):
        told = f"a shared {base} is an object with a name and a kind"
        raise Faults([Fault("", definition, told)])
    reader = _reader(book)
    given = {name: definition[name] for name in shared.ABOUT if name in definition}
    about = reader.struct(shared.About, given, ())
    part = reader.read(shared.CLASSES[base], shared.plain(definition), ())
    if part is not FAULTY:
        if not part.name or part.name != part.name.strip():
            told = "is missing, or has a space at its edge; promotions name it so"
            reader.fault(("name",), part.name, told)
        _check_lengths(reader, part, {"name": 64}, ())
        shared.check(reader, [(part, (), (base, part.name))])
    if reader.faults:
        raise Faults(reader.faults)
    alone = _alone(base, part)
    _check_names(reader, [{}], {alone.code: alone}, {alone.code: ("promotions", 0)}, book, coming)
    if reader.faults:
        raise within(within(Faults(reader.faults), "promotions[0]"), f"{base}s[0]")
    return ReadPart(part, {n: getattr(about, n) for n in given}, listed(part, book.currency), alone)


def _alone(base: shared.Base, part: Any) -> Promotion:
    if base == "action":
        return Promotion(code=part.name, actions=(part,))
    return Promotion(code=part.name, actions=(), conditions=(part,))


def _reader(book: OfferBook) -> DocumentReader:
    reader = DocumentReader(book.currency, book.catalog.calendar)
    reader.groups = dict(book.catalog.groups)
    shared.learn(reader)
    return reader


def _check_lengths(
    reader: DocumentReader, value: Struct, lengths: Mapping[str, int], place: Place
) -> None:
    for name, longest in lengths.items():
        if len(getattr(value, name) or "") > longest:
            told = f"is at most {longest} letters long"
            reader.fault((*place, name), getattr(value, name), told)


def _check_names(
    reader: DocumentReader,
    definitions: Sequence[Any],
    items: Mapping[str, Promotion],
    places: Mapping[str, Place],
    book: OfferBook,
    coming: Mapping[str, Promotion],
) -> None:
    """What promotions name is there, in the book or among them."""
    known, there = book.catalog, {**book.promotions, **coming, **items}
    data = {"promotions": definitions}
    check_promotion_names(
        reader,
        data,
        Section(there, places, {**there, **names_in(data, "promotions", "code")}),
        Section(known.products, {}, known.products),
        Section({}, {}, _locations(items)),
        Section(book.exclusion_groups, {}, book.exclusion_groups),
    )
    for code, promotion in items.items():
        before = book.promotions.get(code)
        if before is not None and before.single_use_codes and not promotion.single_use_codes:
            for other in sorted(c for c in there if code in promotions_named(there[c])):
                told = f"stays true, for {other} gives a right to it"
                reader.fault((*places[code], "single_use_codes"), False, told)


def _check_codes(
    reader: DocumentReader,
    items: Mapping[str, Promotion],
    places: Mapping[str, Place],
    book: OfferBook,
) -> None:
    """A new promo code is no voucher's number and no single-use code: who enters it means one thing."""
    new = {
        normal_code(promotion.promo_code): (*places[code], "promo_code")
        for code, promotion in items.items()
        if promotion.promo_code and not book.is_promo_code(normal_code(promotion.promo_code))
    }
    for chunk in in_chunks(new):
        for number in Voucher.objects.filter(number__in=chunk).values_list("number", flat=True):
            reader.fault(new[number], number, "is the number of a voucher; take another code")
        for code in SingleUseCode.objects.filter(code__in=chunk).values_list("code", flat=True):
            reader.fault(new[code], code, "is a single-use code; take another code")


def _locations(promotions: Mapping[str, Promotion]) -> set[str]:
    """The locations that there are: one that is closed for now may be named too."""
    named = (
        promotion.locations
        or any(
            what == "location" for _, c in conditions_of(promotion) for what, _, _ in c.mentions()
        )
        for promotion in promotions.values()
    )
    if not any(named):
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
