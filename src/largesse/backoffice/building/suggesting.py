"""What is offered while one types the name of a product, a customer or a product group."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html_join

from largesse.catalog.models import Product, ProductGroup
from largesse.crm.models import Customer

MOST: Final = 12


def named(request: HttpRequest, sort: str) -> HttpResponse:
    """The options of a field; `of` is the parameter that holds what was typed."""
    typed = request.GET.get(request.GET.get("of", ""), "").strip()
    found: QuerySet[Any, tuple[str, str]]
    if sort == "product":
        match = Q(sku__icontains=typed) | Q(name__icontains=typed)
        found = (
            Product.objects.filter(match, active=True).order_by("name").values_list("sku", "name")
        )
    elif sort == "customer":
        if not request.user.has_perm("crm.view_customer"):
            raise PermissionDenied
        match = Q(number__icontains=typed) | Q(name__icontains=typed)
        people = Customer.objects.filter(match, active=True).order_by("name", "number")
        found = people.values_list("number", "name")
    elif sort == "group":
        match = Q(code__icontains=typed) | Q(title__icontains=typed)
        found = ProductGroup.objects.filter(match).order_by("title").values_list("code", "title")
    else:
        raise Http404
    options = format_html_join("", '<option value="{}">{}</option>', found[:MOST] if typed else ())
    return HttpResponse(options)
