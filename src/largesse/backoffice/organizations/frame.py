"""The pages of one organization stand beside each other as tabs; each is for those who may open it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from largesse.backoffice.base import ReadOnly
from largesse.backoffice.organizations.sheets import SheetPages
from largesse.backoffice.site import site
from largesse.business import configuration
from largesse.business.configuration import HIDE_ALLOTMENTS_TAB
from largesse.crm.models import Organization
from largesse.engine.stage import Stage
from largesse.offers.models import Allotment
from largesse.orders.models import Order, Part
from largesse.pages.navigation import Tab

VIEW: Final = "crm.view_organization"
LIST: Final = "admin:crm_organization_changelist"
EXPORT: Final = "export/"
"""Where a list is taken away, seen from its own address."""


def address(organization: Organization, name: str = "change") -> str:
    """The address of one of its pages."""
    return reverse(f"admin:crm_organization_{name}", args=[organization.pk])


def frame(request: HttpRequest, organization: Organization) -> dict[str, Any]:
    """What stands around each of its pages: its name, and the tabs that the reader may open."""
    return {"organization": organization, "tabs": list(_tabs(request, organization))}


def _tabs(request: HttpRequest, organization: Organization) -> list[Tab]:
    may = request.user.has_perm
    found = [Tab("Overview", address(organization))]
    if may("crm.view_customer"):
        members = organization.members.count()
        found.append(Tab("Members", address(organization, "members"), members))
    if may("offers.view_allotment") and not is_tab_hidden():
        held = organization.allotments.filter(closed=False).count()
        found.append(Tab("Allotments", address(organization, "allotments"), held))
    if may("orders.view_order"):
        orders = orders_of(organization).count()
        found.append(Tab("Orders", address(organization, "orders"), orders))
    if may("ledger.view_transfer"):
        found.append(Tab("Journal", address(organization, "journal")))
    return [*found, Tab("History", address(organization, "history"))]


def parts_of(organization: Organization) -> models.QuerySet[Part]:
    """What its allotments took off the lines of orders."""
    codes = Allotment.objects.filter(organization=organization).values("code")
    return Part.objects.filter(stage=Stage.ALLOTMENT.value, offer__in=codes).order_by()


def orders_of(organization: Organization) -> models.QuerySet[Order]:
    """The orders that used its allotments, also those that were given back since."""
    found = Order.objects.filter(pk__in=parts_of(organization).values("order_line__order"))
    return found.exclude(state__in=(Order.State.CANCELLED, Order.State.DECLINED))


def is_tab_hidden() -> bool:
    """Whether organizations show no tab of allotments (AL-2)."""
    return configuration.value(HIDE_ALLOTMENTS_TAB)


# --- pages -----------------------------------------------------------------------------------------

Page = Callable[..., HttpResponseBase]


def of_organization(*, needs: str = "") -> Callable[[Page], Page]:
    """A page of an organization, for those who may see it and have the permission that it `needs`."""

    def decorate(page: Page) -> Page:
        @wraps(page)
        def view(request: HttpRequest, pk: UUID, **more: Any) -> HttpResponseBase:
            if not request.user.has_perm(VIEW) or (needs and not request.user.has_perm(needs)):
                raise PermissionDenied
            return page(request, get_object_or_404(Organization, pk=pk), **more)

        return view

    return decorate


def unless_hidden(page: Page) -> Page:
    """A page of the tab of allotments; while it is hidden, one that says where the setting is."""

    @wraps(page)
    def view(request: HttpRequest, organization: Organization, **more: Any) -> HttpResponseBase:
        if not is_tab_hidden():
            return page(request, organization, **more)
        words = urlencode({"q": "allotment"})
        title = HIDE_ALLOTMENTS_TAB.title
        sentence = f"The setting “{title}” is on. Allotments and their links keep working."
        setting_url = f"{reverse('admin:configuration')}?{words}"
        context = {"sentence": sentence, "setting_url": setting_url}
        return shown(request, organization, "hidden", context, status=404)

    return view


def shown(
    request: HttpRequest,
    organization: Organization,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of an organization by the name of its template."""
    return TemplateResponse(
        request,
        f"backoffice/organizations/{template}.html",
        {**site.each_context(request), **frame(request, organization), **context},
        status=status,
    )


class ListTab(SheetPages, ReadOnly):  # type: ignore[misc]
    """A list of records within the page of an organization, with search, filters, paging and files as
    all lists have them.
    """

    of: ClassVar[type[models.Model]]
    change_list_template = "backoffice/organizations/list.html"
    actions_list = ()

    def __init__(self, organization: Organization):
        super().__init__(self.of, site)
        self.organization = organization

    def page(self, request: HttpRequest, context: dict[str, Any] | None = None) -> HttpResponse:
        """The list within the organization's page."""
        around = {**frame(request, self.organization), "export_url": EXPORT, **(context or {})}
        found: HttpResponse = self.changelist_view(request, around)
        return found

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The list as a file."""
        called = self.called.replace(" ", "-")
        return self.file(request, f"{called}-{self.organization.code}")
