"""Who belongs to an organization. Whoever is taken off can be put back with the toast that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from largesse.backoffice.base import badge_shown
from largesse.backoffice.entry_pages import EntryForm, found_by_typing
from largesse.backoffice.organizations.frame import ListTab, address, of_organization
from largesse.crm.models import Customer, Organization
from largesse.engine.money import Currency
from largesse.pages.figures import units_text
from largesse.pages.toasts import toast
from largesse.sheets.writing import Row

SEES: Final = "crm.view_customer"


def may_change(request: HttpRequest) -> bool:
    """Whether the reader may say who belongs to it: whoever may change organizations, or customers."""
    may = request.user.has_perm
    return may("crm.change_organization") or may("crm.change_customer")


class MemberForm(EntryForm):
    """A customer who becomes a member."""

    customer = forms.ModelChoiceField(
        Customer.objects.all(),
        label="Add a member",
        widget=found_by_typing(Customer.organizations.through, "customer"),
        error_messages={"required": "Type a name or a number, and choose the customer."},
    )

    def __init__(self, data: Any, *, organization: Organization, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.organization = organization

    def clean_customer(self) -> Customer:
        chosen: Customer = self.cleaned_data["customer"]
        if chosen.organizations.filter(pk=self.organization.pk).exists():
            raise ValidationError(f"{chosen.name} is a member already.")
        return chosen


class MembersTab(ListTab):
    of = Customer
    called = "members"
    purpose = "Members may use the allotments that are for members only."
    change_list_template = "backoffice/organizations/members.html"
    search_fields = ("name", "number", "email", "phone")
    search_help_text = search_hint = "Name, number, email or phone"
    list_filter = ("type", "active")
    ordering = ("name",)
    actions: Any = ("take_off",)
    sheet_head = ("Name", "Number", "Email", "Phone", "Type", "Active")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(organizations=self.organization)

    def get_list_display(self, request: HttpRequest) -> Any:
        found = ("name", "number", "email", "type_words", "state_badge")
        return (*found, "remove_button") if may_change(request) else found

    def sheet_rows(self, rows: Iterable[Any], currency: Currency) -> Iterator[Row]:
        for row in rows:
            active = "yes" if row.active else "no"
            yield [row.name, row.number, row.email, row.phone, row.type, active]

    def has_take_off_permission(self, request: HttpRequest) -> bool:
        return may_change(request)

    @admin.display(description="Type", ordering="type")
    def type_words(self, customer: Customer) -> str:
        return customer.get_type_display().capitalize()

    @admin.display(description="State", ordering="active")
    def state_badge(self, customer: Customer) -> str:
        return badge_shown("active" if customer.active else "inactive")

    @admin.display(description="")
    def remove_button(self, customer: Customer) -> str:
        button = (
            '<button class="btn btn-sm" name="remove" value="{}" aria-label="{}">Remove</button>'
        )
        return format_html(button, customer.pk, f"Remove {customer.name}")

    @admin.action(description="Remove from the organization", permissions=["take_off"])
    def take_off(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        _take_off(request, self.organization, rows)


@of_organization(needs=SEES)
def page(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """The list of members; one is added by typing, some are taken off."""
    may = may_change(request)
    deeds = {"remove", "customer", ACTION_CHECKBOX_NAME}
    if deeds & set(request.POST) and not may:
        raise PermissionDenied
    if "remove" in request.POST:
        _take_off(request, organization, _chosen(request.POST.getlist("remove")))
        return redirect(request.get_full_path())
    data = request.POST if "customer" in request.POST else None
    form = MemberForm(data, request=request, organization=organization)
    if form.is_valid():
        customer: Customer = form.cleaned_data["customer"]
        customer.organizations.add(organization)
        toast(request, f"{customer.name} is a member.")
        return redirect(request.get_full_path())
    return MembersTab(organization).page(request, {"form": form if may else None})


@of_organization(needs=SEES)
def export(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    return MembersTab(organization).export(request)


@require_POST
@of_organization(needs=SEES)
def restore(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """Put back whom the address names: the undo of taking them off."""
    if not may_change(request):
        raise PermissionDenied
    customers = list(_chosen(request.GET.getlist("customer")))
    for customer in customers:
        customer.organizations.add(organization)
    told = "is a member" if len(customers) == 1 else "are members"
    toast(request, f"{_named(customers)} {told} again.")
    return redirect(address(organization, "members"))


def _chosen(keys: Iterable[str]) -> QuerySet[Customer]:
    try:
        return Customer.objects.filter(pk__in=list(keys))
    except (ValidationError, ValueError):
        return Customer.objects.none()


def _take_off(
    request: HttpRequest, organization: Organization, customers: Iterable[Customer]
) -> None:
    """One by one, so that the history of each customer has it."""
    gone = list(customers)
    for customer in gone:
        customer.organizations.remove(organization)
    keys = urlencode([("customer", str(customer.pk)) for customer in gone])
    undo = f"{address(organization, 'restore')}?{keys}"
    toast(request, f"{_named(gone)} removed from {organization}.", undo=undo)


def _named(customers: list[Customer]) -> str:
    return customers[0].name if len(customers) == 1 else units_text(len(customers), "customer")
