"""To cancel gives back everything that an order held; a hold that lapses cancels it by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from largesse.ids import uuid7
from largesse.ledger import reading
from largesse.ledger.plan import Void
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, Refused
from largesse.orders.models import Order
from largesse.orders.parties import correcting
from largesse.orders.parties.consequences import NOTHING, Consequence

CANCELLABLE: Final = (
    Order.State.HELD,
    Order.State.PLACED,
    Order.State.REFERRED,
    Order.State.REFERRED_BY_USER,
    Order.State.DECLINED,
    Order.State.PENDING,
)
"""The states in which nothing is booked yet."""


def cancel(order_id: UUID, deed: Deed) -> Answered:
    """Cancel an order that is not posted yet (OR-5). A guest's makes a correction, if the host of the
    party was rewarded for it (SP-12).
    """

    def decide(order: Order) -> events.Step | Refused:
        if order.state not in CANCELLABLE:
            return events.wrong_state(order, "only one that is not posted yet can be cancelled")
        party = correcting.after_cancelling(order, deed)
        return given_back(order, "order.cancelled", party=party)

    return events.take_step(order_id, deed, decide)


def release(order_id: UUID, deed: Deed) -> Answered:
    """Give up an order whose prices are only held; one that was placed meanwhile stays (OR-4, OR-5)."""

    def decide(order: Order) -> events.Step | Refused:
        if order.state != Order.State.HELD:
            return events.wrong_state(order, "it is held no more")
        return given_back(order, "order.cancelled")

    return events.take_step(order_id, deed, decide)


def expire_lapsed(now: datetime) -> int:
    """Cancel the orders whose hold has lapsed, and say how many these were (OR-4).

    Safe to run in any number of processes at once: each order lapses once.
    """
    lapsed = Order.objects.filter(state=Order.State.HELD, held_until__lte=now)
    count = 0
    for order_id in lapsed.values_list("id", flat=True):
        deed = Deed(
            key=f"expire:{order_id}", body=b"", at=now, actor="largesse", reason="the hold lapsed"
        )
        answer = events.take_step(order_id, deed, _lapse)
        count += not isinstance(answer.answer, Refused) and not answer.repeated
    return count


def _lapse(order: Order) -> events.Step | Refused:
    if order.state != Order.State.HELD:
        return events.wrong_state(order, "it is held no more")
    return given_back(order, "order.expired", expired=True)


def given_back(
    order: Order, kind: str, *, expired: bool = False, party: Consequence = NOTHING
) -> events.Step:
    """An order is cancelled, and all that it holds is given back."""
    return events.Step(
        kind=kind,
        answer=events.done(order, Order.State.CANCELLED, correction=party.correction),
        new={"state": Order.State.CANCELLED.value, "held_until": None},
        movements=holds_given_up(order, expired=expired),
        inserts=party.inserts,
        ahead=party.changes,
    )


def holds_given_up(order: Order, *, expired: bool = False) -> tuple[Void, ...]:
    """Everything that an order holds, given up."""
    return tuple(
        Void(id=uuid7(), hold=row.id, expired=expired)
        for row in reading.transfers_of(order.id)
        if row.open
    )
