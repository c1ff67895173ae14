"""A draft that is opened to work on it: what stands around each of its tabs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import time as time_text
from django.urls import reverse
from django.utils import timezone

from largesse.business import configuration
from largesse.pages.figures import amount_text, initials
from largesse.pages.toasts import toast
from largesse.rep import desk
from largesse.rep.at_party import location_of
from largesse.rep.giving import bars, overs
from largesse.rep.views.page import Visit
from largesse.rep.work import Work


def opened(visit: Visit, shown_id: str) -> Work | HttpResponse:
    """The draft to work on; for an order that is saved, the way to its page."""
    record = visit.own(shown_id)
    if not desk.is_open(record):
        return redirect("rep:order", shown_id)
    return Work(record, visit.now, visit.business, location_of(record, visit.location))


def show_tab(
    visit: Visit, work: Work, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A tab of a draft, with the customer and the sums above it."""
    customer = work.record.customer
    told = {
        "work": work,
        "record": work.record,
        "id": work.record.public_id,
        "version": desk.version(work.record),
        "quote": work.quote,
        "customer": customer,
        "customer_initials": initials(customer.name) if customer is not None else "",
        "customer_said": _about(customer) if customer is not None else "",
        "deals_count": len(work.quote.deal_progress),
        "bars": bars(work.quote, work.draft),
        "overs": overs(work.quote, work.draft),
        "gone": work.gone,
        "order": work.record.order,
        "party": work.record.party,
        "may_pick": configuration.value(configuration.REPS_PICK_DEALS),
        "may_refer": configuration.value(configuration.REPS_REFER_ORDERS),
        "gap": amount_text(work.quote.gap, work.quote.currency),
        **context,
    }
    return visit.show(template, told, status=status)


def _about(customer: Any) -> str:
    """What a rep is told of a customer beside the name."""
    tags = [tag.name for tag in customer.tags.all()]
    return " · ".join([customer.number, *tags[:3]])


def told_of_other(visit: Visit, work: Work, url: str) -> HttpResponse:
    """What was done on a page that is older than the draft is not done, and the page says so."""
    work.record.refresh_from_db()
    at = time_text(timezone.localtime(work.record.changed_at), "H:i")
    toast(
        visit.request,
        f"This order was changed in another window at {at}. It is shown as it is now; "
        "what you just did was not done.",
    )
    return redirect(url)


def undo_url(work: Work, back: str) -> str:
    """Where the last deed on a draft is undone; `back` is the name of the tab to return to."""
    return f"{reverse('rep:undo', args=[work.record.public_id])}?to={back}"
