"""What lists of allotments share: their columns, sums, links, and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import result_headers
from django.db.models import Count, Sum
from django.http import HttpRequest
from django.utils import timezone

from largesse.backoffice.entry_pages import last_moment
from largesse.backoffice.organizations.allotment_rows import (
    ShownAllotment,
    shown,
    state_of,
    with_units,
)
from largesse.backoffice.organizations.sheets import SheetList, SheetPages, day
from largesse.engine.money import Currency
from largesse.offers.models import Allotment
from largesse.pages.states import badge_of
from largesse.sheets.writing import Row


class AllotmentList(SheetList):
    """A list with the units and links of its rows, and the sums of all that the filters leave."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.request = request

    @cached_property
    def shown(self) -> list[ShownAllotment]:
        """The rows of the page."""
        return shown(self.request, self.result_list, timezone.now())

    @cached_property
    def sums(self) -> Mapping[str, int]:
        found: Mapping[str, int] = self.queryset.aggregate(
            count=Count("pk"),
            available_sum=Sum("available", default=0),
            used_sum=Sum("used", default=0),
            granted_sum=Sum("granted", default=0),
        )
        return found

    @property
    def headers(self) -> list[Any]:
        """The heads of the columns, by which the list is sorted; not that of the check boxes."""
        return [each for each in result_headers(self) if "action-toggle" not in str(each["text"])]


class AllotmentPages(SheetPages):
    """All is done through the use cases: what is used is closed, not deleted (AL-11)."""

    called = "allotments"
    purpose = "An allotment is a number of free units of a product that an organization may use."
    list_select_related = ("organization", "product", "product_group")
    sheet_head = (
        "Allotment", "Code", "Organization", "Product", "SKU", "Product group", "State",
        "Available", "Used", "Quantity", "First day", "Last day", "Members only",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        # Not the inherited one, which puts rows in an order that their figures are not in yet.
        return with_units(Allotment.objects.all(), timezone.now())

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return AllotmentList

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Allotment", ordering="title")
    def name(self, row: Any) -> str:
        return str(row.title)

    @admin.display(description="Available", ordering="available")
    def available(self, row: Any) -> int:
        return int(row.available)

    @admin.display(description="Used", ordering="used")
    def used(self, row: Any) -> int:
        return int(row.used)

    @admin.display(description="Quantity", ordering="granted")
    def quantity(self, row: Any) -> int:
        return int(row.granted)

    def sheet_rows(self, rows: Iterable[Any], currency: Currency) -> Iterator[Row]:
        now = timezone.now()
        for row in rows:
            state = state_of(row, now)
            word = (state.word or badge_of(state.name).word) if state is not None else "Available"
            yield [
                row.title,
                row.code,
                row.organization.name,
                row.product.name,
                row.product.sku,
                row.product_group.title,
                word,
                row.available,
                row.used,
                row.granted,
                day(row.starts),
                day(last_moment(row.ends)),
                "yes" if row.members_only else "no",
            ]
