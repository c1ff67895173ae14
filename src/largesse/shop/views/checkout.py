"""Checkout: prices are held for a quarter of an hour, an address and a test card, then the order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST
from msgspec.structs import replace

from largesse.engine.faults import Faults
from largesse.engine.quote import Quote
from largesse.offers.current import current
from largesse.orders.answers import Deed, Done, PriceChanged, Refused
from largesse.orders.credit.purses import NOTHING, Purse, paid_by, purses
from largesse.orders.models import Cart, Order
from largesse.orders.parties.admitting import PARTY_CLOSED
from largesse.orders.placing import place_held, reserve
from largesse.orders.quoting import quote
from largesse.orders.rewards.sprees import OVER_AWARD
from largesse.pages.toasts import toast
from largesse.shop import payments
from largesse.shop.at_party import party_of
from largesse.shop.carts import Kept
from largesse.shop.changing import give_up, hold_for
from largesse.shop.forms import CheckoutForm
from largesse.shop.seen import Seen, fewer, seen_of
from largesse.shop.sprees import given, given_units
from largesse.shop.views.cart import cart_parts, quoted, sold
from largesse.shop.views.page import Visit
from largesse.shop.visitor import forget_cart, placed_from, remember_order

HOLD_MINUTES: Final = 15


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Hold the cart's prices, at the amount that the shopper saw; a worse one is to be confirmed first
    (OR-2, OR-4).
    """
    visit = Visit.of(request)
    cart = visit.visitor.cart
    if cart is None or not visit.visitor.kept.lines:
        return redirect("shop:cart")
    if cart.order is not None:
        return redirect("shop:checkout")
    seen = seen_of(request.POST)
    if seen is None:
        return redirect("shop:cart")
    return hold(visit, cart, seen)


def hold(visit: Visit, cart: Cart, seen: Seen) -> HttpResponse:
    """Hold what a cart needs if it costs no more than was seen, and go to checkout.

    What sprees don't give of what was chosen is left out: the cart says so, and looks at it once more
    where that has just become so (SP-7).
    """
    kept = sold(visit.visitor.kept)
    if kept.sprees:
        kept, units = _given_only(visit, kept)
        if units < seen.chosen:
            return _less_given(visit)
    deed = Deed(
        # What is kept says what is bought; a second press of the button has the same key.
        key=f"shop:{cart.public_id}:{cart.changed_at.isoformat()}:{seen.due}",
        body=msgspec.json.encode([kept, seen.due, visit.visitor.actor]),
        at=visit.now,
        actor=visit.visitor.actor,
    )
    try:
        answer = reserve(
            visit.cart(kept, cart.public_id),
            deed,
            minutes=HOLD_MINUTES,
            confirmed_due=seen.due,
        ).answer
    except Faults:
        return redirect("shop:cart")
    if isinstance(answer, Done):
        return _held(visit, cart, Order.by_public_id(answer.order))
    if isinstance(answer, PriceChanged):
        return _price_changed(visit, answer, seen)
    if answer.code == OVER_AWARD:
        # Others used up the award meanwhile. A new instant: the key of the next try is new (OR-3).
        visit.change(lambda kept: kept)
        return _less_given(visit)
    if answer.code == PARTY_CLOSED:
        visit.change(lambda kept: kept)
        return _party_closed(visit)
    toast(visit.request, "Many are buying this right now. Try again.")
    return redirect("shop:cart")


def _held(visit: Visit, cart: Cart, order: Order) -> HttpResponse:
    """On to checkout; or, where another tab has changed the cart meanwhile, back to look at it."""
    if hold_for(cart, order):
        return redirect("shop:checkout")
    give_up(order, visit.visitor.actor, visit.now, "the cart was changed")
    toast(visit.request, "Your cart was changed meanwhile. Look at it again.")
    return redirect("shop:cart")


def _party_closed(visit: Visit) -> HttpResponse:
    """The party took no more orders: nothing is placed, and the shopper may go on without it (SP-1)."""
    return visit.show("party_closed.html")


def _less_given(visit: Visit) -> HttpResponse:
    toast(visit.request, "Not all that you chose is given any more. Your cart says what is not.")
    return redirect("shop:cart")


def _given_only(visit: Visit, kept: Kept) -> tuple[Kept, int]:
    """What is kept, with no more chosen than is given now; and how many units that are."""
    found = quote(visit.cart(kept, "cart"))
    return replace(kept, sprees=given(found, kept.sprees)), sum(given_units(found).values())


def _price_changed(visit: Visit, answer: PriceChanged, seen: Seen) -> HttpResponse:
    """The old price and today's, side by side; nothing is held until the shopper has said which.

    Where fewer units of an allotment are free than they saw, it says so, and lets them go (AL-8).
    """
    found, _ = quoted(visit)
    parts = cart_parts(visit, found, current().book)
    return visit.show(
        "price_changed.html",
        {
            **parts,
            "fewer": fewer(parts["cart"].lines, seen),
            "confirmed": answer.confirmed,
            "difference": found.due - answer.confirmed,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Contact, address and card for what is held; paid, it is placed."""
    visit = Visit.of(request)
    order = visit.visitor.held
    if order is None:
        placed = placed_from(request, visit.visitor)
        if placed is not None:
            return _to_order(request, placed)
        if visit.visitor.kept.lines:
            toast(request, "The 15 minutes are over. Check out again to hold today’s prices.")
        return redirect("shop:cart")
    at_party = party_of(visit.visitor.kept)
    if at_party is not None and not at_party.is_open:
        # Before anything is paid.
        return _party_closed(visit)
    is_free = order.due == 0
    if request.method != "POST":
        return show_checkout(visit, order)
    form = CheckoutForm(request.POST, is_free=is_free)
    if not form.is_valid():
        return show_checkout(visit, order, form)
    payment = form.told()
    if is_free:
        payment["method"] = "none"
    else:
        paid = payments.pay(form.cleaned_data["card"], order.number, order.due, order.currency)
        if isinstance(paid, payments.Declined):
            form.add_error("card", paid.message)
            return show_checkout(visit, order, form)
        payment |= paid.told
    return _place(visit, order, form, payment)


def _place(visit: Visit, order: Order, form: CheckoutForm, payment: dict[str, Any]) -> HttpResponse:
    deed = Deed(
        key=f"shop:{order.public_id}:place",
        body=order.id.bytes,
        at=visit.now,
        actor=visit.visitor.actor,
    )
    answer = place_held(order.id, deed, payment=payment).answer
    if isinstance(answer, Refused):
        if answer.code == "busy":
            form.add_error(None, "This takes longer than it should. Nothing was paid; try again.")
            return show_checkout(visit, order, form)
        if answer.code == PARTY_CLOSED:
            visit.release("the party was closed")
            return _party_closed(visit)
        return redirect("shop:cart")
    return _to_order(visit.request, order)


def _to_order(request: HttpRequest, order: Order) -> HttpResponse:
    response = redirect("shop:order", order.public_id)
    if order.customer_id is None:
        remember_order(request, response, order.public_id)
    forget_cart(response)
    return response


def _known(visit: Visit) -> dict[str, str]:
    """What the account, or the customer's last order, knows already."""
    customer = visit.visitor.customer
    if customer is None:
        return {}
    known = {"name": customer.name, "email": customer.email}
    last = Order.objects.filter(customer=customer, payment__address__isnull=False).first()
    if last is not None and last.payment:
        known |= last.payment["address"]
    return known


def own_purses(
    visit: Visit,
    quote: Quote,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
) -> tuple[Purse, ...]:
    """The shopper's credit accounts that can pay; what is held for the cart is there for it."""
    own = {} if visit.visitor.held is None else paid_by(quote)
    return purses(visit.visitor.customer, quote, typed, errors, own=own)


def show_checkout(
    visit: Visit,
    order: Order,
    form: CheckoutForm | None = None,
    *,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
) -> HttpResponse:
    """The page of checkout. By account: what was typed as an amount of credit, and what is wrong."""
    assert order.held_until is not None
    found, _ = quoted(visit)
    seconds = (order.held_until - visit.now).total_seconds()
    return visit.show(
        "checkout.html",
        {
            **cart_parts(visit, found, current().book),
            "order": order,
            "form": form or CheckoutForm(initial=_known(visit), is_free=order.due == 0),
            "credit": own_purses(visit, found, typed, errors),
            "minutes": max(1, math.ceil(seconds / 60)),
        },
    )


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Back to the cart: what was held is given back."""
    visit = Visit.of(request)
    visit.release("the shopper went back to the cart")
    return redirect("shop:cart")
