"""What happens to an order is an event of the ledger, once for each idempotency key (OR-1, OR-3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from largesse.ids import uuid7
from largesse.ledger import reading, writing
from largesse.ledger.plan import (
    DIGEST,
    Change,
    Event,
    Insert,
    KeyReused,
    Movement,
    Outcome,
    Plan,
    Recorded,
    Short,
    Stale,
)
from largesse.offers.current import current
from largesse.orders.answers import Answer, Answered, Deed, Done, Refused, from_bytes, to_bytes
from largesse.orders.models import Order

ATTEMPTS: Final = 8
"""How often a deed is tried on an order or a cart that others change meanwhile."""

BUSY_REFUSAL: Final = Refused(
    code="busy", message="Others kept changing what this needs. Nothing was done; send it again."
)
BUSY: Final = Answered(BUSY_REFUSAL)
"""What is told when all attempts lost a race; it is not kept, so the same key may be sent again."""


def event_of(
    deed: Deed, kind: str, answer: Struct, order: Order | None = None, *, first: UUID | None = None
) -> Event:
    """The event of a deed: the next one of an order, the first of a new one, or one of no order."""
    number = 1 if first is not None else order.events + 1 if order is not None else None
    return Event(
        id=uuid7(),
        kind=kind,
        key=deed.key,
        body_hash=body_hash(deed),
        answer=to_bytes(answer),
        day=current().book.catalog.calendar.day_of(deed.at),
        at=deed.at,
        actor=deed.actor,
        reason=deed.reason,
        order_id=first or (order.id if order is not None else None),
        number=number,
        previous=bytes(order.digest) if order is not None else b"",
    )


def body_hash(deed: Deed) -> str:
    """What tells the requests of a key apart."""
    return sha256(deed.body).hexdigest()


def change_of(order: Order, **new: Any) -> Change:
    """The change of an order's row by its next event, if no other event came first."""
    return Change(
        table=Order._meta.db_table,
        id=order.id,
        expected={"events": order.events},
        new={"events": order.events + 1, "digest": DIGEST, **new},
    )


def refuse(deed: Deed, answer: Answer) -> Answered:
    """Keep a refusal as the answer of its key: the same request is refused for ever (OR-3)."""
    outcome = writing.carry_out(Plan(event=event_of(deed, "refused", answer)))
    return answered(outcome)


def answered(outcome: Outcome) -> Answered:
    """What the buyer is told of an outcome that is final."""
    match outcome:
        case Recorded(answer, repeated):
            return Answered(from_bytes(answer), repeated)
        case KeyReused(key):
            return Answered(key_reused(key))
        case Short() | Stale():
            raise AssertionError(f"{outcome} is not final")


def key_reused(key: str) -> Refused:
    """The refusal of a request under a key that came with another one before (OR-3)."""
    return Refused(
        code="idempotency_key_reused",
        message=f"The idempotency key {key} was used with another request. "
        "Use a new key for a new request.",
        field="Idempotency-Key",
    )


def answered_before(deed: Deed) -> Answered | None:
    """The answer that a deed's key has had already, if it has."""
    stored = reading.stored_answer(deed.key, body_hash(deed))
    return None if stored is None else answered(stored)


class Step(Struct, frozen=True, kw_only=True):
    """What one deed does to an order: the kind of its event, its answer, and all that changes."""

    kind: str
    answer: Done
    new: Mapping[str, Any]
    """The columns of the order that change."""
    movements: tuple[Movement, ...] = ()
    inserts: tuple[Insert, ...] = ()
    changes: tuple[Change, ...] = ()
    ahead: tuple[Change, ...] = ()
    """Changes that come before the order's own: of rows that several orders wait for."""


def take_step(order_id: UUID, deed: Deed, decide: Callable[[Order], Step | Refused]) -> Answered:
    """Do a deed on an order: decided on what it is now, and again if another came first."""
    for _ in range(ATTEMPTS):
        order = Order.objects.filter(id=order_id).first()
        if order is None:
            return refuse(deed, Refused(code="order_unknown", message="No such order."))
        step = decide(order)
        if isinstance(step, Refused):
            return refuse(deed, step)
        plan = Plan(
            event=event_of(deed, step.kind, step.answer, order),
            movements=step.movements,
            inserts=step.inserts,
            # The party before its orders, so that two guests of it can't deadlock.
            changes=(*step.ahead, change_of(order, **step.new), *step.changes),
        )
        outcome = writing.carry_out(plan)
        if not isinstance(outcome, Stale | Short):
            return answered(outcome)
    return BUSY


def done(order: Order, state: Order.State, **changed: Any) -> Done:
    """The answer of a deed that left an order in a state."""
    told = {
        "order": order.public_id,
        "number": order.number,
        "state": state.value,
        "currency": order.currency,
        "total": order.total,
        "due": order.due,
        "refunded": order.refunded,
    }
    return Done(**{**told, **changed})


def wrong_state(order: Order, wanted: str) -> Refused:
    """The refusal of a deed that an order's state does not allow."""
    state = order.state.replace("_", " ")
    return Refused(
        code="wrong_state",
        message=f"Order {order.number} is {state}; {wanted}.",
        field="state",
    )
