"""The theme is the reader's: light, dark, or whatever their system is set to.

A cookie keeps the choice, so that the server writes it into the page and nothing flashes.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

COOKIE: Final = "theme"
THEMES: Final = ("light", "dark")


def theme_of(request: HttpRequest) -> str:
    """`light`, `dark`, or empty where the reader follows their system."""
    asked = request.COOKIES.get(COOKIE, "")
    return asked if asked in THEMES else ""


def theme(request: HttpRequest) -> dict[str, str]:
    """Context processor: the variable `theme`, which base.html writes into `data-theme`."""
    return {"theme": theme_of(request)}
