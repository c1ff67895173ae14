"""An axis of a picture: lines at round amounts, and positions as the text that SVG takes.

Positions are whole tenths of the picture's units, so that it is the same on every machine.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from largesse.engine.money import decimal_string

TICKS_MAX: Final = 5


class Tick(Struct, frozen=True):
    """A line of the grid at a round amount, written without needless decimals."""

    text: str
    y: str
    text_y: str


def round_unit(span: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … of which at most five reach over a span."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if -(-span // (unit * factor)) <= TICKS_MAX:
                return unit * factor
        unit *= 10


def tick(amount: int, unit: int, exponent: int, at: int) -> Tick:
    """The line of an amount, at so many tenths from the top; `exponent` is the currency's."""
    return Tick(_text(amount, unit, exponent), tenths(at), tenths(at + 40))


def _text(amount: int, unit: int, exponent: int) -> str:
    whole, rest = divmod(unit, 10**exponent)
    is_whole = whole > 0 and not rest
    text = f"{amount // 10**exponent:,}" if is_whole else decimal_string(amount, exponent)
    return text.replace("-", "\N{MINUS SIGN}")


def tenths(position: int) -> str:
    """
    >>> tenths(125)
    '12.5'
    """
    return decimal_string(position, 1)
