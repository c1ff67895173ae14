"""The days and hours that pages show are those of the business, wherever server and reader are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from largesse.business.models import Business

WITHOUT: Final = ("/v1/", "/health", "/ready", "/static/")
"""What has no pages: instants there are written in UTC."""


class BusinessTime:
    """Makes the business's time zone the current one while a page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT):
            return self.get_response(request)
        with timezone.override(Business.current().calendar.zone):
            return self.get_response(request)
