"""What a party came to: what its guests bought, after discounts, before tax and shipping (SP-1)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Count, Sum

from largesse.engine.facts import PartyTotals
from largesse.orders.models import Order, OrderLine, Party
from largesse.orders.returning.left import MERCHANDISE

COUNTED: Final = (Order.State.PLACED, Order.State.POSTED, Order.State.PARTLY_REFUNDED)
"""The states of guest orders that count, with the units that were not given back: what is held,
referred, cancelled or wholly given back does not.
"""


def party_totals(party: Party, *, besides: UUID | None = None) -> PartyTotals:
    """What the guest orders of a party come to now, in two queries; without one of them, if named."""
    return totals_of(party.number, besides=besides)


def totals_of(number: str, *, besides: UUID | None = None) -> PartyTotals:
    """The same of the party of a number. An order that is not placed yet is not among them."""
    lines = OrderLine.objects.filter(
        order__party__number=number, order__host_reward=False, order__state__in=COUNTED
    )
    if besides is not None:
        lines = lines.exclude(order=besides)
    found = lines.order_by().aggregate(total=Sum(MERCHANDISE), orders=Count("order", distinct=True))
    bookings = Party.objects.filter(booked_at__number=number).count()
    return PartyTotals(total=found["total"] or 0, orders=found["orders"], bookings=bookings)
