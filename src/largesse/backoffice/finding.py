"""One search over orders, customers, products and offers, each for those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from largesse.backoffice.site import site
from largesse.catalog.models import Product
from largesse.crm.models import Customer
from largesse.offers.models import Deal, Promotion
from largesse.orders.models import Order

SHOWN = 8
"""How many of each kind a page of results lists; the rest are on the kind's own list."""


class Hit(NamedTuple):
    url: str
    name: str
    note: str


class Hits(NamedTuple):
    """What was found of one kind."""

    title: str
    icon: str
    hits: tuple[Hit, ...]
    all_url: str
    more: bool


_KINDS: tuple[tuple[type, str, Callable[..., tuple[str, str]]], ...] = (
    (
        Order,
        "receipt-text",
        lambda o: (o.number, f"{o.get_state_display()}, {o.customer or 'no customer'}"),
    ),
    (Customer, "users", lambda c: (c.name, c.number)),
    (Product, "package", lambda p: (p.name, p.sku)),
    (Promotion, "badge-percent", lambda p: (str(p), p.code)),
    (Deal, "handshake", lambda d: (str(d), d.code)),
)


def find(request: HttpRequest) -> HttpResponse:
    """What `?q=` names; one exact order number or SKU opens at once only by the reader's choice."""
    words = request.GET.get("q", "").strip()
    found = [kind for kind in (_found(request, words, *kind) for kind in _KINDS) if kind.hits]
    context = {
        **site.each_context(request),
        "title": "Search",
        "words": words,
        "found": found if words else [],
    }
    partial = request.headers.get("HX-Request") == "true"
    template = "backoffice/parts/found.html" if partial else "backoffice/find.html"
    return TemplateResponse(request, template, context)


def _found(
    request: HttpRequest, words: str, model: type, icon: str, told: Callable[..., tuple[str, str]]
) -> Hits:
    admin: ModelAdmin[Any] = site.get_model_admin(model)
    info = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
    title = str(model._meta.verbose_name_plural).capitalize()  # type: ignore[attr-defined]
    if not words or not admin.has_view_permission(request):
        return Hits(title, icon, (), "", False)
    rows, _ = admin.get_search_results(request, admin.get_queryset(request), words)
    if model is Order:
        rows = rows.select_related("customer")
    chosen = list(rows[: SHOWN + 1])
    hits = tuple(
        Hit(reverse(f"{info}_change", args=[row.pk]), *told(row)) for row in chosen[:SHOWN]
    )
    all_url = f"{reverse(f'{info}_changelist')}?q={words}"
    return Hits(title, icon, hits, all_url, len(chosen) > SHOWN)
