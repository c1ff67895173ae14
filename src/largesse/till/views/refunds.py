"""A refund by receipt: the order's lines, the units that come back, why, and what goes back to whom."""

from __future__ import annotations

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from largesse.ledger import reading
from largesse.orders.answers import Deed, Done
from largesse.orders.models import Order
from largesse.orders.refunding import refund as give_back
from largesse.pages.figures import amount_text
from largesse.pages.toasts import toast
from largesse.till import journal
from largesse.till.refund_page import REASONS, refund_page
from largesse.till.views.page import Visit, at_a_till, is_from_script

REASON_MAX = 120


@require_http_methods(["GET", "HEAD", "POST"])
@at_a_till
def refund(visit: Visit, shown_id: str) -> HttpResponse:
    """Choose what comes back; the page says what that gives back, then does it once."""
    order = _order(shown_id)
    if visit.request.method != "POST":
        return _show(visit, order)
    if not visit.may_refund:
        return _show(visit, order, error="Only an administrator refunds here. Ask one.")
    if visit.request.POST.get("do") != "refund":
        return _show(visit, order)
    return _refund(visit, order)


def _order(shown_id: str) -> Order:
    try:
        return Order.by_public_id(shown_id)
    except (ValueError, Order.DoesNotExist):
        raise Http404 from None


def _units(visit: Visit, order: Order) -> dict[str, int]:
    """The units that were chosen, by line; a step counts from what the page said."""
    said = visit.request.POST
    found: dict[str, int] = {}
    for line in order.lines.all():
        text = said.get(f"units.{line.line}", "0").strip()
        units = int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
        left = line.units - line.units_refunded
        if "all" in said:
            units = left
        step = said.get("step", "").partition(":")
        if step[0] == line.line and step[2] in ("1", "-1"):
            units += int(step[2])
        found[line.line] = max(0, min(left, units))
    return found


def _refund(visit: Visit, order: Order) -> HttpResponse:
    units = {line: n for line, n in _units(visit, order).items() if n}
    reason = " ".join(visit.request.POST.get("reason", "").split())[:REASON_MAX]
    if not units:
        return _show(visit, order, error="Choose what comes back.")
    if not reason:
        return _show(visit, order, reason_error="Say why it comes back.")
    seen = visit.request.POST.get("events", "")
    deed = Deed(
        # As many events as the page saw: pressed twice it is one refund.
        key=f"till:refund:{order.public_id}:{seen}",
        body=msgspec.json.encode([sorted(units.items()), reason, visit.actor]),
        at=visit.now,
        actor=visit.actor,
        reason=reason,
    )
    answer = give_back(order.id, deed, units).answer
    if not isinstance(answer, Done):
        return _show(visit, order, error=getattr(answer, "message", "Try again."))
    toast(visit.request, f"{amount_text(answer.refund_total, answer.currency)} given back.")
    if is_from_script(visit.request):
        return HttpResponse(headers={"X-Go": visit.request.path})
    return redirect("till:refund", order.public_id)


def _show(visit: Visit, order: Order, **more: str) -> HttpResponse:
    units = _units(visit, order) if visit.request.method == "POST" else {}
    told = {
        "visit": visit,
        "order": order,
        "currency": order.currency,
        "refund": refund_page(order, units),
        "reason": visit.request.POST.get("reason", ""),
        "reasons": REASONS,
        "ledgers": journal.posted(reading.transfers_of(order.id)),
        **more,
    }
    part = is_from_script(visit.request)
    return render(visit.request, f"till/{'refund_parts' if part else 'refund'}.html", told)
