"""Promotions: the list with what is left of their limits, the builder, and what its fields may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from largesse.backoffice.building.promotion_editor import PROMOTION_EDITOR
from largesse.backoffice.building.suggesting import named
from largesse.backoffice.listing import PromotionList
from largesse.backoffice.offer_filters import CodeFilter, KindFilter, LimitFilter, SuggestFilter
from largesse.backoffice.revised_offers import OfferAdmin
from largesse.backoffice.site import site
from largesse.engine.actions import ACTIONS
from largesse.offers import promotions
from largesse.offers.models import Promotion
from largesse.pages.figures import NOTHING


@admin.register(Promotion, site=site)
class PromotionAdmin(OfferAdmin):
    editor: ClassVar = PROMOTION_EDITOR
    change_list_template = "backoffice/offer_list.html"
    purpose = "A promotion gives something to orders that meet its conditions."
    search_hint = "Title, code or promo code"
    list_display = ("title_words", "code", "state_badge", "gives", "runs", "left", "priority")
    list_filter = (
        "active",
        "archived",
        KindFilter,
        "stage",
        SuggestFilter,
        CodeFilter,
        LimitFilter,
        ("exclusion_group", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("code", "title", "promo_code")
    search_help_text = search_hint

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return PromotionList

    @admin.display(description="Promotion", ordering="title")
    def title_words(self, promotion: Promotion) -> str:
        return promotion.title or promotion.code

    @admin.display(description="Gives")
    def gives(self, promotion: Promotion) -> str:
        """The kinds of its actions."""
        found = [each for revision in promotion.latest for each in revision.definition["actions"]]  # type: ignore[attr-defined]
        kinds = [ACTIONS.get(each["kind"]) for each in found if isinstance(each, Mapping)]
        labels = dict.fromkeys(kind.label for kind in kinds if kind is not None)
        return ", ".join(labels) or NOTHING

    @admin.display(description="Left")
    def left(self, promotion: Promotion) -> str:
        """What is left of its uses and its budget."""
        return ", ".join(getattr(promotion, "limits_left", ())) or NOTHING

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = path("named/<slug:sort>/", view(self.named), name="offers_promotion_named")
        return [own, *super().get_urls()]

    def named(self, request: HttpRequest, sort: str) -> HttpResponse:
        """What a field may name, as one types."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return named(request, sort)

    def beside(self, request: HttpRequest, offer: Promotion | None) -> dict[str, Any]:
        """The page of the promotion's single-use codes, if it asks for one and the reader may see
        them.
        """
        if offer is None or not request.user.has_perm("offers.view_singleusecode"):
            return {}
        asks = promotions.definition_of(offer).get("single_use_codes")
        return (
            {"codes_url": reverse("admin:offers_promotion_codes", args=[offer.pk])} if asks else {}
        )
