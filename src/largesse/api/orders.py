"""Orders: refer, reserve or place, post, cancel, refund; each once for its idempotency key (OR-3)."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta, Struct

from largesse.api import entered, order_reading
from largesse.api.amounts import Amount, minor_of
from largesse.api.cart_lines import Code
from largesse.api.carts import EXAMPLE, LINES_MAX, CartIn, engine_cart
from largesse.api.deeds import OF_ONE, Reason, deed_of, do_on, order_route, told
from largesse.api.entered import Shopper
from largesse.api.finding import found
from largesse.api.headers import IdempotencyKey
from largesse.api.order_reading import orders_for
from largesse.api.paying import PaymentIn, payment_told
from largesse.api.reading import read
from largesse.api.referring import ReferIn
from largesse.api.routing import Call, Reply, operation
from largesse.api.scopes import Scope
from largesse.engine.cart import UNITS_MAX, Cart
from largesse.engine.faults import Fault, Faults
from largesse.offers.current import current
from largesse.orders import cancelling, placing, posting, referring, refunding
from largesse.orders.answers import Answered, Deed
from largesse.orders.events import answered_before
from largesse.orders.models import Order

router: Final = order_reading.router
"""The same as of those that read, because one address has both."""

HOLD_MINUTES_MAX: Final = 7 * 24 * 60


class OrderIn(CartIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cart to be placed; or with `hold_minutes` to be held at its price for a time, or with `refer`
    until it is approved.
    """

    confirmed_due: Annotated[
        Amount | None,
        Meta(
            description="What the buyer agreed to pay. If it has become more, nothing is placed. "
            "If left out, today's price is taken whatever it is."
        ),
    ] = None
    hold_minutes: Annotated[
        Annotated[int, Meta(ge=1, le=HOLD_MINUTES_MAX)] | None,
        Meta(description="Reserve for so long; place it until then."),
    ] = None
    payment: PaymentIn | None = None
    refer: Annotated[
        ReferIn | None,
        Meta(
            description="Hold the order until somebody else approves or declines it. Deals that are "
            "`referred` and don't reach their trigger need that."
        ),
    ] = None
    replaces: Annotated[
        Code | None,
        Meta(
            description="The id or number of a referred, declined or approved order that this one is "
            "the edited form of, of the host reward order that it places anew, or of an order whose "
            "credit was taken back: it is cancelled."
        ),
    ] = None
    reason: Reason = ""


class PlaceIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said when a held or an approved order is placed."""

    payment: PaymentIn | None = None
    reason: Reason = ""


class DeedIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said when something is done to an order."""

    reason: Reason = ""


class ReturnedLine(Struct, frozen=True, forbid_unknown_fields=True):
    """Units of a line that come back."""

    id: Annotated[Code, Meta(description="The line's id.")]
    units: Annotated[int, Meta(ge=1, le=UNITS_MAX)]


class RefundIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes back."""

    lines: Annotated[
        Annotated[list[ReturnedLine], Meta(max_length=LINES_MAX)] | None,
        Meta(description="If left out or null, all that is left comes back."),
    ] = None
    shipping: Annotated[
        bool, Meta(description="Whether the shipping charge is given back too.")
    ] = False
    reason: Reason = ""


@operation(
    router,
    order_route(
        path="/orders",
        name="create_order",
        status=201,
        body=OrderIn,
        problems=(
            *OF_ONE,
            "price_changed",
            "too_many_wrong_codes",
            "location_not_allowed",
            "giveaway_over_credit",
            "sprees_refused",
            "party_needed",
            "party_not_open",
            "party_not_closed",
            "host_rewarded",
            "not_the_host",
            "other_party",
            "other_customer",
            "referral_needed",
            "referral_not_allowed",
            "approval_not_needed",
            "approver_unknown",
            "deals_refused",
        ),
        example={**EXAMPLE, "confirmed_due": {"amount": "37.90", "currency": "USD"}},
    ),
)
def create_order(request: Call, key: IdempotencyKey, shopper: Shopper = None) -> Reply:
    """Place an order, reserve one with `hold_minutes`, or send one for approval with `refer`. It is
    priced again, and takes every voucher, allotment unit and limit that the quote names, or nothing is
    done.
    """
    asked = read(OrderIn, request.body)
    note = asked.refer.note if asked.refer is not None else ""
    deed = deed_of(request, key, note or asked.reason)
    try:
        book = current().book
        _check_together(asked)
        cart = engine_cart(asked, request.caller, book, deed.at)
        confirmed = asked.confirmed_due
        due = None if confirmed is None else minor_of(confirmed, book.currency, ("confirmed_due",))
    except Faults:
        # What can't be ordered any more may have been ordered under this key before.
        repeated = answered_before(deed)
        if repeated is None:
            raise
        return told(repeated, tells_apart=entered.tells_apart(request.caller))
    entrant = entered.entrant_of(request.caller, cart, shopper)
    if cart.codes and answered_before(deed) is None:
        entered.check_not_blocked(entrant, cart, deed.at)
    answered = _ordered(request, asked, cart, deed, due)
    entered.charge_order(entrant, cart, answered, deed.at)
    return told(answered, tells_apart=entered.tells_apart(request.caller))


def _ordered(call: Call, asked: OrderIn, cart: Cart, deed: Deed, due: int | None) -> Answered:
    payment = payment_told(asked.payment, current().book.currency)
    if asked.hold_minutes is not None:
        minutes = asked.hold_minutes
        return placing.reserve(cart, deed, minutes=minutes, confirmed_due=due, payment=payment)
    replaces = None
    if asked.replaces is not None:
        replaces = found(orders_for(call.caller).only("id"), asked.replaces, "number").id
    if asked.refer is None:
        return placing.place(cart, deed, confirmed_due=due, payment=payment, replaces=replaces)
    return referring.refer(
        cart,
        deed,
        by_user=asked.refer.by_user,
        approver=asked.refer.approver or "",
        replaces=replaces,
    )


def _check_together(asked: OrderIn) -> None:
    """Some fields are about one way to order, and mean nothing with another."""
    wrong: list[Fault] = []
    if asked.refer is not None:
        why = "is said when the order is placed, once it is approved"
        wrong += [Fault(n, None, why) for n in ("confirmed_due", "payment") if getattr(asked, n)]
    if asked.hold_minutes is not None:
        why = "is not for an order that is reserved"
        wrong += [Fault(name, None, why) for name in ("refer", "replaces") if getattr(asked, name)]
    if wrong:
        raise Faults(wrong)


@operation(
    router,
    order_route(
        path="/orders/{id}/place",
        name="place_order",
        body=PlaceIn,
        body_required=False,
        problems=(
            *OF_ONE,
            "hold_lapsed",
            "tenders_differ",
            "party_not_open",
            "party_not_closed",
            "host_rewarded",
            "not_the_host",
        ),
        example={"payment": {"method": "card", "reference": "pi_3Q"}},
    ),
)
def place_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Place an order that was reserved, or approved, at the price that it has."""
    asked = read(PlaceIn, request.body or b"{}")
    verb = partial(_place_as_it_is, payment=payment_told(asked.payment, current().book.currency))
    return do_on(request, id, key, asked.reason, verb)


def _place_as_it_is(order_id: UUID, deed: Deed, *, payment: dict[str, Any] | None) -> Answered:
    is_approved = Order.objects.filter(id=order_id, state=Order.State.PENDING).exists()
    place = referring.place_pending if is_approved else placing.place_held
    return place(order_id, deed, payment=payment)


@operation(
    router,
    order_route(
        path="/orders/{id}/post",
        name="post_order",
        body=DeedIn,
        body_required=False,
        problems=(*OF_ONE, "award_changed", "party_not_closed", "credit_taken_back"),
        example={},
    ),
)
def post_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Post a placed order: its goods have been handed over, and its money goes to the journal. A host
    reward order rewards its party.
    """
    asked = read(DeedIn, request.body or b"{}")
    return do_on(request, id, key, asked.reason, posting.post)


@operation(
    router,
    order_route(
        path="/orders/{id}/cancel",
        name="cancel_order",
        body=DeedIn,
        body_required=False,
        problems=OF_ONE,
        example={"reason": "The customer changed their mind."},
    ),
)
def cancel_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Cancel an order that is not posted yet: all that it holds is given back."""
    asked = read(DeedIn, request.body or b"{}")
    return do_on(request, id, key, asked.reason, cancelling.cancel)


@operation(
    router,
    order_route(
        path="/orders/{id}/refund",
        name="refund_order",
        scope=Scope.REFUNDS_WRITE,
        body=RefundIn,
        body_required=False,
        problems=(*OF_ONE, "cannot_refund"),
        example={"lines": [{"id": "1", "units": 1}], "reason": "Broken handle."},
    ),
)
def refund_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Refund units of a posted order: exactly their stored parts are given back, once."""
    asked = read(RefundIn, request.body or b"{}")
    lines = None if asked.lines is None else _units_by_line(asked.lines)
    verb = partial(refunding.refund, lines=lines, shipping=asked.shipping)
    return do_on(request, id, key, asked.reason, verb)


def _units_by_line(lines: list[ReturnedLine]) -> dict[str, int]:
    units: dict[str, int] = {}
    for line in lines:
        units[line.id] = units.get(line.id, 0) + line.units
    return units
