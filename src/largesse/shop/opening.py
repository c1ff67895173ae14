"""Whoever opens a link: from what address, and whether a browser only looks ahead."""

from __future__ import annotations

from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The address that a request came from, as the log of links keeps it."""
    return str(request.META.get("REMOTE_ADDR") or "") or None


def is_ahead_of_time(request: HttpRequest) -> bool:
    """Whether a browser fetches the page before its user has chosen to go there."""
    told = (
        request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    )
    return any("prefetch" in each or "preview" in each for each in told)
