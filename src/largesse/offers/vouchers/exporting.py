"""A book's numbers for the printer: CSV files of 1,000 in a zip, in the order in which they were made
(VO-13); who takes them away is recorded first (QU-40).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.utils.text import slugify

from largesse.business.models import Business
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import percent_string
from largesse.offers.models import BookEvent, Voucher, VoucherBook
from largesse.offers.vouchers.journaling import record
from largesse.offers.vouchers.labels import Paper, labels_of, pdf
from largesse.offers.vouchers.stretches import Stretch
from largesse.sheets.writing import csv_lines, zipped

A_FILE: Final = 1_000
"""How many numbers a file has."""


def file_name(book: VoucherBook) -> str:
    """What files of a book are called, without an ending."""
    return slugify(f"vouchers {book}")[:80] or "vouchers"


def numbers(book: VoucherBook, *, at: datetime, by: str) -> Iterator[bytes]:
    """The zip with a book's numbers, sent while it is made. Raises `Faults` for an unfinished book."""
    if not book.is_complete:
        raise Faults([Fault("book", str(book), "is still being made")])
    record(book, BookEvent.Kind.EXPORTED, at=at, by=by, count=book.made)
    return zipped(_files(book))


def _files(book: VoucherBook) -> Iterator[tuple[str, str]]:
    business = Business.current()
    zone = business.calendar.zone
    digits = len(str(-(-book.made // A_FILE)))
    name = file_name(book)
    for nth, first in enumerate(range(1, book.made + 1, A_FILE), start=1):
        rows = Voucher.objects.filter(book=book, position__range=(first, first + A_FILE - 1))
        found = rows.order_by("position").values_list(
            "number", "percent", "value", "minimum", "expires"
        )
        lines = csv_lines(
            ("Number", "Percentage", "Value", "Minimum", "Last day"),
            (
                (
                    number,
                    "" if percent is None else percent_string(percent),
                    "" if value is None else business.money.format(value),
                    business.money.format(minimum) if minimum else "",
                    _last_day(expires or book.expires, zone),
                )
                for number, percent, value, minimum, expires in found
            ),
        )
        yield f"{name}-{nth:0{max(digits, 4)}d}.csv", "".join(lines)


def _last_day(expires: datetime | None, zone: object) -> str:
    if expires is None:
        return ""
    return (expires - timedelta(microseconds=1)).astimezone(zone).date().isoformat()  # type: ignore[arg-type]


def labels(found: Stretch, paper: Paper, *, skip: int, at: datetime, by: str) -> bytes:
    """A stretch of a book as sheets of labels. Raises `Faults`."""
    made = pdf(labels_of(found.vouchers.order_by("position")), paper, skip=skip)
    note = f"{found.first} to {found.last}, {paper.code}"
    record(found.book, BookEvent.Kind.PRINTED, at=at, by=by, count=found.size, note=note)
    return made
