"""Orders that wait: for the reader's approval, or to be posted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from largesse.backoffice.approving import to_approve
from largesse.backoffice.referrals import Referral, ShownDeal, referral_of
from largesse.backoffice.site import staff
from largesse.orders.models import Order
from largesse.orders.notices import names_of
from largesse.orders.referring import APPROVE, history
from largesse.pages.figures import age_text, amount_text

ASKING: Final = 3
"""How many orders the card of approvals shows; the list behind it has them all."""
WAITING: Final = 7
"""How many the card of orders to post shows."""


class Asked(NamedTuple):
    """An order that waits for approval: whose it is, what about, and who asks for what."""

    number: str
    url: str
    approve_url: str
    decline_url: str
    buyer: str
    age: str
    about: str
    asks: str


class Approvals(NamedTuple):
    """Those that have waited longest, and how many there are."""

    rows: tuple[Asked, ...]
    orders: int


def approvals(request: HttpRequest, now: datetime) -> Approvals | None:
    """What waits for the reader's approval; None for those who approve nothing."""
    if not request.user.has_perm(APPROVE):
        return None
    waiting = Order.objects.filter(to_approve(staff(request).get_username()))
    rows = list(waiting.select_related("customer").order_by("placed_at", "id")[:ASKING])
    names = names_of(order.requested_by for order in rows)
    asked = tuple(_asked(order, names[order.requested_by], now) for order in rows)
    return Approvals(asked, len(rows) if len(rows) < ASKING else waiting.count())


def _asked(order: Order, name: str, now: datetime) -> Asked:
    def url(page: str) -> str:
        return reverse(f"admin:orders_order_{page}", args=[order.pk])

    referral = referral_of(order, history(order))
    return Asked(
        number=order.number,
        url=url("change"),
        approve_url=url("approve"),
        decline_url=url("decline"),
        buyer=order.customer.name if order.customer is not None else "No customer",
        age=age_text(order.placed_at, now),
        about=_about(referral),
        asks=_asks(referral, name, order.currency),
    )


def _about(referral: Referral | None) -> str:
    """The deal that is short of its trigger, and how short."""
    referred = _referred(referral)
    if not referred:
        return "Referred by hand"
    more = f", and {len(referred) - 1} more" if len(referred) > 1 else ""
    return f"{referred[0].title}, {referred[0].reach}{more}"


def _referred(referral: Referral | None) -> list[ShownDeal]:
    return [deal for deal in referral.deals if deal.state == "referred"] if referral else []


def _asks(referral: Referral | None, name: str, currency: str) -> str:
    credit = sum(deal.credit for deal in _referred(referral))
    if credit:
        return f"{name} asks {amount_text(credit, currency)} credit"
    note = referral.note if referral else ""
    return f"{name}: “{note}”" if note else f"{name} asks"


class ToPost(NamedTuple):
    """How many orders are placed and how many held, and those that have waited longest."""

    placed: int
    held: int
    rows: tuple[Any, ...]


def to_post() -> ToPost:
    """What is held, or placed and not posted."""
    placed, held = _in(Order.State.PLACED), _in(Order.State.HELD)
    rows = (placed | held).select_related("customer").order_by("id")[:WAITING]
    return ToPost(placed.count(), held.count(), tuple(rows))


def _in(state: str) -> QuerySet[Order]:
    return Order.objects.filter(state=state).defer("quote", "payment", "digest")
