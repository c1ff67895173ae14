"""One search over orders, offers and the records about them, each for those who may see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from largesse.backoffice.site import site
from largesse.backoffice.vouchers.showing import gives, number_shown
from largesse.catalog.models import Product
from largesse.crm.models import Customer, Organization, Partner
from largesse.offers.models import Allotment, Deal, Promotion, Voucher
from largesse.orders.models import Order, Party
from largesse.pages.figures import amount_text

SHOWN: Final = 8
"""How many of each kind a page of results lists; the rest are on the kind's own list."""

LOOKED_AT: Final = 24
"""How many of a kind are looked at for those that words name best."""


class Hit(NamedTuple):
    """A record that was found, by its key; `note` tells it from others of its name."""

    key: UUID
    url: str
    name: str
    note: str


class Hits(NamedTuple):
    """What was found of one kind."""

    model: type
    title: str
    icon: str
    hits: tuple[Hit, ...]
    all_url: str
    more: bool


class Sought(NamedTuple):
    """A kind of record: what its page calls a row, what is said beside it, and by which words it is
    looked for at all.
    """

    model: type
    icon: str
    told: Callable[[Any], tuple[str, str]]
    joined: tuple[str, ...] = ()
    is_asked: Callable[[str], bool] = bool


def _order(order: Any) -> tuple[str, str]:
    buyer = order.customer or "No customer"
    return order.number, f"{buyer}, {amount_text(order.total, order.currency)} {order.currency}"


def _has_digit(words: str) -> bool:
    return any(letter.isdigit() for letter in words)


SORTS: Final = (
    Sought(Order, "receipt-text", _order, ("customer",)),
    Sought(Party, "party-popper", lambda row: (row.title, row.number)),
    Sought(Customer, "users", lambda row: (row.name, row.number)),
    Sought(Product, "package", lambda row: (row.name, row.sku)),
    Sought(Promotion, "badge-percent", lambda row: (str(row), row.code)),
    Sought(Deal, "handshake", lambda row: (str(row), row.code)),
    Sought(Partner, "store", lambda row: (row.name, row.code)),
    Sought(Organization, "building-2", lambda row: (row.name, row.code)),
    Sought(Allotment, "gift", lambda row: (str(row), row.organization.name), ("organization",)),
    # By number: the vouchers of a partner are on its list.
    Sought(Voucher, "ticket", lambda row: (number_shown(row), gives(row)), (), _has_digit),
)


def find(request: HttpRequest) -> HttpResponse:
    """What `?q=` names, on a page."""
    words = request.GET.get("q", "").strip()
    context = {
        **site.each_context(request),
        "title": "Search",
        "words": words,
        "found": found(request, words, SHOWN),
    }
    return TemplateResponse(request, "backoffice/find.html", context)


def found(request: HttpRequest, words: str, most: int) -> list[Hits]:
    """What words name, at most so many of each kind that the reader may see; nothing of no words."""
    kinds = (_found(request, words, sought, most) for sought in SORTS if words)
    return [hits for hits in kinds if hits is not None and hits.hits]


def _found(request: HttpRequest, words: str, sought: Sought, most: int) -> Hits | None:
    admin: ModelAdmin[Any] = site.get_model_admin(sought.model)
    if not sought.is_asked(words) or not admin.has_view_permission(request):
        return None
    opts = admin.opts
    info = f"admin:{opts.app_label}_{opts.model_name}"
    rows, _ = admin.get_search_results(request, admin.get_queryset(request), words)
    joined = rows.select_related(*sought.joined) if sought.joined else rows
    chosen = list(joined[: max(most + 1, LOOKED_AT)])
    told = [
        Hit(row.pk, reverse(f"{info}_change", args=[row.pk]), *sought.told(row)) for row in chosen
    ]
    told.sort(key=lambda hit: nearness(hit.name, words))
    all_url = f"{reverse(f'{info}_changelist')}?{urlencode({'q': words})}"
    title = str(opts.verbose_name_plural).capitalize()
    return Hits(sought.model, title, sought.icon, tuple(told[:most]), all_url, len(told) > most)


def nearness(name: str, words: str) -> int:
    """How well words name something, the best first: it begins with them, one of its words does, it
    has them, or it was found by something else.

    >>> [nearness("Harbor Inn", words) for words in ("har", "inn", "bor", "98101")]
    [0, 1, 2, 3]
    """
    text, sought = name.casefold(), words.casefold()
    if text.startswith(sought):
        return 0
    return 1 if f" {sought}" in text else 2 if sought in text else 3
