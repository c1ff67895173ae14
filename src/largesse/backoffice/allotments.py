"""Allotments are granted, raised and closed through their use cases (AL-1, AL-11)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.base import RecordAdmin, badge_shown
from largesse.backoffice.entry_pages import (
    EntryForm,
    entry_page,
    first_after,
    found_by_typing,
    start_of,
)
from largesse.backoffice.site import site
from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Organization
from largesse.ledger.reading import Counters, counters
from largesse.offers import allotments
from largesse.offers.models import Allotment
from largesse.pages.toasts import toast


class AllotmentForm(EntryForm):
    """Free units of one product for one organization (AL-1)."""

    organization = forms.ModelChoiceField(
        Organization.objects.all(), widget=found_by_typing(Allotment, "organization")
    )
    title = forms.CharField(max_length=120)
    quantity = forms.IntegerField(min_value=1, help_text="Units that may be had free.")
    product_group = forms.ModelChoiceField(
        ProductGroup.objects.all(), required=False, help_text="Empty takes the default group."
    )
    product = forms.ModelChoiceField(
        Product.objects.all(),
        widget=found_by_typing(Allotment, "product"),
        help_text="One of the product group.",
    )
    first_day = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_day = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    members_only = forms.BooleanField(required=False)


class AllotmentChangeForm(EntryForm):
    """What of an allotment can change: editing it doesn't break links that are out (AL-6)."""

    title = forms.CharField(max_length=120)
    quantity = forms.IntegerField(min_value=1, help_text="Not below what is used.")
    members_only = forms.BooleanField(required=False)


@admin.register(Allotment, site=site)
class AllotmentAdmin(RecordAdmin):
    """Granted, raised and closed through the use cases; what is used is closed, not deleted (AL-11)."""

    purpose = "An allotment is a number of free units of a product that an organization may use."
    search_hint = "Title, organization or product"
    list_display = (
        "title", "organization", "product", "available_count", "used_count", "quantity_count",
        "members_only", "state_badge",
    )  # fmt: skip
    list_filter = ("closed", "members_only", ("organization", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("organization", "product")
    search_fields = ("title", "code", "organization__name", "product__name", "product__sku")
    search_help_text = search_hint
    actions = ("close",)
    ordering = ("-id",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        cl = super().get_changelist_instance(request)
        rows = list(cl.result_list)
        found = counters([allotments.account_of(row.code) for row in rows])
        nothing = Counters(granted=0, held=0, posted=0)
        for row in rows:
            row.units = found.get(allotments.account_of(row.code), nothing)
        cl.result_list = rows
        return cl

    @admin.display(description="Available")
    def available_count(self, allotment: Any) -> str:
        units = allotment.units
        return f"{units.granted - units.held - units.posted:,}"

    @admin.display(description="Used")
    def used_count(self, allotment: Any) -> str:
        return f"{allotment.units.held + allotment.units.posted:,}"

    @admin.display(description="Quantity")
    def quantity_count(self, allotment: Any) -> str:
        return f"{allotment.units.granted:,}"

    @admin.display(description="State", ordering="closed")
    def state_badge(self, allotment: Any) -> str:
        return badge_shown("ended" if allotment.closed else "active")

    @admin.action(description="Close", permissions=["change"])
    def close(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        closing = list(rows.filter(closed=False))
        for allotment in closing:
            allotments.close(allotment)
        toast(request, f"{len(closing)} closed.")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            return self._grant(request)
        return self._edit(request, self.row(request, object_id))

    def _grant(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = AllotmentForm(request.POST if request.method == "POST" else None, request=request)

        def do(entered: dict[str, Any]) -> str:
            first, last = entered.pop("first_day"), entered.pop("last_day")
            made = allotments.grant(
                at=timezone.now(),
                by=request.user.get_username(),
                starts=start_of(first),
                ends=first_after(last),
                **entered,
            )
            toast(request, f"{made} granted.")
            return self._list_url()

        context = {"title": "Add allotment", "button": "Grant allotment", **self._around()}
        return entry_page(request, form, do, context=context)

    def _edit(self, request: HttpRequest, allotment: Any) -> HttpResponse:
        may_change = self.has_change_permission(request, allotment) and not allotment.closed
        units = allotments.units_of(allotment)
        initial = {
            "title": allotment.title,
            "quantity": units.granted,
            "members_only": allotment.members_only,
        }
        data = request.POST if request.method == "POST" else None
        form = AllotmentChangeForm(data, request=request, initial=initial)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        if not may_change:
            for field in form.fields.values():
                field.disabled = True

        def do(entered: dict[str, Any]) -> str:
            allotments.set_quantity(
                allotment, entered["quantity"], at=timezone.now(), by=request.user.get_username()
            )
            allotment.title, allotment.members_only = entered["title"], entered["members_only"]
            allotment.save(update_fields=["title", "members_only"])
            toast(request, f"{allotment} saved.")
            return self._list_url()

        lead = f"{allotment.organization}: {allotment.product}, {units.held + units.posted:,} used"
        history = reverse("admin:offers_allotment_history", args=[allotment.pk])
        context = {
            "title": str(allotment),
            "lead": lead,
            "may_save": may_change,
            "links": [(history, "History", "history")],
            **self._around(),
        }
        return entry_page(request, form, do, context=context)

    def _around(self) -> dict[str, Any]:
        return {"back": self._list_url(), "crumbs": [(self._list_url(), "Allotments")]}

    def _list_url(self) -> str:
        return reverse("admin:offers_allotment_changelist")
