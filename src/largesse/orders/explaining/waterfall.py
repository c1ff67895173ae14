"""A waterfall: how an order came down from its gross to what is due, drawn to scale.

Positions are text in the units of the picture, because a template writes them into SVG as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from largesse.orders.explaining.scale import Tick, round_unit, tenths, tick

WIDTH: Final = 1000
HEIGHT: Final = 262
_LEFT: Final = 44
_RIGHT: Final = 996
_TOP: Final = 24
_FLOOR: Final = 222


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


class Waterfall(Struct, frozen=True):
    """Bars from left to right, and the grid behind them."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


def waterfall(steps: Sequence[Step], exponent: int) -> Waterfall:
    """The picture of steps, the first of which is whole; `exponent` is the currency's."""
    levels = _levels(steps)
    top = max((*levels, 1))
    unit = round_unit(top)
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
                x=tenths(x),
                y=tenths(y),
                width=tenths(width),
                # Whatever happened can be seen, however small it is beside the rest.
                height=tenths(max(_y(low, scale) - y, 12)),
                flat=low == high,
                middle=tenths(x + width // 2),
                figure_y=tenths(y - 70),
                level=tenths(_y(after, scale)),
                right=tenths(x + width),
                next_x=tenths(x + slot) if i + 1 < len(steps) else "",
            )
        )
        before = after
    ticks = tuple(
        tick(amount, unit, exponent, _y(amount, scale)) for amount in range(0, scale + 1, unit)
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


def _y(amount: int, scale: int) -> int:
    """In tenths: whole numbers, so that the picture is the same on every machine."""
    return _FLOOR * 10 - amount * (_FLOOR - _TOP) * 10 // scale
