"""The orders that used an organization's allotments, with what these gave."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest, HttpResponseBase

from largesse.backoffice.amounts import amount_column
from largesse.backoffice.base import badge_shown
from largesse.backoffice.organizations.frame import ListTab, of_organization, orders_of, parts_of
from largesse.orders.models import Order
from largesse.pages.figures import count_text


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

    given_shown = amount_column("given", "Given")
    total_shown = amount_column("total", "Total")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).defer("quote", "payment", "digest")
        parts = parts_of(self.organization).filter(order_line__order=OuterRef("pk"))
        sums = parts.values("order_line__order").annotate(free=Sum("units"), given=Sum("amount"))
        return rows.filter(pk__in=orders_of(self.organization).values("pk")).annotate(
            free=Subquery(sums.values("free")), given=Subquery(sums.values("given"))
        )

    @admin.display(description="State", ordering="state")
    def state_badge(self, order: Order) -> str:
        return badge_shown(order.state)

    @admin.display(description="Units free", ordering="free")
    def free_count(self, order: Any) -> str:
        return count_text(order.free)


@of_organization(needs="orders.view_order")
def page(request: HttpRequest, organization: Any) -> HttpResponseBase:
    return OrdersTab(organization).page(request)
