"""Labels that a scale prints are EAN-13 codes of the store's own, with a price or a weight in them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from msgspec import Struct

PRICED: Final = "21"
WEIGHED: Final = "22"


class Label(Struct, frozen=True):
    """What a label says: `item` is the product's barcode, its first seven digits; then the price of the
    piece in minor units, or its weight in thousandths.
    """

    item: str
    price: int | None = None
    weight: Decimal | None = None


def check_digit(digits: str) -> str:
    """The last digit of an EAN-13 whose first twelve these are.

    >>> check_digit("400638133393")
    '1'
    """
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-weighted % 10)


def label_of(code: str) -> Label | None:
    """What a scanned label says; None for what is none, or was misread.

    >>> label_of("2104711003508").price, label_of("2204711003505").weight
    (350, Decimal('0.350'))
    """
    if len(code) != 13 or not (code.isascii() and code.isdecimal()):
        return None
    if code[:2] not in (PRICED, WEIGHED) or check_digit(code[:12]) != code[12]:
        return None
    value = int(code[7:12])
    if not value:
        return None
    if code.startswith(PRICED):
        return Label(code[:7], price=value)
    return Label(code[:7], weight=Decimal(value).scaleb(-3))
