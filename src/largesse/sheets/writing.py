"""Sheets as they are sent: CSV row by row, workbooks and zips of CSV files while they are made."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

from largesse.sheets.cells import safe

BOM: Final = "\ufeff"
"""The mark by which spreadsheets know UTF-8."""

IN_MEMORY: Final = 4 << 20

Cell = str | int | float
Row = Iterable[Cell]


class _Line:
    """What `csv` writes a line to, to be sent on at once."""

    def write(self, text: str) -> str:
        return text


def csv_lines(head: Iterable[str], rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a CSV file; no cell is a formula."""
    writer = csv.writer(_Line())
    yield BOM + writer.writerow(head)
    for row in rows:
        yield writer.writerow([_neutral(cell) for cell in row])


def _neutral(cell: Cell) -> Cell:
    return safe(cell) if isinstance(cell, str) else cell


def xlsx(title: str, head: Iterable[str], rows: Iterable[Row]) -> bytes:
    """A workbook of one sheet; texts are texts, whatever they begin with."""
    import xlsxwriter

    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, options)
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, list(head), book.add_format({"bold": True}))
        for place, row in enumerate(rows, start=1):
            sheet.write_row(place, 0, list(row))
        book.close()
        file.seek(0)
        return file.read()


class _Sent(io.RawIOBase):
    """A file that is written and taken away piece by piece; nothing goes back to its beginning."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def zipped(files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """A zip of named texts, sent while they are made: no more than one is in memory."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files:
            packed.writestr(name, text)
            yield sent.take()
    yield sent.take()
