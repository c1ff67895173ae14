"""Lists that are taken away as files: all rows that the search and the filters leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from unfold.views import ChangeList  # type: ignore[import-untyped]

from largesse.backoffice import exporting
from largesse.backoffice.amounts import currency_of
from largesse.backoffice.base import RecordAdmin
from largesse.engine.money import Currency
from largesse.sheets.writing import Row

ROWS_AT_ONCE: Final = 500


class SheetList(ChangeList):  # type: ignore[misc]
    """A list whose address may ask for a file by `?as=`."""

    def get_filters_params(self, params: Any = None) -> Any:
        """The filters; the kind of a file is none of them."""
        found = super().get_filters_params(params)
        found.pop("as", None)
        return found


class SheetPages(RecordAdmin):
    """The pages of such a list. `sheet_head` are the titles of the columns, `called` names the rows."""

    sheet_head: ClassVar[Sequence[str]] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return SheetList

    def sheet_rows(self, rows: Iterable[Any], currency: Currency) -> Iterator[Row]:
        """The rows of the file; amounts are numbers with their decimals."""
        raise NotImplementedError

    def file(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """The list as CSV, or as a workbook by `?as=xlsx`; that it was done is recorded."""
        kind = "xlsx" if request.GET.get("as") == "xlsx" else "csv"
        rows = self.get_changelist_instance(request).get_queryset(request)
        called = self.called or str(self.opts.verbose_name_plural)
        exporting.record(request, self.model, f"{rows.count()} {called}", kind)
        cells = self.sheet_rows(rows.iterator(chunk_size=ROWS_AT_ONCE), currency_of(request))
        return exporting.sheet(kind, name, called.capitalize(), self.sheet_head, cells)


def moment(at: datetime | None) -> str:
    """An instant in the business's zone, as files have it."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at is not None else ""


def day(at: datetime | None) -> str:
    """The business's day of an instant."""
    return timezone.localtime(at).date().isoformat() if at is not None else ""
