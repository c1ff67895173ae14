"""What staff do to an order: through the use cases, with a reason, once however often it is sent.

The form carries the idempotency key, so that a second submit of the same form is answered as the first
was (OR-3).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import uuid4

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.amounts import shown
from largesse.backoffice.deed_forms import ApproveForm, DeedForm, RefundForm, form_of
from largesse.backoffice.referrals import referral_of
from largesse.backoffice.site import site
from largesse.backoffice.unearned import Preview, preview_of
from largesse.ids import parse_id
from largesse.orders.answers import Answered, Deed, Done, Refused
from largesse.orders.cancelling import CANCELLABLE, cancel
from largesse.orders.events import answered_before
from largesse.orders.models import Order
from largesse.orders.posting import post
from largesse.orders.referring import (
    APPROVE,
    WAITING,
    approve,
    decline,
    history,
    place_pending,
)
from largesse.orders.refunding import refund
from largesse.orders.returning.reckoning import reckon
from largesse.pages.toasts import toast


class Kind(NamedTuple):
    """One deed: what its page says, who may do it, and in which states of an order it can be done."""

    title: str
    button: str
    icon: str
    sentence: str
    permission: str
    states: frozenset[str]
    is_grave: bool = False


State = Order.State
DEEDS: Final[Mapping[str, Kind]] = {
    "approve": Kind(
        "Approve",
        "Approve order",
        "circle-check",
        "Its deals hold without their triggers, and the order can be placed at this price.",
        APPROVE,
        frozenset(WAITING),
    ),
    "decline": Kind(
        "Decline",
        "Decline order",
        "circle-x",
        "What it held is given back. The requester reads why, changes it, and sends it again.",
        APPROVE,
        frozenset(WAITING),
        is_grave=True,
    ),
    "place": Kind(
        "Place",
        "Place order",
        "check",
        "It has been approved, and is placed at the price that it has.",
        "backoffice.post_order",
        frozenset({State.PENDING}),
    ),
    "post": Kind(
        "Post",
        "Post order",
        "check",
        "Its goods have been handed over: what it held is used, and its money goes to the journal.",
        "backoffice.post_order",
        frozenset({State.PLACED}),
    ),
    "cancel": Kind(
        "Cancel order",
        "Cancel order",
        "x",
        "Everything that it held is given back: vouchers, allotted units, limits.",
        "backoffice.cancel_order",
        frozenset(CANCELLABLE),
        is_grave=True,
    ),
    "refund": Kind(
        "Refund",
        "Refund",
        "undo-2",
        "Each unit gives back exactly what was paid for it, and its discounts are booked back.",
        "backoffice.refund_order",
        frozenset({State.POSTED, State.PARTLY_REFUNDED}),
        is_grave=True,
    ),
}


class OpenDeed(NamedTuple):
    """A deed that the reader may do to an order as it is now."""

    name: str
    kind: Kind
    url: str


def open_deeds(request: HttpRequest, order: Order) -> list[OpenDeed]:
    own = order.requested_by == request.user.get_username()
    return [
        OpenDeed(name, kind, reverse(f"admin:orders_order_{name}", args=[order.pk]))
        for name, kind in DEEDS.items()
        if order.state in kind.states and request.user.has_perm(kind.permission)
        # Who referred it asks somebody else.
        if not (own and kind.permission == APPROVE)
    ]


def deed_page(request: HttpRequest, order: Order, name: str) -> HttpResponse:
    """The question before a deed; POST does it."""
    kind = DEEDS[name]
    if not request.user.has_perm(kind.permission):
        raise PermissionDenied
    form = form_of(request.POST if request.method == "POST" else None, order, name)
    preview: Preview | None = None
    if request.method == "POST" and form.is_valid():
        deed = _deed(request, order, name, form)
        preview = _to_confirm(order, deed, form)
        if preview is None:
            answer = _do(order, deed, name, form).answer
            if isinstance(answer, Done):
                toast(request, _told(name, answer))
                # With less credit than was asked for, it is another order.
                done_to = parse_id(Order.prefix, answer.order)
                return redirect(reverse("admin:orders_order_change", args=[done_to]))
            if isinstance(answer, Refused):
                form.tell(answer)
            # The refusal is the answer of this key for ever: another try is another deed.
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["key"] = uuid4().hex  # type: ignore[index]
    context = {
        **site.each_context(request),
        "order": order,
        "name": name,
        "kind": kind,
        "form": form,
        "is_open": order.state in kind.states,
        "preview": preview,
        "referral": referral_of(order, history(order)) if kind.permission == APPROVE else None,
    }
    return TemplateResponse(request, "backoffice/deed.html", context)


def _deed(request: HttpRequest, order: Order, name: str, form: DeedForm) -> Deed:
    asked = {"deed": name, "order": order.public_id, **form.body()}
    return Deed(
        key=f"office:{form.cleaned_data['key']}",
        body=msgspec.json.encode(asked, order="deterministic"),
        at=timezone.now(),
        actor=request.user.get_username(),
        reason=form.cleaned_data["reason"],
    )


def _to_confirm(order: Order, deed: Deed, form: DeedForm) -> Preview | None:
    """What a refund leaves unearned of deals, unless that was confirmed, or it has been made."""
    if not isinstance(form, RefundForm) or answered_before(deed) is not None:
        return None
    found = reckon(order, form.units(), shipping=form.with_shipping)
    preview = None if isinstance(found, Refused) else preview_of(found)
    return None if preview is None or form.confirmed == preview.stamp else preview


def _do(order: Order, deed: Deed, name: str, form: DeedForm) -> Answered:
    if isinstance(form, RefundForm):
        return refund(order.pk, deed, form.units(), shipping=form.with_shipping)
    if isinstance(form, ApproveForm):
        return approve(order.pk, deed, credits=form.credits())
    plain = {"post": post, "cancel": cancel, "decline": decline, "place": place_pending}
    return plain[name](order.pk, deed)


def _told(name: str, done: Done) -> str:
    if name == "refund":
        return (
            f"{shown(done.refund_total, done.currency)} {done.currency} of {done.number} refunded."
        )
    words = {"approve": "approved", "decline": "declined"}.get(name) or done.state.replace("_", " ")
    return " ".join(filter(None, (f"Order {done.number} is {words}.", done.note)))
