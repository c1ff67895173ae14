"""An allotment is granted and edited on a page of its own; its product is one of its product group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from largesse.backoffice.entry_pages import (
    EntryForm,
    entry_page,
    first_after,
    found_by_typing,
    last_moment,
    start_of,
)
from largesse.backoffice.organizations import frame
from largesse.backoffice.site import site, staff
from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Organization
from largesse.engine.faults import Fault
from largesse.offers import allotments
from largesse.offers.models import Allotment
from largesse.pages.figures import count_text
from largesse.pages.toasts import toast

LIST = "admin:offers_allotment_changelist"
TEMPLATE = "backoffice/organizations/allotment_form.html"


class FoundInGroup(AutocompleteSelect):
    """Searches while one types, among the products of one group."""

    group = ""

    def __init__(self) -> None:
        super().__init__(Allotment._meta.get_field("product"), site)

    def get_url(self) -> str:
        return f"{reverse('admin:offers_allotment_products')}?{urlencode({'group': self.group})}"


class _Products(AutocompleteJsonView):
    """The products of the group that the address names; of none, if it names none."""

    admin_site = site

    def get_queryset(self) -> Any:
        try:
            group = UUID(self.request.GET.get("group", ""))
        except ValueError:
            return Product.objects.none()
        found = ProductGroup.products.through._default_manager.filter(productgroup=group)
        return super().get_queryset().filter(pk__in=found.values("product"))


products = _Products.as_view()


# --- forms -----------------------------------------------------------------------------------------


def _day(help_text: str) -> forms.DateField:
    return forms.DateField(
        required=False,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class TermsForm(EntryForm):
    """What of an allotment can change: editing it doesn't break links that are out (AL-6)."""

    title = forms.CharField(max_length=120)
    quantity = forms.IntegerField(min_value=1, help_text="Units that may be had free.")
    first_day = _day("Empty is at once.")
    last_day = _day("Empty has no end.")
    members_only = forms.BooleanField(
        required=False, help_text="Only members of the organization get it free."
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first is not None and last is not None and last < first:
            self.add_error("last_day", "Last day is before the first day.")
        return cleaned

    def tell(self, faults: Iterable[Fault]) -> None:
        """Faults of the window stand under its days."""
        names = {"starts": "first_day", "ends": "last_day"}
        super().tell(
            msgspec.structs.replace(fault, place=names.get(fault.place, fault.place))
            for fault in faults
        )

    def said(self) -> dict[str, Any]:
        """What was entered, as the use cases take it."""
        entered = dict(self.cleaned_data)
        first, last = entered.pop("first_day"), entered.pop("last_day")
        return {**entered, "starts": start_of(first), "ends": first_after(last)}


class AllotmentForm(TermsForm):
    """Free units of one product for one organization (AL-1): the group first, then its product."""

    organization = forms.ModelChoiceField(
        Organization.objects.all(), widget=found_by_typing(Allotment, "organization")
    )
    product_group = forms.ModelChoiceField(
        ProductGroup.objects.all(), empty_label="Choose a product group"
    )
    product = forms.ModelChoiceField(
        Product.objects.all(),
        widget=FoundInGroup(),
        help_text="Type a name, a SKU or a barcode: products of the group are found.",
    )

    field_order = ("organization", "product_group", "product")

    def __init__(self, data: Any, *, organization: Organization | None, **kwargs: Any):
        default = ProductGroup.objects.filter(is_default=True).first()
        initial = {"product_group": default, **(kwargs.pop("initial", None) or {})}
        super().__init__(data, initial=initial, **kwargs)
        if organization is not None:
            del self.fields["organization"]
        chosen = self["product_group"].value()
        self.fields["product"].widget.group = getattr(chosen, "pk", chosen) or ""
        asks = {"hx-get": "", "hx-include": "[name=product]", "hx-target": "#in-group"}
        self.fields["product_group"].widget.attrs.update(asks)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        group, product = cleaned.get("product_group"), cleaned.get("product")
        if group is not None and product is not None and not _is_in(product, group):
            self.add_error("product", f"{product} is not in the product group {group}.")
        return cleaned


def _is_in(product: Product, group: ProductGroup) -> bool:
    return group.products.filter(pk=product.pk).exists()


# --- pages -----------------------------------------------------------------------------------------


def back_to(organization: Organization | None) -> str:
    """Where one goes on: the organization's tab, unless that is hidden."""
    if organization is None or frame.is_tab_hidden():
        return reverse(LIST)
    return frame.address(organization, "allotments")


def around(organization: Organization | None, **words: Any) -> dict[str, Any]:
    """What stands around a page about one organization's allotments."""
    back = back_to(organization)
    if organization is None:
        return {"back": back, "crumbs": [(back, "Allotments")], **words}
    crumbs = [
        (reverse(frame.LIST), "Organizations"),
        (back if not frame.is_tab_hidden() else frame.address(organization), str(organization)),
    ]
    return {"back": back, "crumbs": crumbs, **words}


def add(request: HttpRequest, organization: Organization | None = None) -> HttpResponse:
    """Grant an allotment, to one organization or to the one that is entered."""
    if not request.user.has_perm("offers.add_allotment"):
        raise PermissionDenied
    if request.headers.get("HX-Request") == "true":
        return _product_of_group(request, organization)
    posted = request.POST if request.method == "POST" else None
    form = AllotmentForm(posted, request=request, organization=organization)

    def do(entered: dict[str, Any]) -> str:
        said = {"organization": organization, **form.said()}
        made = allotments.grant(at=timezone.now(), by=staff(request).get_username(), **said)
        toast(request, f"{made} granted to {made.organization}.")
        return back_to(made.organization)

    context = around(organization, title="Add allotment", button="Grant allotment")
    return entry_page(request, form, do, context=context, template=TEMPLATE)


def _product_of_group(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """The field of the product for another group: what was chosen stays if it is in that one too."""
    form = AllotmentForm(
        None, request=request, organization=organization, initial=_entered(request)
    )
    return TemplateResponse(
        request, "backoffice/organizations/parts/product_field.html", {"form": form}
    )


def _entered(request: HttpRequest) -> dict[str, Any]:
    """The group and, if it is one of the group, the product that the address names."""
    form = AllotmentForm(request.GET, request=request, organization=None)
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in ("product_group", "product")}


def edit(request: HttpRequest, allotment: Any) -> HttpResponse:
    """Change an allotment, or look at one that is closed, or that one may only see."""
    may_change = request.user.has_perm("offers.change_allotment") and not allotment.closed
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    units = allotments.units_of(allotment)
    used = units.held + units.posted
    form = TermsForm(
        request.POST if request.method == "POST" else None,
        request=request,
        initial=_initial(allotment, units.granted),
    )
    form.fields["quantity"].help_text = f"{count_text(used)} used; not below that."
    if not may_change:
        for field in form.fields.values():
            field.disabled = True

    def do(_: dict[str, Any]) -> str:
        by = staff(request).get_username()
        allotments.edit(allotment, at=timezone.now(), by=by, **form.said())
        toast(request, f"{allotment} saved.")
        return back_to(allotment.organization)

    context = around(
        allotment.organization,
        title=str(allotment),
        lead=f"{allotment.product}, of {allotment.product_group}",
        may_save=may_change,
        links=[
            (reverse("admin:offers_allotment_history", args=[allotment.pk]), "History", "history")
        ],
        closed=allotment.closed,
    )
    return entry_page(request, form, do, context=context, template=TEMPLATE)


def _initial(allotment: Allotment, quantity: int) -> dict[str, Any]:
    """An allotment as its form shows it, in days of the business."""
    return {
        "title": allotment.title,
        "quantity": quantity,
        "first_day": _day_of(allotment.starts),
        "last_day": _day_of(last_moment(allotment.ends)),
        "members_only": allotment.members_only,
    }


def _day_of(at: datetime | None) -> date | None:
    return None if at is None else timezone.localtime(at).date()
