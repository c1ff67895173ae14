"""A saved order: its state and history, and the ways on: place it, change it, send it again."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from largesse.engine.cart import Cart
from largesse.orders.answers import Deed, Refused
from largesse.orders.explaining.explanation import explained
from largesse.orders.models import Cart as Record
from largesse.orders.models import Order
from largesse.orders.referring import place_pending
from largesse.orders.replacing import EDITABLE
from largesse.orders.repricing import priced_again
from largesse.pages.figures import initials
from largesse.pages.toasts import toast
from largesse.rep import desk
from largesse.rep.drafts import Draft, Ordered
from largesse.rep.forms import PlaceForm
from largesse.rep.past import told_of
from largesse.rep.summary_page import asked_credit
from largesse.rep.summary_page import summary as summary_of
from largesse.rep.views.page import Visit, for_reps


@require_safe
@for_reps
def order(visit: Visit, shown_id: str) -> HttpResponse:
    """The order as it was saved; a draft has none."""
    record = visit.own(shown_id)
    if record.order is None:
        return redirect("rep:lines", shown_id)
    return _show(visit, record, record.order, PlaceForm())


def _show(visit: Visit, record: Record, saved: Order, form: PlaceForm) -> HttpResponse:
    quote = priced_again(saved)
    past = told_of(saved)
    context: dict[str, Any] = {
        **_about(record),
        "saved": saved,
        "quote": quote,
        "summary": summary_of(quote),
        "asked": asked_credit(quote.cart, quote),
        "past": past,
        "answer": next((each for each in past if each.state in _ANSWERS), None),
        "is_editable": saved.state in EDITABLE,
        "is_edited": desk.is_edited(record),
        "is_pending": saved.state == Order.State.PENDING,
        "form": form,
        "currency": saved.currency,
    }
    return visit.show("order.html", context)


_ANSWERS = (Order.State.PENDING, Order.State.DECLINED)


def _about(record: Record) -> dict[str, Any]:
    customer = record.customer
    return {
        "record": record,
        "id": record.public_id,
        "party": record.party,
        "whose": customer,
        "whose_initials": initials(customer.name) if customer is not None else "",
    }


@require_safe
@for_reps
def explanation(visit: Visit, shown_id: str) -> HttpResponse:
    """How each cent of the order came about (IF-36)."""
    record = visit.own(shown_id)
    if record.order is None:
        return redirect("rep:lines", shown_id)
    told = explained(priced_again(record.order), open_cell=visit.request.GET.get("cell", ""))
    context = {**_about(record), "saved": record.order, "told": told}
    return visit.show("order_explanation.html", context)


@require_POST
@for_reps
def place(visit: Visit, shown_id: str) -> HttpResponse:
    """Place an approved order at its price."""
    record = visit.own(shown_id)
    saved = record.order
    if saved is None or saved.state != Order.State.PENDING:
        return redirect("rep:order", shown_id)
    form = PlaceForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, record, saved, form)
    deed = Deed(
        key=f"rep:{saved.public_id}:place",
        body=saved.id.bytes,
        at=visit.now,
        actor=visit.user.username,
    )
    answer = place_pending(saved.id, deed, payment=form.payment()).answer
    if isinstance(answer, Refused):
        toast(visit.request, f"Order {saved.number} was not placed. {answer.message}")
    else:
        toast(visit.request, f"Order {saved.number} is placed.")
    return redirect("rep:order", shown_id)


@require_POST
@for_reps
def edit(visit: Visit, shown_id: str) -> HttpResponse:
    """Take an order up again, as it was saved; it stays as it is until the changed one is saved."""
    record = visit.own(shown_id)
    saved = record.order
    if saved is None or desk.is_open(record):
        return redirect("rep:lines", shown_id)
    if saved.state not in EDITABLE:
        toast(visit.request, f"Order {saved.number} can’t be changed any more.")
        return redirect("rep:order", shown_id)
    desk.keep(record, _draft_of(priced_again(saved).cart), visit.now)
    return redirect("rep:lines", shown_id)


def _draft_of(cart: Cart) -> Draft:
    """The draft that a cart was priced from."""
    return Draft(
        tuple(
            Ordered(str(number), line.sku, line.quantity, line.deal)
            for number, line in enumerate(cart.lines, 1)
        ),
        cart.assign,
        dict(cart.referred),
        tuple(msgspec.structs.replace(each) for each in cart.giveaways),
        dict(cart.credit),
    )
