"""An uploaded sheet becomes rows of text, whatever wrote it: .xls, .xlsx or .csv (VO-32, QU-44)."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import msgspec

from largesse.engine.faults import Fault, Faults
from largesse.sheets import child

SIZE_MAX: Final = 20 << 20
"""The largest file, in bytes."""

UNZIPPED_MAX: Final = 300 << 20
"""The most that a workbook's parts may come to, in bytes."""

ROWS_MAX: Final = child.ROWS_MAX - 1
COLUMNS_MAX: Final = child.COLUMNS_MAX
KINDS: Final = (".xls", ".xlsx", ".csv")

_TOO_LARGE: Final = f"has more than {ROWS_MAX:,} rows or {COLUMNS_MAX} columns"


class Row(NamedTuple):
    """A row with its number as the spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]


class Sheet(NamedTuple):
    """The first sheet of a file: the titles of its columns, and the rows that are not empty."""

    titles: tuple[str, ...]
    rows: tuple[Row, ...]


def read(name: str, content: bytes) -> Sheet:
    """The sheet of a file; its name says the kind. Formulas are read as the values they had.

    Raises `Faults` for what is no sheet, and what is larger than a sheet of vouchers has reason to be.
    """
    if len(content) > SIZE_MAX:
        raise _fault(f"has more than {SIZE_MAX >> 20} MB")
    kind = next((kind for kind in KINDS if name.lower().endswith(kind)), None)
    if kind is None:
        raise _fault(f"is {', '.join(KINDS[:-1])} or {KINDS[-1]}; {name!r} is none of them")
    rows = _csv_rows(content) if kind == ".csv" else _workbook_rows(content)
    return _sheet(rows)


def _fault(message: str) -> Faults:
    return Faults([Fault("sheet", None, message)])


def _sheet(rows: Sequence[Sequence[str]]) -> Sheet:
    if not rows or not any(rows[0]):
        raise _fault("has no titles in its first row")
    found = (
        Row(number, tuple(cells)) for number, cells in enumerate(rows[1:], start=2) if any(cells)
    )
    return Sheet(_once_each(rows[0]), tuple(found))


def _once_each(titles: Iterable[str]) -> tuple[str, ...]:
    """Titles that tell columns apart: an empty one is the column's number, a second one has it too."""
    found: dict[str, None] = {}
    for place, title in enumerate(titles, start=1):
        name = title or f"Column {place}"
        found[name if name not in found else f"{name} ({place})"] = None
    return tuple(found)


# --- workbooks -------------------------------------------------------------------------------------


def _workbook_rows(content: bytes) -> list[list[str]]:
    if content.startswith(b"PK"):
        _check_parts(content)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "largesse.sheets.child"],
            input=content,
            capture_output=True,
            timeout=2 * child.SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _fault("takes too long to read") from None
    if done.returncode == child.UNREADABLE:
        raise _fault("can't be read as a workbook; save it anew as .xlsx or .csv")
    if done.returncode:
        raise _fault(f"{_TOO_LARGE}, or is made so that it can't be read")
    rows: list[list[str]] = msgspec.json.decode(done.stdout, type=list[list[str]])
    return rows


def _check_parts(content: bytes) -> None:
    """What a workbook says of the size of its parts, before any is unzipped; the reader's process is
    bounded for one that lies.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile:
        raise _fault("is damaged") from None
    if size > UNZIPPED_MAX:
        raise _fault(f"has more than {UNZIPPED_MAX >> 20} MB when unzipped")


# --- CSV -------------------------------------------------------------------------------------------


def _csv_rows(content: bytes) -> list[list[str]]:
    text = _text(content)
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            if len(rows) > ROWS_MAX or len(cells) > COLUMNS_MAX:
                raise _fault(_TOO_LARGE)
            rows.append([cell.strip() for cell in cells])
    except csv.Error as wrong:
        raise _fault(f"is no CSV: {wrong}") from None
    return rows


def _text(content: bytes) -> str:
    """The file's text: UTF-8, or what Windows writes where it is not."""
    if b"\0" in content:
        raise _fault("is no CSV: it has null characters")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """What stands between cells: what the first line has most of."""
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)
