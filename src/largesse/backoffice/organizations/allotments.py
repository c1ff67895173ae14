"""Allotments of all organizations in one list, and those of one on its page (AL-2, AL-9)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path

from largesse.backoffice.base import page_action
from largesse.backoffice.organizations import asking, changes, granting, usage, uses
from largesse.backoffice.organizations.allotment_filters import InState, RunsIn
from largesse.backoffice.organizations.allotment_pages import AllotmentPages
from largesse.backoffice.organizations.frame import ListTab, of_organization, unless_hidden
from largesse.backoffice.organizations.tiles import tiles
from largesse.backoffice.site import site
from largesse.crm.models import Organization
from largesse.offers.models import Allotment


@admin.register(Allotment, site=site)
class AllotmentAdmin(AllotmentPages):
    """Those of all organizations."""

    search_fields = ("title", "code", "organization__name", "product__name", "product__sku")
    search_help_text = search_hint = "Title, organization or product"
    list_filter = (
        InState,
        ("organization", admin.RelatedOnlyFieldListFilter),
        ("product_group", admin.RelatedOnlyFieldListFilter),
        RunsIn,
        "members_only",
    )
    list_display = ("name", "organization", "product", "available", "used", "quantity")
    ordering = ("-id",)
    actions = ("close",)
    change_list_template = "backoffice/organizations/all_allotments.html"
    object_history_template = "backoffice/organizations/allotment_history.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        one = {"close": asking.close, "revoke": asking.revoke, "uses": uses.page}
        return [
            path("usage/", view(usage.page), name="offers_allotment_usage"),
            path("products/", view(granting.products), name="offers_allotment_products"),
            *(
                path(f"<uuid:pk>/{name}/", view(page), name=f"offers_allotment_{name}")
                for name, page in one.items()
            ),
            *super().get_urls(),
        ]

    @admin.action(description="Close", permissions=["change"])
    def close(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Those that are chosen, once it was asked."""
        return asking.close_chosen(request, rows.filter(closed=False))

    @page_action(description="Export", url_path="export", icon="download")
    def export(self, request: HttpRequest) -> HttpResponseBase:
        return self.file(request, "allotments")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            return granting.add(request)
        return granting.edit(request, self.row(request, object_id))

    def changes_of(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """What was changed of its record, of its units, and of its link. It was added when it was
        granted.
        """
        record = [each for each in super().changes_of(request, row) if each["kind"] != "Added"]
        return changes.newest(record, changes.of_units(row), changes.of_links(row.links.all()))


# --- on the page of an organization ----------------------------------------------------------------


class AllotmentsTab(ListTab, AllotmentPages):  # type: ignore[misc]
    of = Allotment
    change_list_template = "backoffice/organizations/allotments.html"
    list_display = ("name", "product", "available", "used", "quantity")
    search_fields = ("title", "code", "product__name", "product__sku")
    search_help_text = search_hint = "Title or product"
    list_filter = (InState, ("product_group", admin.RelatedOnlyFieldListFilter), RunsIn)
    ordering = ("available",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(organization=self.organization)


@of_organization(needs="offers.view_allotment")
@unless_hidden
def tab(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """Its allotments with their sums."""
    return AllotmentsTab(organization).page(request, {"tiles": tiles(request, organization)})


@of_organization(needs="offers.view_allotment")
@unless_hidden
def export(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    return AllotmentsTab(organization).export(request)


@of_organization(needs="offers.add_allotment")
@unless_hidden
def add(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    return granting.add(request, organization)
