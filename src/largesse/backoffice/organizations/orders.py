"""The orders that used an organization's allotments, with what these gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest, HttpResponseBase

from largesse.backoffice.amounts import amount_column
from largesse.backoffice.base import badge_shown
from largesse.backoffice.organizations.frame import ListTab, of_organization, orders_of, parts_of
from largesse.backoffice.organizations.sheets import moment
from largesse.crm.models import Organization
from largesse.engine.money import Currency
from largesse.orders.models import Order
from largesse.pages.figures import count_text
from largesse.sheets.writing import Row


class OrdersTab(ListTab):
    of = Order
    called = "orders"
    purpose = "Orders that used an allotment of this organization are listed here."
    list_display = (
        "number", "placed_at", "customer", "state_badge", "free_count", "given_shown", "total_shown",
    )  # fmt: skip
    list_filter = ("state",)
    list_select_related = ("customer",)
    search_fields = ("number", "customer__name", "customer__number", "customer__email")
    search_help_text = search_hint = "Order number or customer"
    date_hierarchy = "placed_at"
    ordering = ("-id",)
    sheet_head = (
        "Number", "Placed", "Customer", "State", "Units free", "Given", "Total", "Currency",
    )  # fmt: skip

    given_shown = amount_column("given", "Given")
    total_shown = amount_column("total", "Total")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).defer("quote", "payment", "digest")
        parts = parts_of(self.organization).filter(order_line__order=OuterRef("pk"))
        sums = parts.values("order_line__order").annotate(free=Sum("units"), given=Sum("amount"))
        return rows.filter(pk__in=orders_of(self.organization).values("pk")).annotate(
            free=Subquery(sums.values("free")), given=Subquery(sums.values("given"))
        )

    def sheet_rows(self, rows: Iterable[Any], currency: Currency) -> Iterator[Row]:
        for row in rows:
            state, customer = str(row.get_state_display()), str(row.customer or "")
            amounts = (float(currency.format(each)) for each in (row.given, row.total))
            first = (row.number, moment(row.placed_at), customer, state, row.free)
            yield [*first, *amounts, row.currency]

    @admin.display(description="State", ordering="state")
    def state_badge(self, order: Order) -> str:
        return badge_shown(order.state)

    @admin.display(description="Units free", ordering="free")
    def free_count(self, order: Any) -> str:
        return count_text(order.free)


@of_organization(needs="orders.view_order")
def page(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """The orders, the newest first."""
    return OrdersTab(organization).page(request)


@of_organization(needs="orders.view_order")
def export(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    return OrdersTab(organization).export(request)
