"""Wrong voucher numbers are counted at a till too, so that nobody finds one by trying (QU-41).

What consists of digits alone, as the barcodes of products do, counts only if it is as long as a
sequential voucher's number: unknown goods must not lock the till's vouchers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from largesse.engine.cart import normal_code
from largesse.offers import guessing
from largesse.offers.guessing import Entrant
from largesse.till.counter import Counter

_SEQUENTIAL_LENGTH: Final = 9


def _entrant(counter: Counter) -> Entrant:
    return Entrant("till", f"{counter.location.code}, till {counter.till}")


def is_blocked(counter: Counter, at: datetime) -> bool:
    """Whether too many wrong numbers were entered at a till for vouchers to be looked at."""
    return guessing.is_blocked(_entrant(counter), at)


def may_be_told(counter: Counter, code: str, at: datetime) -> bool:
    """Count a wrong number; whether the till may say what is wrong with it."""
    number = normal_code(code)
    if number.isdecimal() and len(number) != _SEQUENTIAL_LENGTH:
        return True
    return guessing.charge(_entrant(counter), [number], at)


def open_again(at: datetime) -> datetime:
    """When vouchers are looked at again."""
    return guessing.open_again(at)
