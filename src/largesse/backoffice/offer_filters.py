"""Filters of promotions by what their latest revision says."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest

from largesse.backoffice.building.kind_forms import choices_of, kinds_of
from largesse.engine.actions.base import Action
from largesse.engine.offers.promotion import Suggest
from largesse.offers.models import Promotion, PromotionRevision


def saying(*texts: str) -> Q:
    """Promotions whose latest definition has one of these texts."""
    latest = PromotionRevision.latest()
    wanted = Q()
    for text in texts:
        wanted |= Q(text__contains=text)
    found = latest.annotate(text=Cast("definition", TextField())).filter(wanted)
    return Q(pk__in=found.values("promotion"))


class KindFilter(admin.SimpleListFilter):
    """By a kind of action."""

    title = "gives"
    parameter_name = "gives"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return kinds_of(Action)

    def queryset(self, request: HttpRequest, rows: QuerySet[Promotion]) -> QuerySet[Promotion]:
        value = self.value()
        return rows.filter(saying(f'"kind": "{value}"')) if value else rows


class SuggestFilter(admin.SimpleListFilter):
    """By whether the buyer is asked."""

    title = "asks the buyer"
    parameter_name = "asks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return choices_of(Suggest)

    def queryset(self, request: HttpRequest, rows: QuerySet[Promotion]) -> QuerySet[Promotion]:
        value = self.value()
        if value == Suggest.NO:
            return rows.exclude(saying('"suggest": '))
        return rows.filter(saying(f'"suggest": "{value}"')) if value else rows


class CodeFilter(admin.SimpleListFilter):
    """By the code that it asks for."""

    title = "code"
    parameter_name = "with_code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return (("one", "One promo code"), ("single", "Single-use codes"), ("none", "No code"))

    def queryset(self, request: HttpRequest, rows: QuerySet[Promotion]) -> QuerySet[Promotion]:
        single = saying('"single_use_codes": true')
        match self.value():
            case "one":
                return rows.exclude(promo_code="")
            case "single":
                return rows.filter(single)
            case "none":
                return rows.filter(promo_code="").exclude(single)
            case _:
                return rows
