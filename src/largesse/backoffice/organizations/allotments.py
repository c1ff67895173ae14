"""Allotments of all organizations in one list, and those of one on its page (AL-2, AL-9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import result_headers
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.views import ChangeList  # type: ignore[import-untyped]

from largesse.backoffice import exporting
from largesse.backoffice.base import RecordAdmin, page_action
from largesse.backoffice.entry_pages import last_moment
from largesse.backoffice.organizations import asking, changes, granting, usage, uses
from largesse.backoffice.organizations.allotment_filters import InState, RunsIn
from largesse.backoffice.organizations.allotment_rows import shown, state_of, with_units
from largesse.backoffice.organizations.frame import ListTab, of_organization, unless_hidden
from largesse.backoffice.organizations.tiles import tiles
from largesse.backoffice.site import site
from largesse.crm.models import Organization
from largesse.offers.models import Allotment
from largesse.pages.states import badge_of
from largesse.sheets.writing import Cell

HEAD: Final = ("Allotment", "Code", "Organization", "Product", "SKU", "Product group", "State",
               "Available", "Used", "Quantity", "First day", "Last day", "Members only")  # fmt: skip


class AllotmentList(ChangeList):  # type: ignore[misc]
    """A list with the units and links of its rows, and the sums of all that the filters leave."""

    def get_filters_params(self, params: Any = None) -> Any:
        """The filters; the kind of a file is none of them."""
        found = super().get_filters_params(params)
        found.pop("as", None)
        return found

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.shown = shown(request, self.result_list, timezone.now())
        self.sums = self.queryset.aggregate(
            count=Count("pk"),
            available_sum=Sum("available", default=0),
            used_sum=Sum("used", default=0),
            granted_sum=Sum("granted", default=0),
        )

    @property
    def headers(self) -> list[Any]:
        """The heads of the columns, by which the list is sorted."""
        return list(result_headers(self))


class AllotmentPages(RecordAdmin):
    """What lists of allotments share. All is done through the use cases: what is used is closed, not
    deleted (AL-11).
    """

    purpose = "An allotment is a number of free units of a product that an organization may use."
    change_list_template = "backoffice/organizations/all_allotments.html"
    list_select_related = ("organization", "product", "product_group")
    actions = ()
    list_display: Any = ("name", "organization", "product", "available", "used", "quantity")

    def get_queryset(self, request: HttpRequest) -> Any:
        # Not the inherited one, which puts rows in an order that their figures are not in yet.
        return with_units(Allotment.objects.all(), timezone.now())

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return AllotmentList

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Allotment", ordering="title")
    def name(self, row: Any) -> str:
        return str(row.title)

    @admin.display(description="Available", ordering="available")
    def available(self, row: Any) -> int:
        return int(row.available)

    @admin.display(description="Used", ordering="used")
    def used(self, row: Any) -> int:
        return int(row.used)

    @admin.display(description="Quantity", ordering="granted")
    def quantity(self, row: Any) -> int:
        return int(row.granted)

    def file(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """What the search and the filters leave, as CSV, or as a workbook by `?as=xlsx`."""
        kind = "xlsx" if request.GET.get("as") == "xlsx" else "csv"
        rows = self.get_changelist_instance(request).get_queryset(request)
        exporting.record(request, Allotment, f"{rows.count()} allotments", kind)
        return exporting.sheet(kind, name, "Allotments", HEAD, _cells(rows))


def _cells(rows: Any) -> Iterator[list[Cell]]:
    now = timezone.now()
    for row in rows.iterator(chunk_size=500):
        state = state_of(row, now)
        word = (state.word or badge_of(state.name).word) if state is not None else "Available"
        yield [
            row.title,
            row.code,
            row.organization.name,
            row.product.name,
            row.product.sku,
            row.product_group.title,
            word,
            row.available,
            row.used,
            row.granted,
            *(
                timezone.localtime(at).date().isoformat() if at is not None else ""
                for at in (row.starts, last_moment(row.ends))
            ),
            "yes" if row.members_only else "no",
        ]


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
    ordering = ("-id",)
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
        """What was changed of its record, of its units, and of its link."""
        return changes.newest(
            super().changes_of(request, row), changes.of_units(row), changes.of_links(row)
        )


# --- on the page of an organization ----------------------------------------------------------------


class AllotmentsTab(ListTab, AllotmentPages):  # type: ignore[misc]
    of = Allotment
    called = "allotments"
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
    return AllotmentsTab(organization).file(request, f"allotments-{organization.code}")


@of_organization(needs="offers.add_allotment")
@unless_hidden
def add(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    return granting.add(request, organization)
