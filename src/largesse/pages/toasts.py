"""A toast says what just happened, and for eight seconds offers to undo it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

_UNDO = "undo="


def toast(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Show `text` on the next page. `undo` is an address that takes the deed back when posted to."""
    messages.success(request, text, extra_tags=f"{_UNDO}{undo}" if undo else "")


def undo_of(extra_tags: str | None) -> str:
    """The address that a message's tags carry.

    >>> undo_of("undo=/offers/7/restore/"), undo_of(None)
    ('/offers/7/restore/', '')
    """
    tags = extra_tags or ""
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""
