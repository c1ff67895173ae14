"""Orders, as they were sold: found, read, explained, and acted on by the use cases alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from largesse.backoffice.amounts import amount_column
from largesse.backoffice.approving import ToApprove
from largesse.backoffice.base import ReadOnly, badge_shown
from largesse.backoffice.deeds import DEEDS, deed_page, open_deeds
from largesse.backoffice.journal import Booking, bookings_of
from largesse.backoffice.referrals import referral_of
from largesse.backoffice.site import site, staff
from largesse.backoffice.unearned import unearned_of
from largesse.engine.cart import Channel
from largesse.engine.faults import Faults
from largesse.orders.explaining.explanation import explained
from largesse.orders.models import Order, OrderLine, Part, Refund
from largesse.orders.notices import names_of
from largesse.orders.referring import WAITING, history
from largesse.orders.repricing import priced_again


class ByChannel(admin.SimpleListFilter):
    title = "channel"
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (channel.value, channel.value.replace("_", " ").capitalize()) for channel in Channel
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        return queryset.filter(channel=self.value()) if self.value() else queryset


@admin.register(Order, site=site)
class OrderAdmin(ReadOnly):
    """An order's page shows its lines, what each offer took off them, its events and its journal."""

    purpose = "Orders appear here when they are placed: in the shop, through the API, at the till."
    search_hint = "Order number or customer"
    list_display = (
        "number",
        "placed_at",
        "customer",
        "state_badge",
        "channel_words",
        "location",
        "total_shown",
    )
    list_filter = (ToApprove, "state", ByChannel, ("location", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("customer", "location")
    search_fields = ("number", "customer__name", "customer__number", "customer__email")
    search_help_text = search_hint
    date_hierarchy = "placed_at"
    ordering = ("-id",)
    export_fields = (
        "number", "state", "placed_at", "posted_at", "customer", "location", "channel", "currency",
        "gross", "discount", "net", "shipping", "tax", "total", "due", "refunded",
    )  # fmt: skip

    total_shown = amount_column("total", "Total")

    @admin.display(description="Channel", ordering="channel")
    def channel_words(self, order: Order) -> str:
        return order.channel.replace("_", " ").capitalize()

    @admin.display(description="State", ordering="state")
    def state_badge(self, order: Order) -> str:
        return badge_shown(order.state)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("quote", "payment", "digest")

    def get_list_display(self, request: HttpRequest) -> Any:
        """Who asks stands in the list of those that wait for approval."""
        found = super().get_list_display(request)
        if not request.GET.get(ToApprove.parameter_name):
            return found
        return (*found[:4], "requested_by", *found[5:])

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [path("<path:object_id>/explain/", view(self.explain), name="orders_order_explain")]
        for name in DEEDS:
            own.append(
                path(
                    f"<path:object_id>/{name}/",
                    view(self.deed),
                    {"name": name},
                    name=f"orders_order_{name}",
                )
            )
        return [*own, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            raise PermissionDenied
        order = self.row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **order_context(order),
            "deciding": order.state in WAITING,
            "is_own": order.requested_by == staff(request).get_username(),
            "deeds": open_deeds(request, order),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "backoffice/order.html", context)

    def deed(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        return deed_page(request, self.row(request, object_id), name)

    def explain(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How each cent of it came about (IF-36)."""
        order = self.row(request, object_id)
        context = {**self.admin_site.each_context(request), "order": order, "problem": ""}
        try:
            context["told"] = explained(priced_again(order), open_cell=request.GET.get("cell", ""))
        except (ValueError, Faults) as wrong:
            context["problem"] = str(wrong)
        return TemplateResponse(request, "backoffice/explain.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is its events, which its page lists."""
        return self.changeform_view(request, object_id)


class ShownLine(NamedTuple):
    """A line of an order; `goes_with` is the name of what it is an option of."""

    line: OrderLine
    quantity: str
    parts: Sequence[Part]
    left: int
    goes_with: str


def order_context(order: Order) -> dict[str, Any]:
    """What the page of an order shows, in a fixed number of queries, and two for each edited form."""
    happened = history(order)
    rows = list(order.lines.prefetch_related("parts"))
    names = {line.line: line.name or line.sku for line in rows}
    lines = [
        ShownLine(
            line,
            f"{line.quantity / 1000:g}",
            list(line.parts.all()),
            line.units - line.units_refunded,
            names.get(line.option_of, ""),
        )
        for line in rows
    ]
    bookings: tuple[Booking, ...] = bookings_of(order.pk)
    return {
        "order": order,
        "lines": lines,
        "bookings": bookings,
        "refunds": list(order.refunds.prefetch_related("lines__order_line")),
        "happened": happened,
        "people": names_of({order.requested_by, order.approver, *(e.by for e in happened)}),
        "referral": referral_of(order, happened),
        "unearned": unearned_of(order),
        "is_paid": order.payment or {},
    }


@admin.register(Refund, site=site)
class RefundAdmin(ReadOnly):
    purpose = "Refunds are made on the page of a posted order."
    search_hint = "Order number, customer or who refunded"
    list_display = ("order_link", "at", "customer", "actor", "reason", "units_count", "total_shown")
    list_display_links = None
    search_fields = ("order__number", "order__customer__name", "order__customer__number", "actor")
    search_help_text = search_hint
    date_hierarchy = "at"
    ordering = ("-id",)
    list_select_related = ("order__customer",)

    total_shown = amount_column("total", "Refunded")

    @admin.display(description="Order", ordering="order__number")
    def order_link(self, refund: Refund) -> str:
        url = reverse("admin:orders_order_change", args=[refund.order_id])
        return format_html(
            '<a class="title num" href="{}#refunds">{}</a>', url, refund.order.number
        )

    @admin.display(description="Customer")
    def customer(self, refund: Refund) -> str:
        return str(refund.order.customer or "–")

    @admin.display(description="Units")
    def units_count(self, refund: Any) -> str:
        return str(refund.units_sum or 0)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.annotate(units_sum=Sum("lines__units")).defer("order__quote", "order__payment")

    def exported_cell(self, field: models.Field[Any, Any], row: Any, currency: Any) -> str | int:
        if field.name == "order":
            return str(row.order.number)
        return super().exported_cell(field, row, currency)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A refund is shown on the page of its order."""
        if object_id is None:
            raise PermissionDenied
        refund = self.row(request, object_id)
        return redirect(f"{reverse('admin:orders_order_change', args=[refund.order_id])}#refunds")

    history_view = OrderAdmin.history_view
