"""What offers cost by day as stacked bars; what was booked back beyond it hangs below the floor.

Positions are text in the units of the picture, because a template writes them into SVG as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from largesse.backoffice.dashboard.figures import DayFigures
from largesse.engine.money import Currency
from largesse.ledger.accounts import Kind
from largesse.orders.explaining.scale import Tick, round_unit, tenths, tick
from largesse.pages.figures import amount_text, day_text

WIDTH: Final = 680
HEIGHT: Final = 318
_RIGHT: Final = 6760
_TOP: Final = 100
_FLOOR: Final = 2940
_DIGIT: Final = 65
"""How wide a digit of the axis is."""
_WIDEST: Final = 420
"""How wide a bar is at most."""
_GAP: Final = 8
"""What is left free between two pieces of a bar."""
_LABELS_MAX: Final = 7

LOOKS: Final[Mapping[Kind, str]] = {
    Kind.PROMOTIONS: "p1",
    Kind.DEALS: "p2",
    Kind.PARTNER_VOUCHERS: "p3",
    Kind.ALLOTMENTS: "p4",
    Kind.SPREES: "p5",
    Kind.GIVEAWAY_STOCK: "p6",
    Kind.MANUAL: "p7",
}
"""The class of each kind's colour."""


class Piece(Struct, frozen=True):
    """What one kind of offer cost on a day."""

    look: str
    y: str
    height: str


class Bar(Struct, frozen=True):
    """A day: its pieces, the strip in which a pointer is on it, and what is told of it."""

    day: str
    x: str
    width: str
    pieces: tuple[Piece, ...]
    strip_x: str
    strip_width: str
    middle: str
    words: str
    label: str
    """What stands below it; empty of days between."""


class Plot(Struct, frozen=True):
    """Bars from left to right, and the grid behind them. `left` is where the grid begins, `text_x`
    where its amounts end.
    """

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    left: str
    text_x: str
    floor: str


def plot(days: Sequence[DayFigures], currency: Currency) -> Plot:
    """The picture of some days, at least one."""
    highs = [sum(n for n in day.by_kind.values() if n > 0) for day in days]
    lows = [sum(n for n in day.by_kind.values() if n < 0) for day in days]
    least = min(*lows, 0)
    unit = round_unit(max(*highs, 1) - least)
    most = -(-max(*highs, 1) // unit) * unit

    def y(amount: int) -> int:
        return _FLOOR - (amount - least) * (_FLOOR - _TOP) // (most - least)

    lines = tuple(
        tick(amount, unit, currency.exponent, y(amount))
        for amount in range(-(-least // unit) * unit, most + 1, unit)
    )
    text_x = max(len(line.text) for line in lines) * _DIGIT + 20
    left = text_x + 80
    edges = [left + (_RIGHT - left) * i // len(days) for i in range(len(days) + 1)]
    every = -(-len(days) // _LABELS_MAX)
    bars = tuple(
        _bar(day, edges[i], edges[i + 1] - edges[i], y, currency, is_labelled=i % every == 0)
        for i, day in enumerate(days)
    )
    return Plot(bars, lines, tenths(left), tenths(text_x), tenths(y(0)))


def _bar(
    day: DayFigures,
    x: int,
    slot: int,
    y: Callable[[int], int],
    currency: Currency,
    *,
    is_labelled: bool,
) -> Bar:
    width = min(slot * 68 // 100, _WIDEST)
    words = f"{day_text(day.day)}: {amount_text(day.sums.given, currency)} given"
    return Bar(
        day=day.day.isoformat(),
        x=tenths(x + (slot - width) // 2),
        width=tenths(width),
        pieces=tuple(_pieces(day.by_kind, y)),
        strip_x=tenths(x),
        strip_width=tenths(slot),
        middle=tenths(x + slot // 2),
        words=words,
        label=_short(day.day) if is_labelled else "",
    )


def _pieces(by_kind: Mapping[Kind, int], y: Callable[[int], int]) -> list[Piece]:
    """Each kind on top of those before it, or below them where more was booked back."""
    pieces = []
    high = low = 0
    for kind, look in LOOKS.items():
        amount = by_kind.get(kind, 0)
        if amount > 0:
            top, bottom = y(high + amount), y(high)
            high += amount
        elif amount < 0:
            top, bottom = y(low), y(low + amount)
            low += amount
        else:
            continue
        # Whatever was given can be seen, however little it is.
        pieces.append(Piece(look, tenths(top), tenths(max(bottom - top - _GAP, 6))))
    return pieces


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"
