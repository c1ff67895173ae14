"""What happened to an order and to the forms that it was edited from, in order (OR-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from largesse.ledger.models import Event
from largesse.orders.answers import Done, from_bytes
from largesse.orders.models import Order


class Happened(NamedTuple):
    """One event of an order. `before` and `after` are its states; a new order comes from a draft, an
    edited form from the state of the one that it replaces.
    """

    order: Order
    at: datetime
    by: str
    kind: str
    before: str
    after: str
    note: str


def history(order: Order) -> tuple[Happened, ...]:
    """All that happened to an order, to those that it replaces, and to those that replace it."""
    return tuple(_told(chain_of(order)))


def chain_of(order: Order) -> tuple[Order, ...]:
    """The order with the forms that it was edited from and into, the first one first."""
    lean = Order.objects.defer("quote")
    chain = [order]
    while chain[0].replaces_id is not None:
        chain.insert(0, lean.get(id=chain[0].replaces_id))
    while (later := lean.filter(replaces=chain[-1]).first()) is not None:
        chain.append(later)
    return tuple(chain)


def _told(chain: tuple[Order, ...]) -> Iterator[Happened]:
    before = "draft"
    for order in chain:
        for event in Event.objects.filter(order_id=order.id).order_by("number"):
            answer = from_bytes(bytes(event.answer))
            assert isinstance(answer, Done)
            yield Happened(
                order, event.at, event.actor, event.kind, before, answer.state, event.reason
            )
            # The edited form goes on from where the old one was, not from its cancellation.
            if event.kind != "order.replaced":
                before = answer.state
