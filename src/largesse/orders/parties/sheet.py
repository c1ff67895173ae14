"""A party's report as the rows of a sheet: what each is about, what it is, and its amount."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from largesse.engine.money import Currency
from largesse.engine.window import Calendar
from largesse.orders.parties.report import Report
from largesse.sheets.writing import Cell

HEAD: Final = ("Section", "What", "Who", "State", "Day", "Amount")


Row = tuple[str, str, str, str, datetime | None, int]


def rows(report: Report, currency: Currency, calendar: Calendar) -> Iterator[list[Cell]]:
    """The rows of a report; amounts are numbers with their decimals, days those of the business."""
    for section, what, who, state, at, amount in _rows(report):
        day = "" if at is None else calendar.day_of(at).isoformat()
        yield [section, what, who, state, day, float(currency.format(amount))]


def _rows(report: Report) -> Iterator[Row]:
    for guest in report.guests:
        order = guest.order
        who, state = order.buyer_name, order.get_state_display()
        yield "Guest order", order.number, who, state, order.placed_at, guest.merchandise
    yield "Total", "Party total", "", report.party.get_state_display(), None, report.totals.total
    yield from _awards(report)
    for correction in report.corrections:
        what, state = f"Order {correction.order.number}", correction.get_state_display()
        yield "Correction", what, "", state, correction.at, -correction.amount
    kept = report.retained
    for what, amount in (
        ("As the sprees say", kept.as_set),
        ("With the products of all sprees", kept.with_all),
        ("Without the products of sprees", kept.without_any),
    ):
        yield "Retained earnings", what, "", "", None, amount


def _awards(report: Report) -> Iterator[Row]:
    host, reward = report.party.host.name, report.reward
    state = "" if reward is None else reward.get_state_display()
    for each in report.awards:
        for what, amount in (
            ("Award", each.award),
            ("Spent", each.spent),
            ("Due", each.due),
            ("Left", each.left),
            ("Carried over", each.carried_over),
        ):
            yield each.title, what, host, state, None, amount
        if each.rep is not None:
            yield each.title, "Taxable income", each.rep, state, None, each.rep_income
