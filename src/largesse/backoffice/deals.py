"""Deals: the list with what they give, and the builder (DE-1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from largesse.backoffice.building.deal_editor import DEAL_EDITOR
from largesse.backoffice.listing import DealList
from largesse.backoffice.offer_filters import BenefitFilter
from largesse.backoffice.revised_offers import OfferAdmin
from largesse.backoffice.site import site
from largesse.engine.benefits import BENEFITS
from largesse.offers.models import Deal
from largesse.pages.figures import NOTHING


@admin.register(Deal, site=site)
class DealAdmin(OfferAdmin):
    editor: ClassVar = DEAL_EDITOR
    base = "deal"
    change_list_template = "backoffice/deal_list.html"
    purpose = "A deal gives something to whole order lines that reach its trigger together."
    search_hint = "Title or code"
    list_display = (
        "title_words", "code", "state_badge", "products", "gives", "how", "runs", "priority",
    )  # fmt: skip
    list_filter = (
        "active",
        "archived",
        BenefitFilter,
        "high_priority",
        "manual",
        "pinned",
        "referable",
    )
    search_fields = ("code", "title")
    search_help_text = search_hint

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return DealList

    @admin.display(description="Deal", ordering="title")
    def title_words(self, deal: Deal) -> str:
        return str(deal)

    @admin.display(description="Products")
    def products(self, deal: Deal) -> str:
        """What it covers."""
        return ", ".join(getattr(deal, "set_names", ())) or NOTHING

    @admin.display(description="Gives")
    def gives(self, deal: Deal) -> str:
        """The kinds of its benefits."""
        found = [tier["benefit"]["kind"] for r in deal.latest for tier in r.definition["tiers"]]  # type: ignore[attr-defined]
        return ", ".join(dict.fromkeys(BENEFITS[kind].label for kind in found if kind in BENEFITS))

    @admin.display(description="How")
    def how(self, deal: Deal) -> str:
        """What makes it go otherwise than by the best choice."""
        words = {
            "high_priority": "before the best choice",
            "manual": "only when picked",
            "pinned": "shown first",
            "referable": "may be referred",
        }
        told = ", ".join(word for name, word in words.items() if getattr(deal, name))
        return told[:1].upper() + told[1:] or NOTHING
