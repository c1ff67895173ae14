"""A waterfall: how an order came down from its gross to what is due, drawn to scale.

Positions are text in the units of the picture, because a template writes them into SVG as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from largesse.engine.money import decimal_string

WIDTH: Final = 1000
HEIGHT: Final = 262
_LEFT: Final = 44
_RIGHT: Final = 996
_TOP: Final = 24
_FLOOR: Final = 222
_TICKS_MAX: Final = 5


class Step(NamedTuple):
    """One thing that happened to the amount: by how much it changed, and how that is told.

    A `whole` step stands on the floor: the gross, and what is due.
    """

    label: str
    note: str
    change: int
    look: str
    """The class of its colour."""
    whole: bool = False


class Bar(Struct, frozen=True):
    """A step as it is drawn: its rectangle, where its words stand, the line that leads to the next."""

    label: str
    note: str
    change: int
    whole: bool
    look: str
    x: str
    y: str
    width: str
    height: str
    flat: bool
    """Nothing happened: a line instead of a rectangle."""
    middle: str
    figure_y: str
    level: str
    """Where the amount is after it."""
    right: str
    next_x: str


class Tick(Struct, frozen=True):
    """A line of the grid at a round amount, written without needless decimals."""

    text: str
    y: str
    text_y: str


class Waterfall(Struct, frozen=True):
    """Bars from left to right, and the grid behind them."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def waterfall(steps: Sequence[Step], exponent: int) -> Waterfall:
    """The picture of steps, the first of which is whole; `exponent` is the currency's."""
    levels = _levels(steps)
    top = max((*levels, 1))
    unit = _round_unit(top)
    scale = -(-top // unit) * unit
    slot = (_RIGHT - _LEFT) * 10 // len(steps)
    bars = []
    before = 0
    for i, (step, after) in enumerate(zip(steps, levels, strict=True)):
        low, high = (0, after) if step.whole else sorted((before, after))
        x = _LEFT * 10 + i * slot + slot * 14 // 100
        width = slot * 72 // 100
        y = _y(high, scale)
        bars.append(
            Bar(
                label=step.label,
                note=step.note,
                change=step.change,
                whole=step.whole,
                look=step.look,
                x=_text(x),
                y=_text(y),
                width=_text(width),
                # Whatever happened can be seen, however small it is beside the rest.
                height=_text(max(_y(low, scale) - y, 12)),
                flat=low == high,
                middle=_text(x + width // 2),
                figure_y=_text(y - 70),
                level=_text(_y(after, scale)),
                right=_text(x + width),
                next_x=_text(x + slot) if i + 1 < len(steps) else "",
            )
        )
        before = after
    ticks = tuple(
        Tick(
            _tick_text(amount, unit, exponent),
            _text(_y(amount, scale)),
            _text(_y(amount, scale) + 40),
        )
        for amount in range(0, scale + 1, unit)
    )
    return Waterfall(tuple(bars), ticks)


def _levels(steps: Sequence[Step]) -> list[int]:
    """The amount after each step."""
    levels = []
    running = 0
    for step in steps:
        running = step.change if step.whole else running + step.change
        levels.append(running)
    return levels


def _round_unit(top: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … of which at most five reach the top."""
    unit = 1
    while True:
        for factor in (1, 2, 5):
            if -(-top // (unit * factor)) <= _TICKS_MAX:
                return unit * factor
        unit *= 10


def _tick_text(amount: int, unit: int, exponent: int) -> str:
    whole, rest = divmod(unit, 10**exponent)
    return f"{amount // 10**exponent:,}" if whole and not rest else decimal_string(amount, exponent)


def _y(amount: int, scale: int) -> int:
    """In tenths: whole numbers, so that the picture is the same on every machine."""
    return _FLOOR * 10 - amount * (_FLOOR - _TOP) * 10 // scale


def _text(tenths: int) -> str:
    return decimal_string(tenths, 1)
