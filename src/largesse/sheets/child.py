"""A process that reads one workbook and nothing else: bounded in memory and time, so that a file made
to exhaust a reader ends this process and no other.

`python -m largesse.sheets.child` takes the file on its standard input and answers its rows as JSON.
"""

from __future__ import annotations

import io
import sys
from typing import Final

MEMORY_MAX: Final = 2 << 30
SECONDS_MAX: Final = 30
ROWS_MAX: Final = 200_001
"""Rows, the titles among them."""

COLUMNS_MAX: Final = 50

TOO_LARGE: Final = 3
"""The exit code for a sheet with more rows or columns."""

UNREADABLE: Final = 4


def main() -> int:
    """Read, check, write; the exit code says what was wrong."""
    _bound()
    import msgspec
    from python_calamine import CalamineWorkbook

    from largesse.sheets.cells import text_of

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        sheet = book.get_sheet_by_index(0)
        last_row, last_column = sheet.end or (0, 0)
        if last_row >= ROWS_MAX or last_column >= COLUMNS_MAX:
            return TOO_LARGE
        rows = [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except MemoryError:
        return TOO_LARGE
    except Exception:
        return UNREADABLE
    sys.stdout.buffer.write(msgspec.json.encode(rows))
    return 0


def _bound() -> None:
    """Let the machine end this process where it takes too much."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_AS, MEMORY_MAX), (resource.RLIMIT_CPU, SECONDS_MAX)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            continue


if __name__ == "__main__":
    sys.exit(main())
