"""Filters of offers by what their latest revision says."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone

from largesse.backoffice.building.kind_forms import choices_of, kinds_of
from largesse.engine.actions.base import Action
from largesse.engine.benefits.base import Benefit
from largesse.engine.offers.promotion import Suggest
from largesse.offers.models import DealRevision, Promotion, PromotionRevision


def saying(revisions: type[PromotionRevision] | type[DealRevision], *texts: str) -> Q:
    """Offers whose latest definition has one of these texts."""
    wanted = Q()
    for text in texts:
        wanted |= Q(text__contains=text)
    found = revisions.latest().annotate(text=Cast("definition", TextField())).filter(wanted)
    return Q(pk__in=found.values(revisions.of))


class OfKind(admin.SimpleListFilter):
    """By a kind of what the offers give, of which `base` is the base class."""

    title = "gives"
    parameter_name = "gives"
    base: ClassVar[type]
    revisions: ClassVar[type[PromotionRevision] | type[DealRevision]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return kinds_of(self.base)

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return rows.filter(saying(self.revisions, f'"kind": "{value}"')) if value else rows


class KindFilter(OfKind):
    """By a kind of action."""

    base = Action
    revisions = PromotionRevision


class BenefitFilter(OfKind):
    """By a kind of benefit."""

    base = Benefit
    revisions = DealRevision


class SuggestFilter(admin.SimpleListFilter):
    """By whether the buyer is asked."""

    title = "asks the buyer"
    parameter_name = "asks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return choices_of(Suggest)

    def queryset(self, request: HttpRequest, rows: QuerySet[Promotion]) -> QuerySet[Promotion]:
        value = self.value()
        if value == Suggest.NO:
            return rows.exclude(saying(PromotionRevision, '"suggest": '))
        return rows.filter(saying(PromotionRevision, f'"suggest": "{value}"')) if value else rows


class CodeFilter(admin.SimpleListFilter):
    """By the code that it asks for."""

    title = "code"
    parameter_name = "with_code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return (("one", "One promo code"), ("single", "Single-use codes"), ("none", "No code"))

    def queryset(self, request: HttpRequest, rows: QuerySet[Promotion]) -> QuerySet[Promotion]:
        single = saying(PromotionRevision, '"single_use_codes": true')
        match self.value():
            case "one":
                return rows.exclude(promo_code="")
            case "single":
                return rows.filter(single)
            case "none":
                return rows.filter(promo_code="").exclude(single)
            case _:
                return rows


def limited() -> Q:
    """Promotions that have a budget, or give something to so many orders."""
    return saying(PromotionRevision, '"budget": ', '"max_uses": ')


def limited_now(at: datetime) -> Q:
    """Those of them that are switched on and not over."""
    return limited() & Q(active=True, archived=False) & (Q(ends=None) | Q(ends__gt=at))


class LimitFilter(admin.SimpleListFilter):
    """By whether their uses or what they give are limited."""

    title = "limit"
    parameter_name = "limit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return (("now", "Limited, not over"), ("any", "Limited"), ("none", "Not limited"))

    def queryset(self, request: HttpRequest, rows: QuerySet[Promotion]) -> QuerySet[Promotion]:
        match self.value():
            case "now":
                return rows.filter(limited_now(timezone.now()))
            case "any":
                return rows.filter(limited())
            case "none":
                return rows.exclude(limited())
            case _:
                return rows
