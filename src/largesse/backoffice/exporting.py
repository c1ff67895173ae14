"""Lists are exported as CSV: all rows that the filters leave, and no cell is a formula (QU-44)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import models
from django.http import StreamingHttpResponse

from largesse.engine.money import Currency, percent_string
from largesse.records import AmountField, RateField
from largesse.sheets.cells import safe

__all__ = ["cell", "response", "safe"]


def cell(field: models.Field[Any, Any], row: models.Model, currency: Currency) -> str | int:
    """What one field of a row says; numbers stay numbers."""
    value = field.value_from_object(row)
    if value is None or value == "":
        return ""
    if isinstance(field, models.ForeignKey):
        return safe(str(getattr(row, field.name)))
    if isinstance(field, AmountField):
        return currency.format(value)
    if isinstance(field, RateField):
        return percent_string(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(field, models.UUIDField):
        return getattr(row, "public_id", str(value))
    return safe(str(value))


class _Line:
    """What `csv` writes a line to, to be sent on at once."""

    def write(self, text: str) -> str:
        return text


def response(
    name: str, head: Iterable[str], rows: Iterable[Iterable[str | int]]
) -> StreamingHttpResponse:
    """A CSV file that is sent while it is read, with the mark by which spreadsheets know UTF-8."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Line())
        yield "\ufeff" + writer.writerow(head)
        for row in rows:
            yield writer.writerow(row)

    sent = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    sent["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return sent
