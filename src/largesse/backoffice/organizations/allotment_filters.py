"""How lists of allotments are filtered: by state, and by the days in which they hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from largesse.backoffice.entry_pages import start_of
from largesse.backoffice.organizations.allotment_rows import is_over


class InState(admin.SimpleListFilter):
    """Those that aren't closed, if nothing else is chosen."""

    title = "state"
    parameter_name = "state"
    EVERY = "all"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("open", "Not closed"),
            ("available", "Available"),
            ("planned", "Planned"),
            ("used_up", "Used up"),
            ("ended", "Ended"),
            ("closed", "Closed"),
        ]

    def value(self) -> str:
        return super().value() or "open"

    def choices(self, changelist: Any) -> Iterator[Any]:
        every = {self.parameter_name: self.EVERY}
        yield {
            "selected": self.value() == self.EVERY,
            "query_string": changelist.get_query_string(every),
            "display": "All",
        }
        for name, words in self.lookup_choices:
            yield {
                "selected": self.value() == name,
                "query_string": changelist.get_query_string({self.parameter_name: name}),
                "display": words,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        is_planned = Q(starts__gt=now)
        match self.value():
            case "available":
                return queryset.filter(available__gt=0).exclude(is_planned)
            case "planned":
                return queryset.filter(is_planned).exclude(is_over(now))
            case "used_up":
                return queryset.filter(left__lte=0).exclude(is_over(now))
            case "ended":
                return queryset.filter(closed=False, ends__lte=now)
            case "closed":
                return queryset.filter(closed=True)
            case self.EVERY:
                return queryset
            case _:
                return queryset.filter(closed=False)


class RunsIn(admin.SimpleListFilter):
    """Those that hold on some day of a month or a year of the business."""

    title = "runs in"
    parameter_name = "runs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("month", "This month"),
            ("next-month", "Next month"),
            ("year", "This year"),
            ("next-year", "Next year"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        span = _span(self.value() or "", timezone.localdate())
        if span is None:
            return queryset
        since, until = span
        begins = Q(starts=None) | Q(starts__lt=until)
        return queryset.filter(begins, Q(ends=None) | Q(ends__gt=since))


def _span(name: str, today: date) -> tuple[datetime, datetime] | None:
    """The first instant of a named month or year, and the first one after it."""
    month = today.replace(day=1)
    next_month, year = _month_after(month), today.replace(month=1, day=1)
    next_year = year.replace(year=year.year + 1)
    spans = {
        "month": (month, next_month),
        "next-month": (next_month, _month_after(next_month)),
        "year": (year, next_year),
        "next-year": (next_year, next_year.replace(year=next_year.year + 1)),
    }
    if name not in spans:
        return None
    since, until = (start_of(day) for day in spans[name])
    assert since is not None
    assert until is not None
    return since, until


def _month_after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
