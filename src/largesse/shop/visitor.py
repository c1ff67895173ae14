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
from largesse.ids import parse_id, public_id, uuid7
from largesse.orders.cancelling import expire_lapsed
from largesse.orders.models import Cart, Order
from largesse.shop import carts

CART_COOKIE: Final = "cart"
ORDERS_COOKIE: Final = "orders"
COOKIE_AGE: Final = 60 * 24 * 3600
"""Sixty days, in seconds."""

_GUEST: Final[dict[str, Any]] = {"customer": None, "channel": Channel.SHOP}

ORDERS_KEPT: Final = 20
"""How many orders a guest's cookie remembers."""


@dataclass(frozen=True)
class Visitor:
    """A shopper. `cart` is the open one, if there is one; it may hold an order that awaits payment."""

    user: User | None
    customer: Customer | None
    cart: Cart | None
    new_id: UUID
    """The key of the cart that is made for them where there is none. A guest's browser knows it before
    there is a cart, so that two tabs make one.
    """

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
        """Who does something."""
        return actor_of(self.customer)


def actor_of(customer: Customer | None) -> str:
    """Whoever does something, as records tell it."""
    return "guest" if customer is None else f"{customer.name} ({customer.number})"


def visitor_of(request: HttpRequest, now: datetime) -> Visitor:
    """Who sends a request, with their open cart."""
    user = request.user if isinstance(request.user, User) else None
    customer = Customer.objects.filter(user=user, active=True).first() if user else None
    if customer is not None:
        cart, new_id = cart_of(customer), uuid7()
    else:
        cart, new_id = guest_cart(request)
    if cart is not None and cart.order is not None and _has_lapsed(cart.order, now):
        if cart.order.state == Order.State.HELD:
            expire_lapsed(now)
        _let_go(cart, now)
    return Visitor(user, customer, cart, new_id)


def shop_location() -> Location | None:
    """The location whose prices and tax the shop uses."""
    return Location.objects.filter(is_shop=True, active=True).first()


# --- cookies -----------------------------------------------------------------------------------------


def remember_cart(request: HttpRequest, response: HttpResponseBase, visitor: Visitor) -> None:
    """Keep in a signed cookie which cart a guest has, or will have. A customer's is found by the
    customer.
    """
    if visitor.customer is None:
        kept = visitor.cart.id if visitor.cart is not None else visitor.new_id
        _set(request, response, CART_COOKIE, public_id(Cart.prefix, kept))


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

_OPEN: Final = (
    Q(order=None)
    | Q(order__state=Order.State.HELD)
    # An order that was held and never paid for leaves its cart as it was.
    | Q(order__state=Order.State.CANCELLED, order__payment__isnull=True)
)


def cart_of(customer: Customer) -> Cart | None:
    """The open cart of a customer, if there is one."""
    found = Cart.objects.filter(_OPEN, customer=customer, channel=Channel.SHOP)
    return found.select_related("order").order_by("-changed_at").first()


def guest_cart(request: HttpRequest) -> tuple[Cart | None, UUID]:
    """The open cart that a guest's browser names, and the key that one has which is made for them."""
    named = _cart_in_cookie(request)
    if named is None:
        return None, uuid7()
    # One query, so that no cart is made between two: then it would be taken for one that is over.
    rows = Cart.objects.annotate(is_theirs=_OPEN & Q(**_GUEST)).filter(id=named)
    cart = rows.select_related("order").first()
    if cart is None:
        return None, named
    return (cart if cart.is_theirs else None), uuid7()


def _cart_in_cookie(request: HttpRequest) -> UUID | None:
    said = request.get_signed_cookie(CART_COOKIE, "", salt=CART_COOKIE)
    try:
        return parse_id(Cart.prefix, said) if said else None
    except ValueError:
        return None


def placed_from(request: HttpRequest, visitor: Visitor) -> Order | None:
    """The order that a cart has just become, for whoever presses the last button of checkout twice."""
    placed = Q(order__state__in=(Order.State.PLACED, Order.State.POSTED))
    if visitor.customer is None:
        named = _cart_in_cookie(request)
        if named is None:
            return None
        bought = Cart.objects.filter(placed, id=named, **_GUEST)
        cart = bought.select_related("order").first()
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
    """Hold nothing for a cart any more, unless another order holds its prices by now."""
    # A new instant: the keys of what comes next are new (OR-3).
    held = Cart.objects.filter(pk=cart.pk, order=cart.order)
    held.update(order=None, changed_at=now)
    cart.order, cart.changed_at = None, now
