"""What a backtest found, as tables: by offer, by week, and by offer and week.

Amounts are exact decimals in the book's currency, rates are shares with six decimals.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from largesse.engine.book import OfferBook
from largesse.engine.money import Currency
from largesse.files import written_whole
from largesse.lab.backtest import OfferSums, Tally, WeekSums

MILLIONTH = Decimal("0.000001")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula (QU-44)."""


class OfferRow(Struct, frozen=True):
    """One offer in one week, or in all of them (None).

    `orders_gross` is the shelf value of the orders that it touched, `rate` its cost as a share of
    that, `share` its cost as a share of all discounts of the week, or of all.
    """

    week: date | None
    stage: str
    offer: str
    title: str
    cost: Decimal
    orders: int
    units: int
    orders_gross: Decimal
    rate: Decimal
    share: Decimal


class WeekRow(Struct, frozen=True):
    """One week, or all of them (None); `rate` is the discount as a share of the shelf value.

    `recorded_discount` is what the business itself gave on the same orders, and its rate likewise.
    """

    week: date | None
    orders: int
    lines: int
    orders_touched: int
    gross: Decimal
    discount: Decimal
    rate: Decimal
    recorded_discount: Decimal
    recorded_rate: Decimal
    unproven: int


Row = OfferRow | WeekRow


class Report(Struct, frozen=True):
    """A backtest's result; offers stand by cost, the largest first, then by code."""

    currency: str
    total: WeekRow
    offers: tuple[OfferRow, ...]
    weeks: tuple[WeekRow, ...]
    offer_weeks: tuple[OfferRow, ...]


def report(book: OfferBook, tally: Tally) -> Report:
    """The tables of a tally; an offer that did nothing has its row too."""
    money = _money(book.currency.exponent)
    total = WeekSums()
    for of_week in tally.weeks.values():
        total.add(of_week)
    offers = {(p.stage.value, code): OfferSums() for code, p in book.promotions.items()}
    for (stage, offer, _), sums in tally.offers.items():
        offers.setdefault((stage, offer), OfferSums()).add(sums)
    titles = {code: promotion.name for code, promotion in book.promotions.items()}

    def row(
        week: date | None, stage: str, offer: str, sums: OfferSums, all_discounts: int
    ) -> OfferRow:
        return OfferRow(
            week=week,
            stage=stage,
            offer=offer,
            title=titles.get(offer, offer),
            cost=money(sums.cost),
            orders=sums.orders,
            units=sums.units,
            orders_gross=money(sums.gross),
            rate=_rate(sums.cost, sums.gross),
            share=_rate(sums.cost, all_discounts),
        )

    return Report(
        currency=book.currency.code,
        total=_week_row(None, total, money),
        offers=tuple(
            row(None, stage, offer, sums, total.discount)
            for (stage, offer), sums in sorted(
                offers.items(), key=lambda item: (-item[1].cost, item[0][1], item[0][0])
            )
        ),
        weeks=tuple(_week_row(week, tally.weeks[week], money) for week in sorted(tally.weeks)),
        offer_weeks=tuple(
            row(week, stage, offer, sums, tally.weeks[week].discount)
            for (stage, offer, week), sums in sorted(
                tally.offers.items(), key=lambda item: (item[0][2], -item[1].cost, item[0])
            )
        ),
    )


def write_report(found: Report, folder: Path) -> list[Path]:
    """Write each table as CSV and parquet, and all as JSON; each file is whole or not there."""
    written = [_write(folder / "backtest.json", msgspec.json.format(msgspec.json.encode(found)))]
    exponent = Currency.of(found.currency).exponent
    of_offers, of_weeks = OfferRow.__struct_fields__, WeekRow.__struct_fields__
    for name, columns, rows in (
        ("offers", of_offers[1:], found.offers),
        ("weeks", of_weeks, found.weeks),
        ("offer_weeks", of_offers, found.offer_weeks),
    ):
        written.append(_write(folder / f"{name}.csv", _csv(columns, rows)))
        written.append(_write(folder / f"{name}.parquet", _parquet(columns, rows, exponent)))
    return written


def _write(path: Path, content: bytes) -> Path:
    with written_whole(path) as partial:
        partial.write_bytes(content)
    return path


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(getattr(row, column)) for column in columns] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _parquet(columns: Sequence[str], rows: Sequence[Row], exponent: int) -> bytes:
    money, rate = pa.decimal128(38, exponent), pa.decimal128(38, 6)
    kinds = {
        **dict.fromkeys(("stage", "offer", "title"), pa.string()),
        **dict.fromkeys(("cost", "orders_gross", "gross", "discount", "recorded_discount"), money),
        **dict.fromkeys(("rate", "share", "recorded_rate"), rate),
        "week": pa.date32(),
    }
    table = pa.table(
        {
            column: pa.array([getattr(row, column) for row in rows], kinds.get(column, pa.int64()))
            for column in columns
        }
    )
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    return file.getvalue()


def _week_row(week: date | None, sums: WeekSums, money: Callable[[int], Decimal]) -> WeekRow:
    return WeekRow(
        week=week,
        orders=sums.orders,
        lines=sums.lines,
        orders_touched=sums.orders_touched,
        gross=money(sums.gross),
        discount=money(sums.discount),
        rate=_rate(sums.discount, sums.gross),
        recorded_discount=money(sums.recorded_discount),
        recorded_rate=_rate(sums.recorded_discount, sums.gross),
        unproven=sums.unproven,
    )


def _money(exponent: int) -> Callable[[int], Decimal]:
    return lambda minor: Decimal(minor).scaleb(-exponent)


def _rate(part: int, whole: int) -> Decimal:
    if not whole:
        return Decimal(0).quantize(MILLIONTH)
    return (Decimal(part) / whole).quantize(MILLIONTH, ROUND_HALF_UP)
