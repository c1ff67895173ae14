"""Value vouchers from a sheet: its columns are mapped, its rows looked at, the good ones written, all
or none (VO-32).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import IntegrityError, connection, transaction

from largesse.engine.faults import Fault, Faults
from largesse.offers.models import BookEvent, SheetPreset, SheetUpload, Voucher, VoucherBook
from largesse.offers.vouchers.journaling import record
from largesse.offers.vouchers.sheet_rows import FIELDS, BadRow, RowReader, Wanted
from largesse.offers.vouchers.storing import Row, handed_to, store
from largesse.offers.vouchers.stretches import first_used
from largesse.sheets.reading import Sheet, read
from largesse.sheets.writing import csv_lines

Mapped = Mapping[str, str]
"""The title of the column of each field; a field without one is empty in all rows."""

_GUESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("number", "voucher", "voucher number", "code", "barcode"),
    "value": ("value", "amount", "worth"),
    "minimum": ("minimum", "minimum order", "min", "minimum spend"),
    "expires": ("expires", "expiry", "expiry date", "last day", "valid until"),
    "partner": ("partner", "campaign", "partner code"),
}


class Checked(NamedTuple):
    """The rows of a sheet, told apart."""

    good: tuple[Wanted, ...]
    bad: tuple[BadRow, ...]


# --- between upload and writing ----------------------------------------------------------------------


def upload(name: str, content: bytes, *, at: datetime, by: str) -> SheetUpload:
    """Keep a sheet until it is written, its columns mapped by their titles. Raises `Faults`."""
    sheet = read(name, content)
    return SheetUpload.objects.create(
        name=name[:200],
        content=zlib.compress(content, 1),
        mapping=dict(guess(sheet.titles)),
        made_at=at,
        made_by=by[:120],
    )


def sheet_of(kept: SheetUpload) -> Sheet:
    """The sheet that was uploaded."""
    return read(kept.name, zlib.decompress(bytes(kept.content)))


def guess(titles: Sequence[str]) -> Mapped:
    """The columns as the latest preset has them that fits, or else as their titles tell."""
    for preset in SheetPreset.objects.all():
        if set(preset.mapping.values()) <= set(titles):
            remembered: Mapped = preset.mapping
            return remembered
    by_name = {title.casefold().strip(): title for title in reversed(titles)}
    found = {
        field: next((by_name[name] for name in names if name in by_name), None)
        for field, names in _GUESSES.items()
    }
    return {field: title for field, title in found.items() if title is not None}


def map_columns(
    kept: SheetUpload, mapping: Mapped, *, titles: Sequence[str], at: datetime, preset: str = ""
) -> None:
    """Say which column is which field; under a preset's name it is remembered. Raises `Faults`."""
    said = {field: title for field, title in mapping.items() if title}
    faults = [
        Fault(field, title, "is no column of the sheet")
        for field, title in said.items()
        if title not in titles
    ]
    faults += [
        Fault(field, None, "has no column") for field in ("number", "value") if field not in said
    ]
    if len(set(said.values())) < len(said):
        faults.append(Fault("number", None, "shares its column with another field"))
    if len(preset) > 80:
        faults.append(Fault("preset", preset, "has at most 80 letters"))
    if faults:
        raise Faults(faults)
    kept.mapping = said
    kept.save(update_fields=["mapping"])
    if preset:
        SheetPreset.objects.update_or_create(name=preset, defaults={"mapping": said, "used_at": at})


def check(sheet: Sheet, mapping: Mapped, *, at: datetime) -> Checked:
    """Which rows can be written at an instant, and why the others can't."""
    places = {
        field: sheet.titles.index(mapping[field])
        for field in FIELDS
        if mapping.get(field) in sheet.titles
    }
    reader = RowReader(places, at=at)
    return Checked(*reader.read(sheet.rows))


def bad_rows(sheet: Sheet, bad: Iterable[BadRow]) -> Iterator[str]:
    """A CSV file of the rows that can't be written, each with why: to be mended and uploaded again."""
    width = len(sheet.titles)
    rows: Iterator[tuple[str | int, ...]] = (
        (*_padded(each.cells, width), each.row, each.reason) for each in bad
    )
    return csv_lines([*sheet.titles, "Row", "Reason"], rows)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


# --- writing -----------------------------------------------------------------------------------------


def write(kept: SheetUpload, *, at: datetime, by: str, label: str = "") -> VoucherBook:
    """Make the vouchers of all good rows, or none. Raises `Faults`, also for a sheet written before."""
    with transaction.atomic():
        held = SheetUpload.objects.select_for_update().get(pk=kept.pk)
        if held.book_id is not None:
            raise Faults([Fault("sheet", held.name, "was written already")])
        good = check(sheet_of(held), held.mapping, at=at).good
        if not good:
            raise Faults([Fault("sheet", held.name, "has no row that can be written")])
        book = VoucherBook.objects.create(
            kind=VoucherBook.Kind.SHEET,
            label=label or held.name[:120],
            count=len(good),
            made=len(good),
            first=good[0].number,
            last=good[-1].number,
            made_at=at,
            made_by=by[:120],
        )
        held.book = book
        held.content = b""
        held.save(update_fields=["book", "content"])
        record(book, BookEvent.Kind.MADE, at=at, by=by, count=len(good), note=held.name)
        try:
            with transaction.atomic():
                store([_row(each, book, place) for place, each in enumerate(good, start=1)])
        except IntegrityError:
            rule = "has a number that somebody has just made; look at the preview again"
            raise Faults([Fault("sheet", held.name, rule)]) from None
    return book


def _row(wanted: Wanted, book: VoucherBook, place: int) -> Row:
    return Row(
        number=wanted.number,
        value=wanted.value,
        minimum=wanted.minimum,
        state=handed_to(wanted.partner),
        book=book.pk,
        position=place,
        partner=wanted.partner,
        expires=wanted.expires,
    )


def undo(book: VoucherBook, *, at: datetime, by: str) -> int:
    """Take the vouchers of a sheet away again, while none is used or drawn; how many there were.

    Raises `Faults`.
    """
    with transaction.atomic():
        held = VoucherBook.objects.select_for_update().get(pk=book.pk)
        if held.kind != VoucherBook.Kind.SHEET or not held.made:
            raise Faults([Fault("book", str(held), "is no sheet that can be undone")])
        vouchers = Voucher.objects.filter(book=held)
        used = first_used(vouchers)
        # One whose order was cancelled has an account in the journal, which stays.
        used = used or vouchers.filter(opened=True).values_list("number", flat=True).first()
        if used is not None or held.draws.exists():
            rule = f"can't be undone: {used or 'one of its numbers'} was handed out or used"
            raise Faults([Fault("book", str(held), rule)])
        count = vouchers._raw_delete(connection.alias)
        held.made, held.stopped_at = 0, at
        held.save(update_fields=["made", "stopped_at"])
        record(held, BookEvent.Kind.UNDONE, at=at, by=by, count=count)
    return int(count)
