"""The table of the plot as a file: a row for each day, a column for each kind of offer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from largesse.backoffice import exporting
from largesse.backoffice.dashboard.figures import KINDS, Figures
from largesse.backoffice.journal import DISCOUNTS
from largesse.engine.money import Currency
from largesse.ledger.models import Event
from largesse.sheets.writing import Cell

HEAD: Final = (
    "Day", *DISCOUNTS.values(), "Given", "Sales before discounts", "Sales with an offer",
)  # fmt: skip


def file(request: HttpRequest, kind: str, figures: Figures, currency: Currency) -> HttpResponseBase:
    """The days as CSV or as a workbook; that it was taken away is recorded."""
    first, last = figures.days[0].day, figures.days[-1].day
    exporting.record(request, Event, f"What offers cost by day, {first} to {last}", kind)
    name = f"offers-by-day-{first}-{last}"
    return exporting.sheet(kind, name, "Offers by day", HEAD, _rows(figures, currency))


def _rows(figures: Figures, currency: Currency) -> Iterator[list[Cell]]:
    """Amounts as numbers with their decimals."""
    for day in figures.days:
        sums = day.sums
        amounts = (
            *(day.by_kind.get(kind, 0) for kind in KINDS),
            *(sums.given, sums.sales, sums.offered),
        )
        yield [day.day.isoformat(), *(float(currency.format(amount)) for amount in amounts)]
