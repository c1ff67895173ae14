"""An order's number is short enough to read out, rises with time, and needs no sequence to wait for."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Final

from largesse.ids import ALPHABET

_FIRST_DAY: Final = datetime(2020, 1, 1, tzinfo=UTC)
_CHANCE_DIGITS: Final = 4
_SECOND_DIGITS: Final = 6


def new_number(at: datetime) -> str:
    """A number such as `2M4K9-7QXAB`: the second of the order, then twenty bits of chance.

    Two orders of one second share a number once in a million pairs; the database then refuses the
    second, and another number is drawn.
    """
    seconds = max(0, int((at - _FIRST_DAY).total_seconds()))
    digits = [ALPHABET[seconds >> 5 * i & 31] for i in reversed(range(_SECOND_DIGITS))]
    digits += [secrets.choice(ALPHABET) for _ in range(_CHANCE_DIGITS)]
    text = "".join(digits).upper()
    return f"{text[:5]}-{text[5:]}"
