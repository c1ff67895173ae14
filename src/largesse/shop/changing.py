"""A cart is changed as it is at that moment: whoever changes it waits for the others, so that nothing
which two tabs do at once is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.http import HttpRequest

from largesse.crm.models import Customer
from largesse.engine.cart import Channel
from largesse.ledger.writing import together
from largesse.orders import cancelling
from largesse.orders.answers import Deed
from largesse.orders.models import Cart, Order
from largesse.shop import carts
from largesse.shop.visitor import Visitor, actor_of, cart_of, guest_cart, shop_location

Change = Callable[[carts.Kept], carts.Kept]
"""What a deed makes of what is kept."""

_CHANGED: Final = "the cart was changed"
_SIGNED_IN: Final = "the shopper signed in"


class Changed(NamedTuple):
    """A cart that was changed, and what was kept of it before."""

    cart: Cart
    before: carts.Kept


def change(visitor: Visitor, to: Change, now: datetime) -> Changed:
    """Change the visitor's cart: a new one, where there is none or it was bought by now. What is held
    for it is given back.

    What the change raises is raised; then the cart is as it was.
    """

    def changed() -> Changed:
        cart = _free(visitor, now)
        before = carts.kept_of(cart)
        _keep(cart, now, to(before))
        return Changed(cart, before)

    return together(changed)


def release(visitor: Visitor, now: datetime, reason: str) -> Cart | None:
    """Give back what is held for the visitor's cart, and say which it is; None for one that is an order
    by now.
    """
    if visitor.cart is None or visitor.held is None:
        return visitor.cart
    id = visitor.cart.id

    def released() -> Cart | None:
        cart = _locked(id)
        if cart is None or not _given_back(cart, visitor.actor, now, reason):
            return None
        # A new instant: the keys of what comes next are new (OR-3).
        _keep(cart, now, carts.kept_of(cart))
        return cart

    return together(released)


def hold_for(cart: Cart, order: Order) -> bool:
    """Let an order hold the prices of a cart; False where the cart was changed since it was read, or is
    held by another one.
    """
    as_read = Cart.objects.filter(pk=cart.pk, changed_at=cart.changed_at)
    held = as_read.filter(order=None) | as_read.filter(order=order)
    if not held.update(order=order):
        return False
    cart.order = order
    return True


def give_up(order: Order, actor: str, now: datetime, reason: str) -> None:
    """Give back what an order holds; one that was placed meanwhile stays."""
    key = f"shop:{order.public_id}:release"
    cancelling.release(order.id, Deed(key=key, body=b"", at=now, actor=actor, reason=reason))


def merge_on_sign_in(request: HttpRequest, customer: Customer, now: datetime) -> None:
    """What a guest put into the cart joins the cart of the customer that they turn out to be."""

    def merged() -> None:
        found, _ = guest_cart(request)
        guest = _locked(found.id) if found is not None else None
        # Whoever signs in twice at once brings it once.
        if guest is None or guest.customer is not None:
            return
        if not _given_back(guest, actor_of(None), now, _SIGNED_IN):
            return
        if guest.party is not None and guest.party.host_id == customer.pk:
            guest.party = None  # who hosts a party is no guest of it
        own = _own(customer)
        if own is None or not _given_back(own, actor_of(customer), now, _SIGNED_IN):
            guest.customer = customer
            _keep(guest, now, carts.kept_of(guest))
            return
        _keep(own, now, carts.joined(carts.kept_of(own), carts.kept_of(guest)))
        guest.delete()

    together(merged)


# --- carts that nobody else changes ------------------------------------------------------------------


def _free(visitor: Visitor, now: datetime) -> Cart:
    """The visitor's cart, locked, with nothing held for it: the one that they saw, one that another tab
    has made meanwhile, or a new one.
    """
    seen = _locked(visitor.cart.id) if visitor.cart is not None else None
    if seen is not None and _given_back(seen, visitor.actor, now, _CHANGED):
        return seen
    if visitor.customer is None:
        rows = Cart.objects.select_for_update()
        return rows.get_or_create(id=visitor.new_id, defaults=_columns(None, now))[0]
    own = _own(visitor.customer)
    if own is not None and _given_back(own, visitor.actor, now, _CHANGED):
        return own
    return Cart(id=visitor.new_id, **_columns(visitor.customer, now))


def _columns(customer: Customer | None, now: datetime) -> dict[str, Any]:
    """What a new cart is made with."""
    location = shop_location()
    return {
        "customer": customer,
        "channel": Channel.SHOP,
        "location": location,
        "changed_at": now,
    }


def _locked(id: UUID) -> Cart | None:
    return Cart.objects.select_for_update().filter(id=id).first()


def _own(customer: Customer) -> Cart | None:
    """The open cart of a customer, locked; the customer too, so that of two who have none each finds
    the one that is made.
    """
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    found = cart_of(customer)
    return _locked(found.id) if found is not None else None


def _given_back(cart: Cart, actor: str, now: datetime, reason: str) -> bool:
    """Whether a locked cart can be changed, after what was held for it was given back; one that was
    bought can't.
    """
    order = cart.order
    if order is None:
        return True
    if order.state == Order.State.HELD:
        give_up(order, actor, now, reason)
        order.refresh_from_db(fields=["state", "payment"])
    if order.state != Order.State.CANCELLED or order.payment is not None:
        return False
    cart.order = None
    return True


def _keep(cart: Cart, now: datetime, kept: carts.Kept) -> None:
    """Write a locked cart. `changed_at` is later with every change: idempotency keys are made of it."""
    for name, value in carts.columns_of(kept).items():
        setattr(cart, name, value)
    # Whoever waited for another's change began before it.
    cart.changed_at = max(now, cart.changed_at + timedelta(microseconds=1))
    cart.save()
