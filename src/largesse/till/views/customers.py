"""The customer of a sale: found by name, number, e-mail or telephone, or added on the spot."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from msgspec.structs import replace

from largesse.crm.models import Customer
from largesse.ids import ALPHABET
from largesse.till.views.page import Visit, at_a_till, changed
from largesse.till.views.showing import show

FOUND_MAX: Final = 8


def customers_found(words: str) -> QuerySet[Customer]:
    """The active customers that have every word in their name, number, e-mail or telephone."""
    rows = Customer.objects.filter(active=True)
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(number__icontains=word)
            | Q(email__icontains=word)
            | Q(phone__icontains=word)
        )
    return rows.order_by("name", "number")[:FOUND_MAX]


@require_safe
@at_a_till
def find(visit: Visit) -> HttpResponse:
    """The customers that are like what was typed."""
    words = visit.request.GET.get("q", "").strip()[:100]
    found = customers_found(words) if len(words) > 1 else ()
    return render(
        visit.request, "till/parts/found_customers.html", {"found": found, "words": words}
    )


@require_POST
@at_a_till
def choose(visit: Visit) -> HttpResponse:
    """Put a customer on the sale, or take it off; a voucher that waited for one is used (VO-12)."""
    number = visit.request.POST.get("number", "")
    customer = Customer.objects.filter(number=number, active=True).first() if number else None
    if number and customer is None:
        return show(visit.told(opens="customer-dialog", said=f"No customer has number {number}."))
    return _with(visit, customer)


def _with(visit: Visit, customer: Customer | None) -> HttpResponse:
    # What credit pays was the customer's who was on the sale.
    work = changed(visit, lambda work: replace(work.kept, credit={}), customer=customer)
    return show(visit, work)


class NewCustomerForm(forms.Form):
    """What a cashier asks a new customer for: the name, and where to reach them."""

    name = forms.CharField(max_length=160, error_messages={"required": "Enter the name."})
    email = forms.EmailField(
        required=False, error_messages={"invalid": "This is no e-mail address."}
    )
    phone = forms.CharField(max_length=40, required=False)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_email(self) -> str:
        """One that another customer has is theirs: they are found, not made again."""
        email = str(self.cleaned_data["email"]).strip()
        known = Customer.objects.filter(email__iexact=email).first() if email else None
        if known is not None:
            raise ValidationError(f"{known.name} ({known.number}) has this e-mail. Search for it.")
        return email


@require_POST
@at_a_till
def add(visit: Visit) -> HttpResponse:
    """Make a customer, and put it on the sale."""
    form = NewCustomerForm(visit.request.POST)
    if not visit.user.has_perm("crm.add_customer"):
        return show(visit.told(said="You may not add customers. Ask an administrator."))
    if not form.is_valid():
        return show(visit.told(opens="customer-dialog", new_customer=form))
    return _with(visit, _made(visit, form.cleaned_data))


def _made(visit: Visit, said: dict[str, Any]) -> Customer:
    joined = visit.business.calendar.day_of(visit.now)
    while True:
        number = f"C-{''.join(secrets.choice(ALPHABET) for _ in range(6)).upper()}"
        try:
            with transaction.atomic():
                return Customer.objects.create(number=number, joined_on=joined, **said)
        except IntegrityError:
            if not Customer.objects.filter(number=number).exists():
                raise
