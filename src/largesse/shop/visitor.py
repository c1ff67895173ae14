"""Who is at the shop: a shopper, known or not, with the cart that a cookie or their account keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from largesse.business.models import User
from largesse.catalog.models import Location
from largesse.crm.models import Customer
from largesse.engine.cart import Channel
from largesse.ids import parse_id
from largesse.orders.answers import Deed
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.models import Cart, Order
from largesse.shop import carts

CART_COOKIE: Final = "cart"
ORDERS_COOKIE: Final = "orders"
COOKIE_AGE: Final = 60 * 24 * 3600
"""Sixty days, in seconds."""

ORDERS_KEPT: Final = 20
"""How many orders a guest's cookie remembers."""


@dataclass(frozen=True)
class Visitor:
    """A shopper. `cart` is the open one, if there is one; it may hold an order that awaits payment."""

    user: User | None
    customer: Customer | None
    cart: Cart | None

    @property
    def held(self) -> Order | None:
        """The order whose prices are held for the cart."""
        return self.cart.order if self.cart is not None else None

    @property
    def kept(self) -> carts.Kept:
        """What they want; nothing where there is no cart."""
        return carts.kept_of(self.cart)

    @property
    def actor(self) -> str:
        """What the record of an order says who did something."""
        if self.customer is None:
            return "guest"
        return f"{self.customer.name} ({self.customer.number})"


def visitor_of(request: HttpRequest, now: datetime) -> Visitor:
    """Who sends a request, with their open cart."""
    user = request.user if isinstance(request.user, User) else None
    customer = Customer.objects.filter(user=user, active=True).first() if user else None
    cart = _cart_of(customer) if customer is not None else _cart_in_cookie(request)
    if cart is not None and cart.order is not None and _has_lapsed(cart.order, now):
        if cart.order.state == Order.State.HELD:
            expire_lapsed(now)
        _let_go(cart, now)
    return Visitor(user, customer, cart)


def shop_location() -> Location | None:
    """The location whose prices and tax the shop uses."""
    return Location.objects.filter(is_shop=True, active=True).first()


def open_cart(visitor: Visitor, now: datetime) -> Cart:
    """The visitor's cart, free to be changed: a new one where there is none, and nothing held for it.

    Changing a cart whose prices are held gives back what was held.
    """
    if visitor.cart is None:
        return Cart(
            customer=visitor.customer,
            channel=Channel.SHOP,
            location=shop_location(),
            changed_at=now,
        )
    release(visitor, now, "the cart was changed")
    return visitor.cart


def release(visitor: Visitor, now: datetime, reason: str) -> None:
    """Give back what is held for the cart, if anything is."""
    cart = visitor.cart
    if cart is None or cart.order is None:
        return
    key = f"shop:{cart.order.public_id}:release"
    cancel(cart.order.id, Deed(key=key, body=b"", at=now, actor=visitor.actor, reason=reason))
    _let_go(cart, now)


def merge_on_sign_in(request: HttpRequest, customer: Customer, now: datetime) -> None:
    """What a guest put into the cart joins the cart of the customer that they turn out to be."""
    guest = _cart_in_cookie(request)
    if guest is None:
        return
    release(Visitor(None, None, guest), now, "the shopper signed in")
    own = _cart_of(customer)
    if own is None:
        guest.customer = customer
        carts.keep(guest, now, carts.kept_of(guest))
        return
    release(Visitor(None, customer, own), now, "the shopper signed in")
    carts.keep(own, now, carts.joined(carts.kept_of(own), carts.kept_of(guest)))
    guest.delete()


# --- cookies -----------------------------------------------------------------------------------------


def remember_cart(request: HttpRequest, response: HttpResponseBase, cart: Cart) -> None:
    """Keep a guest's cart in a signed cookie. A customer's cart is found by the customer."""
    if cart.customer_id is None:
        _set(request, response, CART_COOKIE, cart.public_id)


def forget_cart(response: HttpResponseBase) -> None:
    response.delete_cookie(CART_COOKIE)


def remember_order(request: HttpRequest, response: HttpResponseBase, order_id: str) -> None:
    """Let whoever placed an order as a guest see it again."""
    known = [each for each in orders_in_cookie(request) if each != order_id]
    _set(request, response, ORDERS_COOKIE, ".".join([*known, order_id][-ORDERS_KEPT:]))


def orders_in_cookie(request: HttpRequest) -> list[str]:
    """The ids of the orders that a guest placed with this browser, as they are shown."""
    said = request.get_signed_cookie(ORDERS_COOKIE, "", salt=ORDERS_COOKIE)
    return said.split(".") if said else []


def _set(request: HttpRequest, response: Any, name: str, value: str) -> None:
    response.set_signed_cookie(
        name,
        value,
        salt=name,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


# --- finding carts -----------------------------------------------------------------------------------

_LAPSED: Final = Q(order__state=Order.State.CANCELLED, order__payment__isnull=True)
"""An order that was held and never paid for leaves its cart as it was."""

_OPEN: Final = Q(order=None) | Q(order__state=Order.State.HELD) | _LAPSED


def _cart_of(customer: Customer) -> Cart | None:
    found = Cart.objects.filter(_OPEN, customer=customer, channel=Channel.SHOP)
    return found.select_related("order").order_by("-changed_at").first()


def _cart_in_cookie(request: HttpRequest, *, of: Q = _OPEN) -> Cart | None:
    said = request.get_signed_cookie(CART_COOKIE, "", salt=CART_COOKIE)
    if not said:
        return None
    try:
        cart_id: UUID = parse_id(Cart.prefix, said)
    except ValueError:
        return None
    found = Cart.objects.filter(of, id=cart_id, customer=None, channel=Channel.SHOP)
    return found.select_related("order").first()


def placed_from(request: HttpRequest, visitor: Visitor) -> Order | None:
    """The order that a cart has just become, for whoever presses the last button of checkout twice."""
    placed = Q(order__state__in=(Order.State.PLACED, Order.State.POSTED))
    if visitor.customer is None:
        cart = _cart_in_cookie(request, of=placed)
        return cart.order if cart is not None else None
    try:
        said = parse_id(Order.prefix, request.POST.get("order", ""))
    except ValueError:
        return None
    return Order.objects.filter(id=said, customer=visitor.customer).first()


def _has_lapsed(order: Order, now: datetime) -> bool:
    return order.state == Order.State.CANCELLED or (
        order.held_until is not None and order.held_until <= now
    )


def _let_go(cart: Cart, now: datetime) -> None:
    # A new instant: the keys of what comes next are new (OR-3).
    cart.order = None
    cart.changed_at = now
    cart.save(update_fields=["order", "changed_at"])
