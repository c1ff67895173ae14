"""An order with a deal applied without its trigger is held until another person approves it (DE-8)."""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from uuid import UUID

from largesse.business import configuration
from largesse.business.models import User
from largesse.engine.cart import Cart
from largesse.engine.quote import Quote
from largesse.ledger.plan import Insert
from largesse.orders import events, notices
from largesse.orders.answers import Answered, Deed, Done, FieldError, Refused
from largesse.orders.deciding import WAITING, approve, decline, told
from largesse.orders.history import history
from largesse.orders.models import Order
from largesse.orders.placing import Sale, placed_as_it_is, sell
from largesse.orders.replacing import EDITABLE, instead_of
from largesse.orders.rewards import losses

__all__ = [
    "EDITABLE",
    "WAITING",
    "approve",
    "approvers",
    "decline",
    "history",
    "place_pending",
    "refer",
]

APPROVE: Final = "backoffice.approve_order"
"""The permission of those who approve."""

_ASKS: Final = "asks you to approve"


def refer(
    cart: Cart,
    deed: Deed,
    *,
    by_user: bool = False,
    approver: str = "",
    replaces: UUID | None = None,
) -> Answered:
    """Make an order that waits for approval. What it uses is held for it, and does not lapse.

    `by_user` refers an order by hand that needs no approval. `approver` is the username of who is
    asked; empty is anyone else. `replaces` is the order that this one is the edited form of: it is
    cancelled.
    Raises `Faults` for a cart that can't be priced.
    """
    no = _not_allowed(deed, approver)
    if no is not None:
        # Who was asked before may have lost the right since; the answer stays.
        return events.answered_before(deed) or events.refuse(deed, no)

    def asked(order_id: UUID, number: str) -> tuple[Insert, ...]:
        return notices.told([approver], order_id, deed.at, told(deed, _ASKS, number))

    sale = Sale(
        state=partial(_referred, by_user),
        columns={"requested_by": deed.actor, "approver": approver, "replaces_id": replaces},
        notices=asked,
    )
    answered = instead_of(replaces, deed, lambda: sell(cart, deed, sale))
    done = answered.answer
    if isinstance(done, Done) and not answered.repeated:
        subject = f"Order {done.number} waits for your approval"
        notices.mail([approver], subject, told(deed, _ASKS, done.number))
    return answered


def place_pending(order_id: UUID, deed: Deed, *, payment: dict[str, Any] | None = None) -> Answered:
    """Place an approved order at its price."""

    def decide(order: Order) -> events.Step | Refused:
        if order.state != Order.State.PENDING:
            return events.wrong_state(order, "only an approved order can be placed so")
        return placed_as_it_is(order, payment)

    return events.take_step(order_id, deed, decide)


def approvers(besides: str) -> list[User]:
    """Who may approve what somebody refers: active users with the right to, by name."""
    backend = "django.contrib.auth.backends.ModelBackend"
    found = User.objects.with_perm(APPROVE, backend=backend).exclude(username=besides)
    return list(found.order_by("first_name", "last_name", "username"))


def _not_allowed(deed: Deed, approver: str) -> Refused | None:
    if not configuration.value(configuration.REPS_REFER_ORDERS):
        message = "Orders are not referred in this business; its configuration can allow it."
        return Refused(code="referral_not_allowed", message=message)
    if approver and approver not in (user.username for user in approvers(deed.actor)):
        message = "is nobody else who may approve orders"
        return Refused(
            code="approver_unknown",
            message=f"{approver} {message}.",
            field="approver",
            errors=(FieldError("approver", approver, message),),
        )
    return None


def _referred(by_user: bool, quote: Quote) -> Order.State | Refused:
    lost = losses.lost(quote)
    if lost is not None:
        return lost
    if quote.referred:
        return Order.State.REFERRED
    if by_user:
        return Order.State.REFERRED_BY_USER
    message = "No deal of this order is applied without its trigger. Place it, or refer it by hand."
    return Refused(code="approval_not_needed", message=message)
