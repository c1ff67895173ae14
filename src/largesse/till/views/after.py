"""After a sale: its receipt, on paper or by e-mail, how each cent came about, and the next one."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from largesse.orders.explaining.explanation import explained
from largesse.orders.repricing import priced_again
from largesse.pages.toasts import toast
from largesse.till import counter
from largesse.till.models import Sale
from largesse.till.receipts import receipt_of
from largesse.till.views.page import Visit, at_a_till
from largesse.till.views.showing import show


@require_POST
@at_a_till
def new(visit: Visit) -> HttpResponse:
    """The finished sale leaves the screen."""
    sale = visit.at.shown()
    if sale is not None and sale.state == Sale.State.SOLD:
        counter.leave(sale)
    return show(visit)


def _sold(visit: Visit, shown_id: str) -> Sale:
    try:
        return visit.at.past(shown_id)
    except (ValueError, Sale.DoesNotExist):
        raise Http404 from None


@require_safe
@at_a_till
def receipt(visit: Visit, shown_id: str) -> HttpResponse:
    """The receipt, as wide as its paper."""
    sale = _sold(visit, shown_id)
    told = {
        "visit": visit,
        "sale": sale,
        "receipt": receipt_of(sale, visit.business),
        "prints": "print" in visit.request.GET,
    }
    return render(visit.request, "till/receipt.html", told)


@require_POST
@at_a_till
def email(visit: Visit, shown_id: str) -> HttpResponse:
    """Send the receipt to an address."""
    sale = _sold(visit, shown_id)
    address = visit.request.POST.get("email", "").strip()
    try:
        validate_email(address)
    except ValidationError:
        error = "Enter an e-mail address, such as marta@example.com."
        return show(visit.told(opens="email-dialog", email=address, email_error=error))
    if visit.can_email:
        told = receipt_of(sale, visit.business)
        body = render_to_string("till/receipt.txt", {"receipt": told, "sale": sale})
        subject = f"Your receipt from {visit.business.name}, {told.number}"
        EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address]).send()
        toast(visit.request, f"Receipt sent to {address}.")
    return show(visit)


@require_safe
@at_a_till
def explanation(visit: Visit) -> HttpResponse:
    """How the price of the open sale came about, to the cent (IF-36)."""
    work = visit.work()
    if not work.quote.lines:
        return redirect("till:till")
    told = explained(work.quote, open_cell=visit.request.GET.get("cell", ""))
    context = {
        "visit": visit,
        "told": told,
        "back_url": reverse("till:till"),
        "back": visit.at.name,
    }
    return render(visit.request, "till/explanation.html", context)


@require_safe
@at_a_till
def sold_explanation(visit: Visit, shown_id: str) -> HttpResponse:
    """The same of a sale that was sold."""
    sale = _sold(visit, shown_id)
    assert sale.order is not None
    told = explained(priced_again(sale.order), open_cell=visit.request.GET.get("cell", ""))
    context = {
        "visit": visit,
        "told": told,
        "back_url": reverse("till:till"),
        "back": visit.at.name,
    }
    return render(visit.request, "till/explanation.html", context)
