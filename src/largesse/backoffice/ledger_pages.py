"""The journal's pages: what happened, what it moved, where accounts stand, what offers cost (JO-4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from largesse.backoffice import exporting
from largesse.backoffice.amounts import shown
from largesse.backoffice.base import ReadOnly, page_action
from largesse.backoffice.journal import (
    NUMBERED,
    Cost,
    account_words,
    balances,
    bookings,
    cost_words,
    costs,
    event_words,
    masked,
    move_of,
    quantity_words,
)
from largesse.backoffice.offer_titles import titles
from largesse.backoffice.site import site
from largesse.engine.money import Currency
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account, Event, Transfer
from largesse.orders.models import Order


class _ByKind(admin.SimpleListFilter):
    """Chosen from a fixed list, so that no row has to be read for it."""

    title = "event"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = Event.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, event_words(kind)) for kind in kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Event, site=site)
class EventAdmin(ReadOnly):
    heading = "Journal"
    purpose = "Whatever happens to an order or a right is an event, with what it moved."
    search_hint = "Order number, who, or reason"
    list_display = ("words", "at", "order_number", "actor", "reason", "moves_count")
    list_filter = (_ByKind,)
    search_fields = ("actor", "reason")
    search_help_text = search_hint
    date_hierarchy = "day"
    ordering = ("-id",)
    export_fields = ("id", "kind", "order_id", "number", "day", "at", "actor", "reason")
    actions_list = ("export", "export_transfers", "offer_costs", "all_balances")

    @admin.display(description="Event", ordering="kind")
    def words(self, event: Event) -> str:
        return event_words(event.kind)

    @admin.display(description="Order")
    def order_number(self, event: Any) -> str:
        if event.order_id is None:
            return "–"
        url = reverse("admin:orders_order_change", args=[event.order_id])
        return format_html(
            '<a class="num" href="{}">{}</a>', url, self._numbers(event).get(event.order_id, "–")
        )

    def _numbers(self, event: Any) -> dict[Any, str]:
        """The numbers of the orders of this page, asked for once."""
        found: dict[Any, str] = event._page_numbers
        return found

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        cl = super().get_changelist_instance(request)
        rows = list(cl.result_list)
        orders = Order.objects.filter(pk__in={row.order_id for row in rows if row.order_id})
        numbers = dict(orders.order_by().values_list("pk", "number"))
        for row in rows:
            row._page_numbers = numbers
        cl.result_list = rows
        return cl

    @admin.display(description="Transfers", ordering="moves_number")
    def moves_count(self, event: Any) -> str:
        return str(event.moves_number or "–")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).defer("answer", "digest")
        return rows.annotate(moves_number=Count("transfers"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, twice = super().get_search_results(request, queryset, search_term)
        if search_term:
            orders = Order.objects.filter(number__iexact=search_term.strip()).values("pk")
            found = found | queryset.filter(order_id__in=orders)
        return found, twice

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            raise PermissionDenied
        event = self.row(request, object_id)
        order = Order.objects.filter(pk=event.order_id).only("id", "number").first()
        context = {
            **self.admin_site.each_context(request),
            "event": event,
            "words": event_words(event.kind),
            "order": order,
            "bookings": bookings([event]),
        }
        return TemplateResponse(request, "backoffice/event.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An event never changes."""
        return self.changeform_view(request, object_id)

    @page_action(description="Transfers", url_path="transfers", icon="download")
    def export_transfers(self, request: HttpRequest) -> HttpResponseBase:
        """The transfers of the events that the list's search and filters leave, as CSV."""
        events = self.get_changelist_instance(request).get_queryset(request)
        rows = Transfer.objects.filter(event__in=events.order_by().values("pk"))
        joined = rows.select_related("event", "source", "target").order_by("id")
        head = ("Day", "Event", "Kind", "Debit", "Credit", "Amount", "Asset", "Who", "Reason")
        return exporting.response(
            "transfers", head, (_transfer_cells(row) for row in joined.iterator())
        )

    @page_action(description="Cost by offer", url_path="costs", icon="chart-column")
    def offer_costs(self, request: HttpRequest) -> HttpResponse:
        """What each offer cost on the days from `?from=` to `?to=`, both included (JO-4)."""
        today = timezone.localdate()
        since = _day(request.GET.get("from"), today.replace(day=1))
        until = _day(request.GET.get("to"), today)
        found = costs(since, until)
        context = {
            **self.admin_site.each_context(request),
            "since": since,
            "until": until,
            "is_backward": until < since,
            "costs": _titled(request, found),
            "sums": _sums(found),
        }
        return TemplateResponse(request, "backoffice/costs.html", context)

    @page_action(description="Accounts", url_path="accounts", icon="scale")
    def all_balances(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:ledger_account_changelist")


def _transfer_cells(row: Transfer) -> list[str | int]:
    move = move_of(row)
    amount = Currency.of(row.asset).format(row.amount) if row.asset.isupper() else row.amount
    told = (move.kind, move.debit, move.credit)
    return [
        row.day.isoformat(),
        event_words(row.event.kind),
        *(exporting.safe(text) for text in told),
        amount,
        row.asset,
        exporting.safe(row.event.actor),
        exporting.safe(row.event.reason),
    ]


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def _titled(request: HttpRequest, found: list[Cost]) -> list[dict[str, Any]]:
    """Costs with the titles of what they are of, and their pages."""
    accounts = [(Kind(cost.kind), cost.owner) for cost in found]
    named = titles(request, accounts)
    return [
        {**cost_words(cost), **named[account]._asdict()}
        for cost, account in zip(found, accounts, strict=True)
    ]


def _sums(found: Any) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for cost in found:
        sums[cost.asset] = sums.get(cost.asset, 0) + cost.amount
    return sorted(sums.items())


class _OfWhat(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.value, account_words(kind.value)) for kind in Kind]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Account, site=site)
class AccountAdmin(ReadOnly):
    """Where accounts stand: sums of their transfers; limited ones with what is left."""

    purpose = "Accounts open themselves when something is first booked to them."
    search_hint = "Offer, voucher or partner"
    list_display = (
        "words",
        "asset",
        "debits_shown",
        "credits_shown",
        "balance_shown",
        "left_shown",
    )
    list_display_links = None
    list_filter = (_OfWhat, "asset")
    search_fields = ("owner", "kind")
    search_help_text = search_hint
    ordering = ("kind", "owner", "asset")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        cl = super().get_changelist_instance(request)
        rows = list(cl.result_list)
        for row, balance in zip(rows, balances(rows), strict=True):
            row.stands = balance
        cl.result_list = rows
        return cl

    @admin.display(description="Account", ordering="kind")
    def words(self, account: Account) -> str:
        return account_words(account.kind, account.owner)

    @admin.display(description="Debits")
    def debits_shown(self, account: Any) -> str:
        return _quantity(account.stands.debits, account.asset)

    @admin.display(description="Credits")
    def credits_shown(self, account: Any) -> str:
        return _quantity(account.stands.credits, account.asset)

    @admin.display(description="Balance")
    def balance_shown(self, account: Any) -> str:
        return _quantity(account.stands.balance, account.asset)

    @admin.display(description="Left")
    def left_shown(self, account: Any) -> str:
        if account.granted is None:
            return "–"
        left = quantity_words(account.granted - account.posted - account.held, account.asset)
        return f"{left}, {account.held:,} held" if account.held else left

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Accounts of vouchers bear their numbers: they are found by those who may see them."""
        if search_term and not request.user.has_perm("backoffice.see_voucher_numbers"):
            queryset = queryset.exclude(kind__in=NUMBERED)
        return super().get_search_results(request, queryset, search_term)

    def exported_cell(self, field: Any, row: Any, currency: Any) -> str | int:
        if field.name == "owner" and row.kind in NUMBERED:
            return exporting.safe(masked(row.owner))
        return super().exported_cell(field, row, currency)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """An account has no page: its transfers are on those of its events."""
        if object_id is None or not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("admin:ledger_account_changelist")

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self.changeform_view(request, object_id)


def _quantity(amount: int, asset: str) -> str:
    return shown(amount, asset) if asset.isupper() else f"{amount:,}".replace("-", "−")
