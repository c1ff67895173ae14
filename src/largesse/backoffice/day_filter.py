"""A list is narrowed to the rows of some days: from one, to another, both inclusive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from largesse.pages.figures import day_text


class DaysBetween(admin.ListFilter):
    """Those with a `field` within some days; without a first or a last one there is no such limit."""

    field: ClassVar[str]

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any):
        super().__init__(request, params, model, model_admin)
        for name in (self.first_name, self.last_name):
            said = params.pop(name, None)
            if said:
                self.used_parameters[name] = said[-1]

    def expected_parameters(self) -> list[str | None]:
        return [self.first_name, self.last_name]

    @property
    def first_name(self) -> str:
        return f"{self.field}_from"

    @property
    def last_name(self) -> str:
        return f"{self.field}_to"

    @property
    def first(self) -> date | None:
        return _day(self.used_parameters.get(self.first_name))

    @property
    def last(self) -> date | None:
        return _day(self.used_parameters.get(self.last_name))

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        ends = {f"{self.field}__gte": self.first, f"{self.field}__lte": self.last}
        return queryset.filter(**{name: day for name, day in ends.items() if day is not None})

    def choices(self, changelist: Any) -> Iterator[Any]:
        """All days; and what is chosen, in words."""
        chosen = self._said()
        without = changelist.get_query_string(remove=self.expected_parameters())
        yield {"selected": not chosen, "query_string": without, "display": "All"}
        if chosen:
            yield {"selected": True, "query_string": "", "display": chosen}

    def _said(self) -> str:
        first, last = self.first, self.last
        if first is not None and last is not None:
            return f"{day_text(first)} to {day_text(last)}"
        if first is not None:
            return f"from {day_text(first)}"
        return "" if last is None else f"until {day_text(last)}"


def _day(said: Any) -> date | None:
    """The day that an address names; none where it names no day."""
    try:
        return date.fromisoformat(str(said or ""))
    except ValueError:
        return None
