"""A sale over the counter is placed and posted in one go: paid, handed over, or not done at all."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from largesse.engine.cart import Cart
from largesse.ids import parse_id
from largesse.ledger import writing
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, Done
from largesse.orders.models import Order
from largesse.orders.placing import place
from largesse.orders.posting import post


class _NotSold(Exception):
    """It could not be placed or not be posted, so neither is done."""

    def __init__(self, answered: Answered):
        super().__init__(answered)
        self.answered = answered


def sell_now(
    cart: Cart, deed: Deed, *, confirmed_due: int, payment: dict[str, Any] | None
) -> Answered:
    """Place and post: both or neither, once for the deed's key (OR-3); otherwise as `place`.

    The posting has a key of its own, derived from the deed's. Raises `Faults` for a cart that can't be
    priced.
    """

    def both() -> Answered:
        placed = _done(place(cart, deed, confirmed_due=confirmed_due, payment=payment))
        order = parse_id(Order.prefix, placed.order)
        posted = post(order, replace(deed, key=f"{deed.key}:posted"))
        _done(posted)
        return posted

    try:
        return writing.together(both)
    except _NotSold as not_sold:
        # The refusal was undone with everything else; busy may be sent again under the same key.
        no = not_sold.answered
        return no if no == events.BUSY else events.refuse(deed, no.answer)


def _done(answered: Answered) -> Done:
    if not isinstance(answered.answer, Done):
        raise _NotSold(answered)
    return answered.answer
