"""Settings: one page that leads to all of them."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from largesse.backoffice.site import site
from largesse.backoffice.subjects import SECTIONS, Subject
from largesse.business.models import Business


class ShownSubject(NamedTuple):
    subject: Subject
    url: str


def settings_page(request: HttpRequest) -> HttpResponse:
    """The subjects that the reader may open."""
    sections = [
        (title, [s for s in (_shown(request, subject) for subject in subjects) if s])
        for title, subjects in SECTIONS
    ]
    context = {
        **site.each_context(request),
        "title": "Settings",
        "sections": [section for section in sections if section[1]],
    }
    return TemplateResponse(request, "backoffice/settings.html", context)


def _shown(request: HttpRequest, subject: Subject) -> ShownSubject | None:
    if not request.user.has_perm(subject.permission):
        return None
    if subject.view == "admin:business_business_changelist":
        business = Business.objects.first()
        url = (
            reverse("admin:business_business_change", args=[business.pk])
            if business
            else reverse("admin:business_business_add")
        )
        return ShownSubject(subject, url)
    return ShownSubject(subject, reverse(subject.view))
