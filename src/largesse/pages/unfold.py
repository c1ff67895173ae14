"""Unfold keeps the records' screens; its colours, family and navigation are ours, so that nobody sees a
seam.

Colours are `COLORS`; sheets and states are in static/pages/unfold.css. The navigation on its screens is
`pages/parts/side.html`, the same that office.html shows, from the same variable `office`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    # The settings are read from here, before Django is up.
    from django.http import HttpRequest

COLORS: Final = {
    "primary": {
        "50": "#fbeff3",
        "100": "#f6dde6",
        "200": "#e5bfcd",
        "300": "#f2a0bb",
        "400": "#e98bab",
        "500": "#e0678f",
        "600": "#921845",
        "700": "#7a1239",
        "800": "#640d2d",
        "900": "#4d0a23",
        "950": "#371a26",
    },
    "base": {
        "50": "#f6f4f4",
        "100": "#f0edee",
        "200": "#e6e1e2",
        "300": "#cfc8ca",
        "400": "#a3989c",
        "500": "#6f6468",
        "600": "#5a4f53",
        "700": "#4a4145",
        "800": "#352e31",
        "900": "#1d181a",
        "950": "#141012",
    },
}


def _sheet(name: str) -> Callable[[HttpRequest], str]:
    def address(request: HttpRequest) -> str:
        from django.templatetags.static import static

        return static(f"pages/{name}")

    return address


def around(request: HttpRequest) -> dict[str, Any]:
    """What every Unfold screen is given besides: our navigation, and the theme of the cookie."""
    from largesse.pages.theme import theme_of

    return {
        "templates": {"navigation": "pages/parts/side.html"},
        "theme": theme_of(request),
    }


SETTINGS: Final[dict[str, Any]] = {
    "SITE_TITLE": "Largesse",
    "SITE_HEADER": "Largesse",
    "SITE_LOGO": _sheet("logo.svg"),
    "SITE_ICON": _sheet("logo.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _sheet("logo.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "COLORS": COLORS,
    "BORDER_RADIUS": "7px",
    # tokens first: the others are written in them.
    "STYLES": [_sheet(name) for name in ("tokens.css", "components.css", "unfold.css")],
    "SCRIPTS": [_sheet("unfold.js")],
    "GLOBAL_CALLBACK": f"{__name__}.around",
}
"""The setting UNFOLD."""
