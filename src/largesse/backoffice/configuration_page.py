"""Settings → Configuration: one searchable page of everything that can be set (AL-2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from largesse.backoffice.site import site
from largesse.business import configuration
from largesse.business.configuration import SETTINGS, Named
from largesse.business.models import Setting
from largesse.pages.toasts import toast


class ShownSetting(NamedTuple):
    """A setting as the page shows it; `by` and `at` are those of its latest change."""

    setting: Named[bool]
    on: bool
    by: str
    at: datetime | None


def configuration_page(request: HttpRequest) -> HttpResponse:
    """The settings that `?q=` leaves; POST turns one on or off."""
    if request.method == "POST":
        return _set(request)
    if not request.user.has_perm("business.view_setting"):
        raise PermissionDenied
    words = request.GET.get("q", "").strip()
    context = {
        **site.each_context(request),
        "title": "Configuration",
        "words": words,
        "settings": [shown for shown in _all() if shown.setting.matches(words)],
        "may_change": request.user.has_perm("business.change_setting"),
    }
    partial = request.headers.get("HX-Request") == "true"
    template = "backoffice/parts/settings.html" if partial else "backoffice/configuration.html"
    return TemplateResponse(request, template, context)


def _set(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("business.change_setting"):
        raise PermissionDenied
    setting = SETTINGS.get(request.POST.get("name", ""))
    if setting is None:
        raise Http404
    on = request.POST.get("value") == "on"
    if configuration.change(setting, on):
        toast(request, f"{setting.title} is {'on' if on else 'off'}.")
    words = request.POST.get("q", "")
    address = reverse("admin:configuration")
    return redirect(f"{address}?{urlencode({'q': words})}" if words else address)


def _all() -> list[ShownSetting]:
    """Every setting with its latest change, in two queries."""
    stored = dict(Setting.objects.values_list("name", "value"))
    latest: dict[str, Any] = {}
    for change in Setting.history.select_related("history_user").order_by("-history_date"):
        latest.setdefault(change.name, change)
    found = []
    for name, setting in SETTINGS.items():
        change = latest.get(name)
        by = str(change.history_user or "someone") if change else ""
        at = change.history_date if change else None
        found.append(ShownSetting(setting, bool(stored.get(name, setting.default)), by, at))
    return found
