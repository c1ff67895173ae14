"""How faults are worded: places, kinds of values, and what was perhaps meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

Place = tuple[Any, ...]
"""The names and numbers that lead to a value."""


def path_of(place: Place) -> str:
    """A place as people write it.

    >>> path_of(("carts", 0, "lines", 2, "quantity"))
    'carts[0].lines[2].quantity'
    """
    text = ""
    for key in place:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def did_you_mean(word: Any, known: Collection[str]) -> str:
    """What was meant, perhaps: the nearest of the known words."""
    if not isinstance(word, str) or len(word) > 80 or len(known) > 5000:
        return ""
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


_ARTICLES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (Mapping, "an object"),
    ((list, tuple), "a list"),
    (str, "text"),
    (bool, "true or false"),
    ((int, float, Decimal), "a number"),
    (date, "a date"),
    (bytes, "bytes"),
    (type(None), "nothing"),
)


def article(value: Any) -> str:
    """What a value is."""
    return next((name for kinds, name in _ARTICLES if isinstance(value, kinds)), "something else")
