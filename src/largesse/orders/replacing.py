"""An edited order is another order: the one that it replaces is cancelled by the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

import msgspec

from largesse.engine.cart import Cart
from largesse.ledger import writing
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, Done, Refused
from largesse.orders.cancelling import given_back
from largesse.orders.credit import taken_back
from largesse.orders.models import Order

EDITABLE: Final = (
    Order.State.REFERRED,
    Order.State.REFERRED_BY_USER,
    Order.State.DECLINED,
    Order.State.PENDING,
)
"""The states in which an order can be replaced by its edited form."""


class _NotMade(Exception):
    """The new form was refused, so the old one stays as it is."""

    def __init__(self, answered: Answered):
        super().__init__(answered)
        self.answered = answered


def not_editable(order: Order) -> Refused | None:
    """Why an order can't be replaced by its edited form; None if it can."""
    if order.state in EDITABLE:
        return None
    wanted = "only one that is referred, declined or approved, and not placed, can be changed"
    return events.wrong_state(order, wanted)


def not_replaced_by(cart: Cart, order: Order) -> Refused | None:
    """Why an order can't be replaced by one of this cart.

    A host reward order can be, as long as it is not posted: by one of the same party, at the award of
    that moment (SP-12). So can a placed order whose credit was taken back: by one of the same customer
    (SP-13).
    """
    if order.state != Order.State.PLACED:
        return not_editable(order)
    if not order.host_reward:
        return _not_paid_anew_by(cart, order)
    assert order.party is not None
    if (cart.party, cart.host_reward) == (order.party.number, True):
        return None
    message = (
        f"Order {order.number} is replaced by a host reward order of party {order.party.number}."
    )
    return Refused(code="other_party", message=message, field="party")


def _not_paid_anew_by(cart: Cart, order: Order) -> Refused | None:
    """Why a placed order stays: its credit still pays for it, or the cart is somebody else's."""
    if taken_back.lacking(order) is None:
        return not_editable(order)
    assert order.customer is not None
    number = order.customer.number
    if cart.customer is not None and cart.customer.id == number:
        return None
    message = f"Order {order.number} is replaced by an order of customer {number}."
    return Refused(code="other_customer", message=message, field="customer")


def instead_of(
    order_id: UUID | None,
    deed: Deed,
    make: Callable[[], Answered],
    *,
    refuses: Callable[[Order], Refused | None] = not_editable,
) -> Answered:
    """Cancel an order and make its new form: both or neither, once for the deed's key (OR-3).

    Where nothing is replaced, the order is just made. What `make` prices sees what the old form gave
    back. The cancelling has a key of its own, derived from the deed's. `refuses` says why the old form
    stays, asked of what it is then.
    """
    if order_id is None:
        return make()
    repeated = events.answered_before(deed)
    if repeated is not None:
        return repeated

    def both() -> Answered:
        _done(_replace(order_id, deed, refuses))
        return _done(make())

    try:
        return writing.together(both)
    except _NotMade as not_made:
        # The refusal was undone with everything else; busy may be sent again under the same key.
        no = not_made.answered
        return no if no == events.BUSY else events.refuse(deed, no.answer)


def _done(answered: Answered) -> Answered:
    if not isinstance(answered.answer, Done):
        raise _NotMade(answered)
    return answered


def _replace(order_id: UUID, deed: Deed, refuses: Callable[[Order], Refused | None]) -> Answered:
    def decide(order: Order) -> events.Step | Refused:
        return refuses(order) or given_back(order, "order.replaced")

    own = msgspec.structs.replace(deed, key=f"{deed.key}:replaced")
    return events.take_step(order_id, own, decide)
