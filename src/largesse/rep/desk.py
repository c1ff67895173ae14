"""A rep's desk: the drafts and orders that are theirs, and nobody else's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from largesse.business.models import User
from largesse.crm.models import Customer
from largesse.engine.cart import Channel
from largesse.engine.window import micros
from largesse.orders.models import Cart, Order
from largesse.orders.replacing import EDITABLE
from largesse.rep.drafts import Draft, columns_of

PERMISSION: Final = "orders.add_cart"
"""Who may enter orders for customers: reps and administrators."""

PAGE: Final = 25
"""Drafts and orders of one page of the list."""

FILTERS: Final = {
    "all": ("All", Q()),
    "drafts": ("Drafts", Q(order=None)),
    "waiting": (
        "Waiting",
        Q(order__state__in=(Order.State.REFERRED, Order.State.REFERRED_BY_USER)),
    ),
    "answered": ("Answered", Q(order__state__in=(Order.State.PENDING, Order.State.DECLINED))),
    "placed": (
        "Placed",
        Q(order__isnull=False) & ~Q(order__state__in=(*EDITABLE, Order.State.CANCELLED)),
    ),
}
"""How the list can be filtered: the word for it, and the condition."""


def own(user: User) -> QuerySet[Cart]:
    """The drafts and orders that a rep entered, also those of guests at a party."""
    mine = Cart.objects.filter(owner=user, channel__in=(Channel.REP, Channel.PARTY))
    joined = ("customer", "order", "location", "party__rep", "party__location")
    return mine.select_related(*joined).defer("order__quote")


def matching(rows: QuerySet[Cart], words: str) -> QuerySet[Cart]:
    """Those that have every word in the customer's name or number, in the order's number, or in the
    party's title or number.
    """
    for word in words.split()[:8]:
        rows = rows.filter(
            Q(customer__name__icontains=word)
            | Q(customer__number__icontains=word)
            | Q(order__number__icontains=word)
            | Q(party__title__icontains=word)
            | Q(party__number__icontains=word)
        )
    return rows


def customers(words: str) -> QuerySet[Customer]:
    """The active customers that have every word in their name, number, e-mail or telephone."""
    rows = Customer.objects.filter(active=True)
    for word in words.split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(number__icontains=word)
            | Q(email__icontains=word)
            | Q(phone__icontains=word)
        )
    return rows.prefetch_related("tags").order_by("name", "number")


# --- one draft ---------------------------------------------------------------------------------------


def version(record: Cart) -> str:
    """What a page says that it was made of, so that a later change by another page is noticed."""
    return str(micros(record.changed_at))


def is_edited(record: Cart) -> bool:
    """Whether an order was taken up again, so that what is kept is no longer what was saved."""
    return record.order is not None and record.changed_at > record.order.placed_at


def is_open(record: Cart) -> bool:
    """Whether it can be worked on: a draft, or an order that was taken up again."""
    return record.order is None or (is_edited(record) and record.order.state in EDITABLE)


def follow(record: Cart) -> None:
    """Point to the order that has taken the place of its own, with lower credit (DE-14)."""
    order = record.order
    while order is not None and order.state == Order.State.CANCELLED:
        newer = order.replaced_by.defer("quote").first()
        if newer is None:
            break
        order = newer
    if order is not None and order != record.order:
        Cart.objects.filter(pk=record.pk).update(order=order)
        record.order = order


def keep(record: Cart, draft: Draft, now: datetime, **more: Any) -> bool:
    """Write a changed draft; False where somebody changed it since it was read."""
    columns = {**columns_of(draft), **more, "changed_at": now}
    if draft.assign == "best":
        columns["calculated_at"] = now
    unchanged = Cart.objects.filter(pk=record.pk, changed_at=record.changed_at)
    if not unchanged.update(**columns):
        return False
    for name, value in columns.items():
        setattr(record, name, value)
    return True
