"""Which orders wait for whose approval (DE-8)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from largesse.backoffice.site import staff
from largesse.orders.models import Order
from largesse.orders.referring import WAITING


class ToApprove(admin.SimpleListFilter):
    """Orders that wait for an approver; who referred one does not decide about it (DE-8)."""

    title = "to approve"
    parameter_name = "approve"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "By me"), ("asked", "I am asked"), ("all", "By anyone")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        name = staff(request).get_username()
        match self.value():
            case "me":
                return queryset.filter(to_approve(name))
            case "asked":
                return queryset.filter(to_approve(name), approver=name)
            case "all":
                return queryset.filter(state__in=WAITING)
            case _:
                return queryset


def to_approve(name: str) -> Q:
    """The orders that a person may approve: what they referred themselves is for others."""
    return Q(state__in=WAITING) & ~Q(requested_by=name)
