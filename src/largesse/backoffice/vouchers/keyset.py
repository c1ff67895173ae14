"""Lists of millions are paged by keys: from a row on, forwards or back, and never counted (VO-20)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.views import ChangeList  # type: ignore[import-untyped]

AFTER = "after"
BEFORE = "before"


class Order(NamedTuple):
    """What rows are in order of; each row has another value."""

    field: str
    descending: bool = False


class Slice(NamedTuple):
    """Some rows, and the keys to ask for the ones before and after them by; None at an end."""

    rows: list[Any]
    before: str | None
    after: str | None


def slice_of(rows: QuerySet[Any], order: Order, asked: Mapping[str, str], size: int) -> Slice:
    """So many rows after a key or before one; the first ones where none is named, or a wrong one."""
    backwards = BEFORE in asked
    said = asked.get(BEFORE) or asked.get(AFTER) or ""
    if said:
        compare = "lt" if backwards != order.descending else "gt"
        try:
            rows = rows.filter(**{f"{order.field}__{compare}": said})
        except (ValueError, ValidationError):
            backwards, said = False, ""
    sign = "-" if backwards != order.descending else ""
    found = list(rows.order_by(f"{sign}{order.field}")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Slice([], None, None)
    first, last = (str(getattr(row, order.field)) for row in (found[0], found[-1]))
    has_before = more if backwards else bool(said)
    has_after = bool(said) if backwards else more
    return Slice(found, first if has_before else None, last if has_after else None)


class KeysetList(ChangeList):  # type: ignore[misc]
    """A list of the back office that is paged by keys; its page says the order of its rows."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any):
        self.asked = {name: request.GET[name] for name in (AFTER, BEFORE) if request.GET.get(name)}
        super().__init__(request, *args, **kwargs)

    def get_filters_params(self, params: Any = None) -> Any:
        """The filters; where the page begins is none of them."""
        found = super().get_filters_params(params)
        for name in (AFTER, BEFORE):
            found.pop(name, None)
        return found

    def get_results(self, request: HttpRequest) -> None:
        """The rows of one slice. Nothing is counted."""
        order = self.model_admin.order_of(request)
        self.slice = slice_of(self.queryset, order, self.asked, self.list_per_page)
        self.result_list = self.slice.rows
        self.result_count = self.full_result_count = len(self.slice.rows)
        self.show_full_result_count = False
        self.show_admin_actions = bool(self.slice.rows)
        self.can_show_all, self.multi_page = False, False
        self.paginator = self.model_admin.get_paginator(
            request, self.slice.rows, self.list_per_page
        )

    @property
    def before_address(self) -> str | None:
        """The address of the slice before this one."""
        return self._address(BEFORE, self.slice.before)

    @property
    def after_address(self) -> str | None:
        return self._address(AFTER, self.slice.after)

    def _address(self, name: str, key: str | None) -> str | None:
        if key is None:
            return None
        other = AFTER if name == BEFORE else BEFORE
        address: str = self.get_query_string({name: key}, [other])
        return address
