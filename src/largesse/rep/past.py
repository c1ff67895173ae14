"""What became of a rep's referred orders: sent, approved, declined, with the notes (DE-8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import Q
from msgspec import Struct

from largesse.business.models import User
from largesse.orders.history import Happened, history
from largesse.orders.models import Cart, Order
from largesse.rep import desk

WORDS: Final = {
    "order.referred": "Sent for approval",
    "order.referred_by_user": "Sent for approval by hand",
    "order.approved": "Approved",
    "order.declined": "Declined",
    "order.placed": "Placed",
    "order.posted": "Posted",
    "order.cancelled": "Cancelled",
    "order.replaced": "Changed",
    "order.refunded": "Refunded",
}
"""Events in a rep's words; others are the business's own."""

SHOWN: Final = 8


class Told(Struct, frozen=True):
    """One entry of the timeline."""

    what: str
    state: str
    number: str
    by: str
    note: str
    at: datetime


def past_of(user: User, record: Cart) -> tuple[Told, ...]:
    """What happened to the order of a draft; for a new draft, to the customer's last referred order of
    this rep. The latest first.
    """
    order = record.order or _last_referred(user, record)
    return told_of(order) if order is not None else ()


def _last_referred(user: User, record: Cart) -> Order | None:
    was_referred = ~Q(order__requested_by="")
    mine = desk.own(user).filter(was_referred, customer=record.customer, order__isnull=False)
    last = mine.order_by("-changed_at").first()
    return last.order if last is not None else None


def told_of(order: Order) -> tuple[Told, ...]:
    """The history of an order, the latest first."""
    happened = [each for each in history(order) if each.kind in WORDS]
    names = _names({each.by for each in happened})
    return tuple(_told(each, names) for each in reversed(happened[-SHOWN:]))


def _told(each: Happened, names: dict[str, str]) -> Told:
    return Told(
        WORDS[each.kind],
        each.after,
        each.order.number,
        names.get(each.by, each.by),
        each.note,
        each.at,
    )


def _names(usernames: Iterable[str]) -> dict[str, str]:
    found = User.objects.filter(username__in=list(usernames))
    return {user.username: user.get_full_name() or user.username for user in found}
