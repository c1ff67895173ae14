"""Orders: what was bought and what happened since, the way back, a receipt, and each cent explained."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from largesse.ledger.reading import events_of
from largesse.orders.answers import Deed, Refused
from largesse.orders.cancelling import cancel
from largesse.orders.explaining.explanation import explained
from largesse.orders.models import Order
from largesse.orders.repricing import priced_again
from largesse.orders.tenders import tenders_of
from largesse.pages.toasts import toast
from largesse.shop.asking import earned
from largesse.shop.cart_page import count_of
from largesse.shop.order_page import Told, bought, timeline
from largesse.shop.sums import rolled, shipping
from largesse.shop.views.page import Visit
from largesse.shop.visitor import orders_in_cookie
from largesse.shop.wording import SHOPPER

CANCELLABLE = (Order.State.HELD, Order.State.PLACED)
EARNING = (*CANCELLABLE, Order.State.POSTED)
"""While nothing of an order was given back, it brings all that its quote promised."""


def _own(visit: Visit, shown_id: str) -> Order:
    """An order of this visitor; one of anybody else's is as if it were not there."""
    try:
        order = Order.by_public_id(shown_id)
    except (ValueError, Order.DoesNotExist):
        raise Http404 from None
    customer = visit.visitor.customer
    is_customers = customer is not None and order.customer_id == customer.id
    is_guests = order.customer_id is None and shown_id in orders_in_cookie(visit.request)
    if not (is_customers or is_guests):
        raise Http404
    return order


@require_safe
def order(request: HttpRequest, shown_id: str) -> HttpResponse:
    visit = Visit.of(request)
    found = _own(visit, shown_id)
    quote = priced_again(found)
    told = [Told(event.kind, event.at, event.actor) for event in events_of(found.id)]
    return visit.show(
        "order.html",
        {
            "order": found,
            "lines": bought(found, quote),
            "items": count_of(quote.lines),
            "rolled": rolled(quote),
            "shipping": shipping(quote),
            "earned": earned(quote) if found.state in EARNING else (),
            "timeline": timeline(told, visit.visitor.actor, visit.business.name),
            "tenders": tenders_of(found.payment, found.due),
            "refunds": found.refunds.order_by("at"),
            "is_posted": found.state == Order.State.POSTED,
            "is_cancellable": found.state in CANCELLABLE,
            "currency": found.currency,
        },
    )


@require_safe
def receipt(request: HttpRequest, shown_id: str) -> HttpResponse:
    """A receipt to print."""
    visit = Visit.of(request)
    found = _own(visit, shown_id)
    quote = priced_again(found)
    return visit.show(
        "receipt.html",
        {
            "order": found,
            "lines": bought(found, quote),
            "saved": quote.saved,
            "tenders": tenders_of(found.payment, found.due),
            "business": visit.business,
            "currency": found.currency,
        },
    )


@require_safe
def explanation(request: HttpRequest, shown_id: str) -> HttpResponse:
    """How each cent of an order came about (IF-36)."""
    visit = Visit.of(request)
    found = _own(visit, shown_id)
    told = explained(priced_again(found), SHOPPER, open_cell=request.GET.get("cell", ""))
    back = {
        "back_url": reverse("shop:order", args=[shown_id]),
        "back": f"Order {found.number}",
    }
    return visit.show("explanation.html", {"told": told, "order": found, **back})


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_order(request: HttpRequest, shown_id: str) -> HttpResponse:
    """Ask, then cancel: everything that the order used is given back (OR-5)."""
    visit = Visit.of(request)
    found = _own(visit, shown_id)
    if found.state not in CANCELLABLE:
        return redirect("shop:order", shown_id)
    if request.method != "POST":
        return visit.show("cancel.html", {"order": found, "currency": found.currency})
    deed = Deed(
        key=f"shop:{found.public_id}:cancel",
        body=b"",
        at=visit.now,
        actor=visit.visitor.actor,
        reason="the buyer cancelled",
    )
    answer = cancel(found.id, deed).answer
    if isinstance(answer, Refused):
        toast(request, f"Order {found.number} was not cancelled: it is on its way already.")
    else:
        toast(request, f"Order {found.number} is cancelled.")
    return redirect("shop:order", shown_id)
