"""The back office is one site: the records' pages and our own pages share its sign-in and its shell."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite  # type: ignore[import-untyped]

from largesse.business.models import User
from largesse.pages.theme import theme_of


class BackOffice(UnfoldAdminSite):  # type: ignore[misc]
    """Staff work here; whoever isn't staff is asked to sign in."""

    site_header = "Largesse"
    site_title = "Largesse"
    index_title = "Dashboard"
    enable_nav_sidebar = True
    empty_value_display = "–"

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from largesse.backoffice.navigation import office_shell

        context: dict[str, Any] = super().each_context(request)
        context["theme"] = theme_of(request)
        context["office"] = SimpleLazyObject(lambda: office_shell(request))
        return context

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """No list of apps: the navigation is written by hand."""
        return []

    def extra_urls(self) -> list[URLPattern]:
        from largesse.backoffice import (
            configuration_page,
            finding,
            notice_page,
            palette,
            settings_page,
        )

        return [
            path("find/", self.admin_view(finding.find), name="find"),
            path("palette/", self.admin_view(palette.palette), name="palette"),
            path("notices/<uuid:pk>/", self.admin_view(notice_page.open_notice), name="notice"),
            path("settings/", self.admin_view(settings_page.settings_page), name="settings"),
            path(
                "settings/configuration/",
                self.admin_view(configuration_page.configuration_page),
                name="configuration",
            ),
        ]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        from largesse.backoffice.dashboard.page import dashboard

        return dashboard(request)


site = BackOffice(name="admin")


def staff(request: HttpRequest) -> User:
    """Who asks, on a page for which one is signed in."""
    assert isinstance(request.user, User)
    return request.user
