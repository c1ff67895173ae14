"""Single-use codes: made in bulk for a promotion, found again, exported, made void (PR-6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from largesse.backoffice import exporting
from largesse.backoffice.base import ReadOnly, badge_shown
from largesse.backoffice.entry_pages import (
    EntryForm,
    entry_page,
    first_after,
    found_by_typing,
    start_of,
)
from largesse.backoffice.journal import bookings, masked
from largesse.backoffice.site import site, staff
from largesse.engine.cart import normal_code
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account, Event, Transfer
from largesse.offers import codes
from largesse.offers.models import Promotion, SingleUseCode
from largesse.orders.models import Order
from largesse.pages.figures import NOTHING, units_text
from largesse.pages.toasts import toast

LIST = "admin:offers_singleusecode_changelist"


class CodesForm(EntryForm):
    """A batch of codes."""

    promotion = forms.ModelChoiceField(
        Promotion.objects.all(), widget=found_by_typing(SingleUseCode, "promotion")
    )
    count = forms.IntegerField(
        min_value=1, max_value=codes.COUNT_MAX, help_text=f"At most {codes.COUNT_MAX:,} at a time."
    )
    label = forms.CharField(
        max_length=120, required=False, help_text="What they are for; codes are found by it."
    )
    starting_with = forms.CharField(
        max_length=codes.PREFIX_MAX, required=False, help_text="The same for every code."
    )
    length = forms.IntegerField(
        initial=codes.LENGTH,
        min_value=codes.LENGTHS[0],
        max_value=codes.LENGTHS[-1],
        label="Random letters",
        help_text="After the prefix. The more codes, the longer they must be not to be guessed.",
    )
    first_day = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_day = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def tell(self, faults: Any) -> None:
        names = {"starts": "first_day", "ends": "last_day", "prefix": "starting_with"}
        super().tell(
            msgspec.structs.replace(fault, place=names.get(fault.place, fault.place))
            for fault in faults
        )


class _InState(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("free", "Free"), ("used", "Used"), ("expired", "Expired"), ("void", "Void")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        unused = Q(used=None) | Q(used=0)
        match self.value():
            case "used":
                return queryset.filter(used__gt=0)
            case "void":
                return queryset.filter(unused, void_since__isnull=False)
            case "expired":
                return queryset.filter(unused, void_since=None, ends__lte=now)
            case "free":
                return queryset.filter(unused, Q(ends=None) | Q(ends__gt=now), void_since=None)
            case _:
                return queryset


@admin.register(SingleUseCode, site=site)
class SingleUseCodeAdmin(ReadOnly):
    """Codes are shown whole to those who may see vouchers' numbers; an export is recorded (QU-40)."""

    heading = "Single-use codes"
    change_list_template = "backoffice/code_list.html"
    purpose = "A single-use code gives one order a promotion that asks for it."
    search_hint = "Code or batch"
    list_display = (
        "code_words",
        "state_badge",
        "used_by",
        "promotion",
        "batch",
        "customer",
        "ends",
    )
    list_filter = (
        _InState,
        ("promotion", admin.RelatedOnlyFieldListFilter),
        ("batch", admin.RelatedOnlyFieldListFilter),
        "automatic",
    )
    list_select_related = ("promotion", "batch", "customer")
    search_fields = ("code", "batch__label")
    search_help_text = search_hint
    export_fields = ("code", "promotion", "batch", "customer", "starts", "ends", "made_at")
    actions: Any = ("make_void",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        account = Account.objects.filter(
            kind=Kind.SINGLE_USE_CODE.value, owner=OuterRef("code"), asset="use"
        )
        rows = super().get_queryset(request)
        rows = rows.annotate(used=Subquery(account.values(n=F("held") + F("posted"))[:1]))
        if not request.user.has_perm("backoffice.see_voucher_numbers"):
            rows = rows.annotate(is_masked=models.Value(True))
        return rows

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, its rows with the orders that used them: one query for a page."""
        found = super().get_changelist_instance(request)
        orders = _orders_of(code for code in found.result_list if code.used)
        for code in found.result_list:
            code.order = orders.get(code.code)
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("offers.add_singleusecode")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("offers.change_singleusecode")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("of/<uuid:promotion>/", view(_list_of), name="offers_promotion_codes"),
            *super().get_urls(),
        ]

    @admin.display(description="Code", ordering="code")
    def code_words(self, code: Any) -> str:
        return _code(code)

    @admin.display(description="State")
    def state_badge(self, code: Any) -> str:
        return badge_shown(_state(code))

    @admin.display(description="Used by")
    def used_by(self, code: Any) -> str:
        order: Order | None = getattr(code, "order", None)
        if order is None:
            return NOTHING
        return format_html('<a href="{}">{}</a>', _order_url(order), order.number)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A code is found by its beginning; by those who may not see codes, only by all of it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        whole = request.user.has_perm("backoffice.see_voucher_numbers")
        by_code = Q(**{"code__startswith" if whole else "code": normal_code(term)})
        return queryset.filter(by_code | Q(batch__label__icontains=term)), False

    def exported_cell(self, field: Any, row: Any, currency: Any) -> str | int:
        if field.name == "code":
            return exporting.safe(_code(row))
        return super().exported_cell(field, row, currency)

    @admin.action(description="Make void", permissions=["change"])
    def make_void(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Let nobody use them any more; orders that used one keep it."""
        count = _void(request, rows)
        toast(request, f"{units_text(count, 'code')} made void.")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            return self._make(request)
        code = self.row(request, object_id)
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            _void(request, SingleUseCode.objects.filter(pk=code.pk))
            toast(request, "The code is void.")
            return redirect(request.path)
        account = codes.account_of(code.code).id
        events = Event.objects.filter(
            Q(transfers__source=account) | Q(transfers__target=account)
        ).distinct()
        context = {
            **self.admin_site.each_context(request),
            "code": code,
            "shown": _code(code),
            "state": _state(code),
            "order": _orders_of([code]).get(code.code) if code.used else None,
            "bookings": bookings(events.order_by("id")),
            "may_void": self.has_change_permission(request) and code.void_since is None,
        }
        return TemplateResponse(request, "backoffice/code.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is what the journal says of it, on its page."""
        return self.changeform_view(request, object_id)

    def _make(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {"promotion": _promotion(request.GET.get("promotion__id__exact", ""))}
        data = request.POST if request.method == "POST" else None
        form = CodesForm(data, request=request, initial=initial)

        def do(entered: dict[str, Any]) -> str:
            batch, _ = codes.generate(
                entered["promotion"],
                entered["count"],
                at=timezone.now(),
                by=staff(request).get_username(),
                length=entered["length"],
                prefix=entered["starting_with"],
                label=entered["label"],
                starts=start_of(entered["first_day"]),
                ends=first_after(entered["last_day"]),
            )
            toast(request, f"{units_text(batch.count, 'code')} made for {batch.promotion}.")
            return _list_url(batch=batch.pk)

        promotion = initial["promotion"]
        back = _list_url(promotion=promotion.pk) if promotion else reverse(LIST)
        context = {
            "title": "Make single-use codes",
            "lead": "Each gives one order a promotion that asks for single-use codes.",
            "button": "Make codes",
            "back": back,
            "crumbs": [(back, "Single-use codes")],
        }
        return entry_page(request, form, do, context=context)


def _list_of(request: HttpRequest, promotion: UUID) -> HttpResponse:
    """The codes of one promotion."""
    return redirect(_list_url(promotion=promotion))


def _list_url(**of: UUID) -> str:
    return f"{reverse(LIST)}?{urlencode({f'{name}__id__exact': key for name, key in of.items()})}"


def _promotion(said: str) -> Promotion | None:
    try:
        return Promotion.objects.filter(pk=said).first() if said else None
    except ValidationError:
        raise Http404 from None


def _orders_of(used: Iterable[SingleUseCode]) -> dict[str, Order]:
    """The order that each used code is held or used by, in two queries."""
    accounts = {codes.account_of(code.code).id: code.code for code in used}
    if not accounts:
        return {}
    holds = Transfer.objects.filter(limited__in=list(accounts), kind=Transfer.Kind.HOLD)
    rows = holds.order_by("seq").values_list("limited_id", "event__order_id")
    latest = {accounts[limited]: order for limited, order in rows}
    orders = Order.objects.in_bulk(set(latest.values()))
    return {code: orders[order] for code, order in latest.items() if order in orders}


def _order_url(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


def _void(request: HttpRequest, rows: QuerySet[SingleUseCode]) -> int:
    return codes.void(rows, at=timezone.now(), by=staff(request).get_username())


def _code(code: Any) -> str:
    return masked(code.code) if getattr(code, "is_masked", False) else str(code.code)


def _state(code: Any) -> str:
    if code.used:
        return "used"
    if code.void_since is not None:
        return "void"
    ended = code.ends is not None and code.ends <= timezone.now()
    return "expired" if ended else "free"
