"""Who used an allotment, in which order, when, and what came back: a drawer, and files (AL-9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode

from largesse.backoffice import exporting
from largesse.backoffice.organizations.allotment_rows import CHANGE
from largesse.backoffice.organizations.frame import frame
from largesse.backoffice.organizations.sheets import moment
from largesse.backoffice.site import site
from largesse.offers import allotments
from largesse.offers.models import Allotment
from largesse.orders.allotment_uses import State, Use, every_use, uses
from largesse.pages.figures import count_text, day_text
from largesse.sheets.writing import Cell

FIRST: Final = 10
"""How many uses are shown before one asks for more."""
NEXT: Final = 50
HEAD: Final = ("Buyer", "Customer number", "E-mail", "Order", "When", "Units", "Returned",
               "Last returned", "State")  # fmt: skip


class ShownUse(NamedTuple):
    """A use with what is said of it; `badge` is a state and its words, empty where there is none."""

    use: Use
    badge: str
    words: str
    is_back: bool


def page(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The uses that `?q=` finds, after `?after=`; `?as=csv` and `?as=xlsx` are files of them."""
    if not request.user.has_perm("offers.view_allotment"):
        raise PermissionDenied
    rows = Allotment.objects.select_related("organization", "product", "product_group")
    allotment = get_object_or_404(rows, pk=pk)
    words = request.GET.get("q", "")
    kind = request.GET.get("as", "")
    if kind in exporting.KINDS:
        return _file(request, allotment, words, kind)
    template = {"uses": "parts/uses", "use-rows": "parts/use_rows", "more-uses": "parts/use_rows"}
    asked = request.headers.get("HX-Target", "")
    context = {
        **({} if asked in template else frame(request, allotment.organization)),
        **_context(request, allotment, words),
        "is_continued": asked == "more-uses",
    }
    name = template.get(asked, "uses")
    return TemplateResponse(request, f"backoffice/organizations/{name}.html", context)


def _context(request: HttpRequest, allotment: Allotment, words: str) -> dict[str, Any]:
    after, seen = _after(request)
    found = uses(allotment, q=words, after=after, limit=NEXT if after else FIRST)
    seen += len(found.rows)
    units = allotments.units_of(allotment)
    asks = urlencode({"q": words, "after": str(found.after or ""), "seen": str(seen)})
    return {
        **site.each_context(request),
        "allotment": allotment,
        "uses": [_shown(use) for use in found.rows],
        "words": words,
        "more": found.total - seen if found.after else 0,
        "more_url": f"{request.path}?{asks}",
        "granted": units.granted,
        "used": units.held + units.posted,
        "available": units.left,
        "may_close": request.user.has_perm(CHANGE) and not allotment.closed,
    }


def _after(request: HttpRequest) -> tuple[UUID | None, int]:
    """From after which use on, and how many were shown before; the first ones for what is neither."""
    try:
        return UUID(request.GET.get("after", "")), int(request.GET.get("seen", ""))
    except ValueError:
        return None, 0


def _shown(use: Use) -> ShownUse:
    on = f" {day_text(timezone.localtime(use.back_at))}" if use.back_at else ""
    match use.state:
        case State.RETURNED | State.PARTLY_RETURNED:
            words = f"{count_text(use.units_returned)} returned{on}"
            return ShownUse(use, "draft", words, use.state is State.RETURNED)
        case State.CANCELLED:
            return ShownUse(use, "draft", f"Cancelled{on}", True)
        case State.RESERVED:
            return ShownUse(use, "held", "Reserved", False)
        case _:
            return ShownUse(use, "", "", False)


# --- files -----------------------------------------------------------------------------------------


def _file(request: HttpRequest, allotment: Allotment, words: str, kind: str) -> HttpResponseBase:
    exporting.record(request, Allotment, f"The uses of {allotment}", kind)
    name = f"uses-{allotment.code.lower()}"
    return exporting.sheet(kind, name, "Uses", HEAD, _cells(every_use(allotment, q=words)))


def _cells(found: Iterator[Use]) -> Iterator[list[Cell]]:
    for use in found:
        yield [
            use.buyer.name,
            use.buyer.number,
            use.buyer.email,
            use.order.number,
            moment(use.at),
            use.units,
            use.units_returned,
            moment(use.back_at),
            use.state.value.replace("_", " "),
        ]
