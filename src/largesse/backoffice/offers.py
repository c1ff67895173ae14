"""Exclusion groups, and vouchers; promotions and allotments have modules of their own."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice import exporting
from largesse.backoffice.amounts import rate_shown, shown
from largesse.backoffice.base import ReadOnly, RecordAdmin, badge_shown
from largesse.backoffice.entry_pages import (
    EntryForm,
    amount,
    entry_page,
    first_after,
    found_by_typing,
    rate,
)
from largesse.backoffice.journal import bookings, masked
from largesse.backoffice.site import site
from largesse.crm.models import Customer, Partner
from largesse.engine.cart import normal_code
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account, Event
from largesse.offers import vouchers
from largesse.offers.models import ExclusionGroup, Voucher
from largesse.pages.toasts import toast


@admin.register(ExclusionGroup, site=site)
class ExclusionGroupAdmin(RecordAdmin):
    purpose = "Of the promotions in an exclusion group, its mode says which apply."
    search_hint = "Title or code"
    list_display = ("__str__", "code", "mode", "order")
    list_filter = ("mode",)
    search_fields = ("title", "code")
    search_help_text = search_hint
    prepopulated_fields: ClassVar = {"code": ("title",)}
    fieldsets = ((None, {"fields": (("title", "code"), ("mode", "order"))}),)


# --- vouchers --------------------------------------------------------------------------------------


class VoucherForm(EntryForm):
    """One voucher: a percentage, or a value."""

    number = forms.CharField(
        max_length=32, required=False, help_text="Empty makes a random one: DV and 13 digits."
    )
    percent = rate("Percentage", "Taken off the whole order.")
    value = amount("Value", "A part payment. A voucher has a percentage or a value.")
    minimum = amount("Minimum order", "For a value voucher: what the order must come to.")
    partner = forms.ModelChoiceField(
        Partner.objects.all(), required=False, widget=found_by_typing(Voucher, "partner")
    )
    customer = forms.ModelChoiceField(
        Customer.objects.all(), required=False, widget=found_by_typing(Voucher, "customer")
    )
    last_day = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        both = cleaned.get("percent") is not None and cleaned.get("value") is not None
        neither = cleaned.get("percent") is None and cleaned.get("value") is None
        if not self.errors and (both or neither):
            self.add_error("percent", "Enter a percentage or a value: one of the two.")
        return cleaned


class _InState(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("created", "Created"),
            ("assigned", "Assigned"),
            ("redeemed", "Redeemed"),
            ("void", "Void"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "redeemed":
            return queryset.filter(used__gt=0)
        return queryset.filter(state=self.value(), used=0) if self.value() else queryset


@admin.register(Voucher, site=site)
class VoucherAdmin(ReadOnly):
    """Numbers are shown whole to those who may see them; who exports them is recorded (QU-40)."""

    purpose = "A voucher is a numbered right to one discount, or a part payment."
    search_hint = "Number or partner"
    list_display = ("number_words", "gives", "state_badge", "partner", "customer", "expires")
    list_filter = (_InState, ("partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("partner", "customer")
    search_fields = ("number", "partner__name")
    search_help_text = search_hint
    date_hierarchy = "expires"
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        account = Account.objects.filter(
            kind=Kind.VOUCHER.value, owner=OuterRef("number"), asset="use"
        )
        rows = super().get_queryset(request)
        rows = rows.annotate(used=Subquery(account.values(n=F("held") + F("posted"))[:1]))
        if not request.user.has_perm("backoffice.see_voucher_numbers"):
            rows = rows.annotate(is_masked=models.Value(True))
        return rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("offers.add_voucher")

    @admin.display(description="Number", ordering="number")
    def number_words(self, voucher: Any) -> str:
        return _number(voucher)

    @admin.display(description="Gives")
    def gives(self, voucher: Any) -> str:
        if voucher.percent is not None:
            return f"{rate_shown(voucher.percent)} off"
        return f"{shown(voucher.value, voucher.currency)} {voucher.currency}"

    @admin.display(description="State", ordering="state")
    def state_badge(self, voucher: Any) -> str:
        return badge_shown(_state(voucher))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A number is found by its beginning; by those who may not see numbers, only by all of it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        whole = request.user.has_perm("backoffice.see_voucher_numbers")
        by_number = Q(**{"number__startswith" if whole else "number": normal_code(term)})
        return queryset.filter(by_number | Q(partner__name__icontains=term)), False

    def exported_cell(self, field: Any, row: Any, currency: Any) -> str | int:
        if field.name == "number":
            return exporting.safe(_number(row))
        return super().exported_cell(field, row, currency)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            return self._create(request)
        voucher = self.row(request, object_id)
        account = vouchers.account_of(voucher.number).id
        events = Event.objects.filter(
            Q(transfers__source=account) | Q(transfers__target=account)
        ).distinct()
        context = {
            **self.admin_site.each_context(request),
            "voucher": voucher,
            "number": _number(voucher),
            "state": _state(voucher),
            "gives": self.gives(voucher),
            "bookings": bookings(events.order_by("id")),
        }
        return TemplateResponse(request, "backoffice/voucher.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is what the journal says of it, on its page."""
        return self.changeform_view(request, object_id)

    def _create(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = VoucherForm(request.POST if request.method == "POST" else None, request=request)
        list_url = reverse("admin:offers_voucher_changelist")

        def do(entered: dict[str, Any]) -> str:
            number = entered["number"] or f"DV{secrets.randbelow(10**13):013d}"
            vouchers.create(
                [number],
                at=timezone.now(),
                by=request.user.get_username(),
                percent=entered["percent"],
                value=entered["value"],
                minimum=entered["minimum"] or 0,
                partner=entered["partner"],
                customer=entered["customer"],
                expires=first_after(entered["last_day"]),
            )
            toast(request, f"Voucher {normal_code(number)} made.")
            made = Voucher.objects.get(number=normal_code(number))
            return reverse("admin:offers_voucher_change", args=[made.pk])

        context = {
            "title": "Add voucher",
            "lead": "It can be used once it is made.",
            "button": "Make voucher",
            "back": list_url,
            "crumbs": [(list_url, "Vouchers")],
        }
        return entry_page(request, form, do, context=context)


def _number(voucher: Any) -> str:
    if getattr(voucher, "is_masked", False):
        return masked(voucher.number)
    return str(voucher.number)


def _state(voucher: Any) -> str:
    if voucher.used:
        return "redeemed"
    if voucher.expires is not None and voucher.expires <= timezone.now():
        return "expired"
    return str(voucher.state)
