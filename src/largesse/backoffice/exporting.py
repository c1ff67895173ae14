"""Lists are exported as CSV, reports as workbooks too: all rows that the filters leave, no cell a
formula (QU-44). That it was done is recorded.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from largesse.backoffice.site import staff
from largesse.engine.money import Currency, percent_string
from largesse.records import AmountField, RateField
from largesse.sheets.cells import safe
from largesse.sheets.writing import Row, csv_lines, xlsx

__all__ = ["KINDS", "cell", "record", "response", "safe", "sheet"]

KINDS: Final = ("csv", "xlsx")
"""The kinds of files; an address asks for one by `?as=`."""

_CSV: Final = "text/csv; charset=utf-8"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def record(request: HttpRequest, model: type[models.Model], what: str, kind: str) -> None:
    """Keep who took which records away."""
    LogEntry.objects.create(
        user=staff(request),
        content_type=get_content_type_for_model(model),
        object_repr=what[:200],
        action_flag=CHANGE,
        change_message=f"Exported as {kind.upper()}.",
    )


def sheet(
    kind: str, name: str, title: str, head: Iterable[str], rows: Iterable[Row]
) -> HttpResponseBase:
    """Rows as a file `name`: CSV that is sent while it is read, or a workbook of one sheet."""
    sent: HttpResponseBase
    if kind == "csv":
        sent = StreamingHttpResponse(csv_lines(head, rows), content_type=_CSV)
    else:
        sent = HttpResponse(xlsx(title, head, rows), content_type=_XLSX)
    sent["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return sent


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

    sent = StreamingHttpResponse(lines(), content_type=_CSV)
    sent["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return sent
