"""What offers cost by day, as the card tells it: the plot, its legend, and the table of both."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from largesse.backoffice.dashboard.figures import Figures, Sums
from largesse.backoffice.dashboard.plot import LOOKS, Plot, plot
from largesse.backoffice.journal import DISCOUNTS
from largesse.engine.money import Currency


class Key(NamedTuple):
    """A kind of offer: the class of its colour, and what it cost on all days."""

    look: str
    title: str
    amount: int


class Row(NamedTuple):
    """A day: what each kind of the legend cost on it."""

    day: date
    amounts: tuple[int, ...]
    sums: Sums


class ByDay(NamedTuple):
    """The card. Without a key nothing was given."""

    keys: tuple[Key, ...]
    rows: tuple[Row, ...]
    """The newest first."""
    sums: Sums
    plot: Plot


def by_day(figures: Figures, currency: Currency) -> ByDay:
    """The card of some figures; kinds that nothing was booked to are left out."""
    kinds = figures.kinds
    rows = tuple(
        Row(day.day, tuple(day.by_kind.get(kind, 0) for kind in kinds), day.sums)
        for day in reversed(figures.days)
    )
    keys = tuple(Key(LOOKS[kind], DISCOUNTS[kind], figures.of(kind)) for kind in kinds)
    return ByDay(keys, rows, figures.sums, plot(figures.days, currency))
