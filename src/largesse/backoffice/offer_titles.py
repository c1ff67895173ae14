"""Accounts of discounts are owned by codes; people read the titles of what bears the code (JO-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from largesse.crm.models import Partner
from largesse.ledger.accounts import Kind
from largesse.offers.models import Allotment, Deal, Promotion
from largesse.orders.booking import NO_PARTNER

RECORDS: Final[Mapping[Kind, type[Model]]] = {
    Kind.PROMOTIONS: Promotion,
    Kind.SPREES: Promotion,
    Kind.DEALS: Deal,
    Kind.GIVEAWAY_STOCK: Deal,
    Kind.PARTNER_VOUCHERS: Partner,
    Kind.ALLOTMENTS: Allotment,
}
"""The records whose codes own the accounts of a kind: one may own some of several kinds."""

Owner = tuple[Kind, str]
"""A kind of account, and whose it is."""


class Titled(NamedTuple):
    """What an account is called by; `url` is its owner's page, empty for those who may not open it."""

    title: str
    url: str = ""


def titles(request: HttpRequest, owners: Iterable[Owner]) -> Mapping[Owner, Titled]:
    """The titles of some owners; a query for each sort of record."""
    asked = list(owners)
    codes: dict[type[Model], set[str]] = defaultdict(set)
    for kind, owner in asked:
        if kind in RECORDS:
            codes[RECORDS[kind]].add(owner)
    found = {record: _found(request, record, some) for record, some in codes.items()}

    def titled(kind: Kind, owner: str) -> Titled:
        named = found[RECORDS[kind]].get(owner) if kind in RECORDS else None
        return named or _without_record(kind, owner)

    return {(kind, owner): titled(kind, owner) for kind, owner in asked}


def _found(request: HttpRequest, record: type[Model], codes: set[str]) -> Mapping[str, Titled]:
    app, name = record._meta.app_label, record._meta.model_name
    may = request.user.has_perm(f"{app}.view_{name}")
    view = f"admin:{app}_{name}_change"
    rows: Iterable[Any] = record._default_manager.filter(code__in=codes)
    return {row.code: Titled(str(row), reverse(view, args=[row.pk]) if may else "") for row in rows}


def _without_record(kind: Kind, owner: str) -> Titled:
    if kind is Kind.MANUAL:
        return Titled("Credit given by hand" if owner else "Taken off by hand")
    return Titled("Vouchers of no partner" if owner == NO_PARTNER else owner)
