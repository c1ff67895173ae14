"""The report of a party: a page to print, and the same as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from largesse.backoffice import exporting
from largesse.backoffice.amounts import currency_of
from largesse.backoffice.parties.frame import of_party, party_badge
from largesse.backoffice.parties.guests import WHY_NOT
from largesse.backoffice.site import site
from largesse.business.models import Business
from largesse.orders.models import Order, Party
from largesse.orders.parties import sheet
from largesse.orders.parties.report import report


@require_safe
@of_party()
def page(request: HttpRequest, party: Party) -> HttpResponseBase:
    """What it came to by now; `?as=csv` and `?as=xlsx` are files of the same."""
    now = timezone.now()
    found = report(party, at=now)
    currency = currency_of(request)
    kind = request.GET.get("as", "")
    if kind in exporting.KINDS:
        exporting.record(request, Party, f"The report of party {party.number}", kind)
        rows = sheet.rows(found, currency, Business.current().calendar)
        return exporting.sheet(
            kind, f"party-{party.number}", f"Party {party.number}", sheet.HEAD, rows
        )
    context: dict[str, Any] = {
        **site.each_context(request),
        "party": party,
        "party_badge": party_badge(party.state),
        "found": found,
        "guests": [(each, WHY_NOT.get(Order.State(each.order.state), "")) for each in found.guests],
        "currency": currency,
        "business": Business.current().name,
        "at": now,
    }
    return TemplateResponse(request, "backoffice/parties/report.html", context)
