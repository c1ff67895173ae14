"""Cells as text: what a sheet holds is told as people would type it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

DIGITS_KEPT: Final = 15
"""So many digits of a number a spreadsheet keeps; of a longer one it has forgotten the rest."""

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""


def text_of(value: object) -> str:
    """A cell as text: whole numbers without decimals, days as ISO 8601.

    A number with more digits than a spreadsheet keeps is told with its power of ten, as it would be
    shown there: it is not what somebody typed.

    >>> text_of(12.0), text_of(10.5), text_of(date(2027, 1, 31)), text_of(1234567890123456789)
    ('12', '10.5', '2027-01-31', '1.235e+18')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float() if abs(value) >= 10**DIGITS_KEPT:
            return f"{value:.3e}"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return str(value).strip()


def safe(text: str) -> str:
    """The text as a cell that no spreadsheet computes.

    >>> safe("=1+1"), safe("-5"), safe("mug")
    ("'=1+1", "'-5", 'mug')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
