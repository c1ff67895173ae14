"""The definition of a promotion or of what promotions share, and what it may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

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
from largesse.offers.definitions import (
    Found,
    Read,
    all_read,
    check_lengths,
    found_in,
    locations_there,
    reader_of,
    within,
)
from largesse.offers.models import SingleUseCode, Voucher

NONE: Final[Mapping[str, Promotion]] = {}

_CODE_LENGTH: Final = {"promo_code": 64}


def read_all(
    definitions: Sequence[Any], book: OfferBook, coming: Mapping[str, Promotion] = NONE
) -> list[Read[Promotion]]:
    """Promotions as they would be in a book, to which some more are coming that they may name.

    What they share is named by a string, or stands in them with its name and as it is. Raises `Faults`
    with the faults of all of them.
    """
    reader = reader_of(book)
    found = found_in(reader, Promotion, "promotions", definitions)
    for code, promotion in found.items.items():
        check_lengths(reader, promotion, _CODE_LENGTH, found.places[code])
    if not reader.faults:
        held = [(found.items[c], found.places[c], ("promotion", c)) for c in found.items]
        shared.check(reader, held)
    _check_names(reader, definitions, found, book, coming)
    _check_codes(reader, found, book)
    return all_read(reader, found, definitions, book)


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
    reader = reader_of(book)
    given = {name: definition[name] for name in shared.ABOUT if name in definition}
    about = reader.struct(shared.About, given, ())
    part = reader.read(shared.CLASSES[base], shared.plain(definition), ())
    if part is not FAULTY:
        if not part.name or part.name != part.name.strip():
            told = "is missing, or has a space at its edge; promotions name it so"
            reader.fault(("name",), part.name, told)
        check_lengths(reader, part, {"name": 64}, ())
        shared.check(reader, [(part, (), (base, part.name))])
    if reader.faults:
        raise Faults(reader.faults)
    alone = _alone(base, part)
    found = Found({alone.code: alone}, {alone.code: ("promotions", 0)})
    _check_names(reader, [{}], found, book, coming)
    if reader.faults:
        raise within(within(Faults(reader.faults), "promotions[0]"), f"{base}s[0]")
    return ReadPart(part, {n: getattr(about, n) for n in given}, listed(part, book.currency), alone)


def _alone(base: shared.Base, part: Any) -> Promotion:
    if base == "action":
        return Promotion(code=part.name, actions=(part,))
    return Promotion(code=part.name, actions=(), conditions=(part,))


def _check_names(
    reader: DocumentReader,
    definitions: Sequence[Any],
    found: Found[Promotion],
    book: OfferBook,
    coming: Mapping[str, Promotion],
) -> None:
    """What promotions name is there, in the book or among them."""
    known, data = book.catalog, {"promotions": definitions}
    there = {**book.promotions, **coming, **found.items}
    check_promotion_names(
        reader,
        data,
        Section(there, found.places, {**there, **names_in(data, "promotions", "code")}),
        Section(known.products, {}, known.products),
        Section({}, {}, _locations(found.items)),
        Section(book.exclusion_groups, {}, book.exclusion_groups),
    )
    for code, promotion in found.items.items():
        before = book.promotions.get(code)
        if before is not None and before.single_use_codes and not promotion.single_use_codes:
            for other in sorted(c for c in there if code in promotions_named(there[c])):
                told = f"stays true, for {other} gives a right to it"
                reader.fault((*found.places[code], "single_use_codes"), False, told)


def _check_codes(reader: DocumentReader, found: Found[Promotion], book: OfferBook) -> None:
    """A new promo code is no voucher's number and no single-use code: who enters it means one thing."""
    new: dict[str, Place] = {
        normal_code(promotion.promo_code): (*found.places[code], "promo_code")
        for code, promotion in found.items.items()
        if promotion.promo_code and not book.is_promo_code(normal_code(promotion.promo_code))
    }
    for chunk in in_chunks(new):
        for number in Voucher.objects.filter(number__in=chunk).values_list("number", flat=True):
            reader.fault(new[number], number, "is the number of a voucher; take another code")
        for code in SingleUseCode.objects.filter(code__in=chunk).values_list("code", flat=True):
            reader.fault(new[code], code, "is a single-use code; take another code")


def _locations(promotions: Mapping[str, Promotion]) -> set[str]:
    named = (
        promotion.locations
        or any(
            what == "location" for _, c in conditions_of(promotion) for what, _, _ in c.mentions()
        )
        for promotion in promotions.values()
    )
    return locations_there() if any(named) else set()
