"""Programs enter codes for their shoppers: wrong ones have a budget (QU-41)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from ninja import Header

from largesse.api.keys import Caller
from largesse.api.problems import Trouble
from largesse.api.scopes import Scope
from largesse.engine.cart import Cart
from largesse.engine.quote import Quote
from largesse.ids import parse_id
from largesse.offers import guessing
from largesse.offers.guessing import Entrant
from largesse.orders.answers import Answered, Done, PriceChanged
from largesse.orders.models import Order

SHOPPER: Final = "Largesse-Shopper"
SHOPPER_MAX: Final = 80
SHOPPER_WORDS: Final = (
    "Who enters the codes of the cart, by anything that tells shoppers apart, such as their address. "
    "Wrong codes have a budget for each shopper; without this, for each customer, or for the whole key."
)

Shopper = Annotated[
    str | None, Header(alias=SHOPPER, max_length=SHOPPER_MAX, description=SHOPPER_WORDS)
]


def tells_apart(caller: Caller) -> bool:
    """Whether a key is told why a code is nothing: one that may read vouchers could look it up."""
    return caller.may(Scope.VOUCHERS_READ)


def entrant_of(caller: Caller, cart: Cart, shopper: str | None) -> Entrant:
    """Who enters the codes of a cart, as their wrong ones are counted."""
    key = caller.key.hex[-12:]
    if shopper:
        return Entrant(cart.channel.value, f"{key} shopper {shopper[:SHOPPER_MAX]}")
    if cart.customer is not None:
        return Entrant(cart.channel.value, f"{key} customer {cart.customer.id}")
    return Entrant(cart.channel.value, f"{key} program", guessing.OF_PROGRAM)


def check_not_blocked(entrant: Entrant, cart: Cart, at: datetime) -> None:
    """Raises `Trouble` for a cart with codes whose entrant has spent the budget."""
    if cart.codes and guessing.is_blocked(entrant, at):
        raise too_many(at)


def charge(entrant: Entrant, quote: Quote, at: datetime) -> None:
    """Count the wrong codes of a quote. Raises `Trouble` where it may not be told."""
    if quote.cart.codes and not guessing.charge(entrant, guessing.failed_codes(quote), at):
        raise too_many(at)


def charge_order(entrant: Entrant, cart: Cart, answered: Answered, at: datetime) -> None:
    """Count the wrong codes of a cart that was to be an order. Raises `Trouble` where a quote that
    tells of them may not be told.
    """
    if not cart.codes or answered.repeated:
        return
    match answered.answer:
        case PriceChanged(quote=quote):
            if not guessing.charge(entrant, guessing.failed_in(bytes(quote)), at):
                raise too_many(at)
        case Done(order=order):
            rows = Order.objects.filter(id=parse_id(Order.prefix, order))
            kept = rows.values_list("quote", flat=True).get()
            # The order is placed: only what comes after is refused.
            guessing.charge(entrant, guessing.failed_in(kept), at)
        case _:
            return


def too_many(at: datetime) -> Trouble:
    """The problem of one whose budget of wrong codes is spent."""
    seconds = max(1, int((guessing.open_again(at) - at).total_seconds()) + 1)
    return Trouble("too_many_wrong_codes", headers={"Retry-After": str(seconds)})
