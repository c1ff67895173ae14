"""Orders: reserve or place, post, cancel, refund; each once for its idempotency key (OR-3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from largesse.api import order_reading
from largesse.api.amounts import Amount, Money, minor_of, shown
from largesse.api.calling import now
from largesse.api.carts import EXAMPLE, LINES_MAX, CartIn, Code, engine_cart
from largesse.api.finding import found
from largesse.api.headers import IdempotencyKey
from largesse.api.instants import Instant
from largesse.api.order_reading import orders_for
from largesse.api.problems import KINDS, Trouble
from largesse.api.reading import read
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.api.telling import stored_quote_out
from largesse.engine.cart import UNITS_MAX
from largesse.engine.faults import Fault, Faults
from largesse.offers.current import current
from largesse.orders import cancelling, placing, posting, refunding
from largesse.orders.answers import Answered, Deed, Done, PriceChanged, Refused
from largesse.orders.events import answered_before
from largesse.outages import RETRY_AFTER_SECONDS

router: Final = order_reading.router
"""The same as of those that read, because one address has both."""

HOLD_MINUTES_MAX: Final = 7 * 24 * 60
Reason = Annotated[str, Meta(max_length=200, description="Why, for the order's history.")]


class PaymentIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the buyer says that they pay; the journal has an account for each method."""

    method: Annotated[
        str, Meta(min_length=1, max_length=40, pattern="^[a-z0-9_-]+$", examples=["card"])
    ]
    reference: Annotated[
        str, Meta(max_length=200, description="What the payment provider calls it.")
    ] = ""


class OrderIn(CartIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cart to be placed, or, with `hold_minutes`, to be held at its price for a time."""

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
    reason: Reason = ""


class PlaceIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said when a held order is placed."""

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


class DoneOut(Struct, frozen=True, kw_only=True):
    """What was done. The same idempotency key is answered with the same bytes for ever."""

    object: Literal["order"] = "order"
    id: str
    number: str
    state: str
    total: Money
    due: Money
    refunded: Annotated[Money, Meta(description="What the buyer has got back in all.")]
    refund: Annotated[str | UnsetType, Meta(description="The refund that this request made.")] = (
        UNSET
    )
    refund_total: Annotated[Money | UnsetType, Meta(description="What the buyer gets for it.")] = (
        UNSET
    )
    held_until: Instant | UnsetType = UNSET


_route = partial(
    Route,
    method="POST",
    tag="orders",
    scope=Scope.ORDERS_WRITE,
    answer=DoneOut,
    headers=("Idempotent-Replayed",),
)
_COMMON: Final = ("idempotency_key_missing", "idempotency_key_reused", "busy")
_OF_ONE: Final = (*_COMMON, "not_found", "order_unknown", "wrong_state")


@operation(
    router,
    _route(
        path="/orders",
        name="create_order",
        status=201,
        body=OrderIn,
        problems=(*_COMMON, "price_changed", "location_not_allowed"),
        example={**EXAMPLE, "confirmed_due": {"amount": "37.90", "currency": "USD"}},
    ),
)
def create_order(request: Call, key: IdempotencyKey) -> Reply:
    """Place an order, or reserve one with `hold_minutes`. It is priced again, and takes every voucher,
    allotment unit and limit that the quote names, or nothing is done.
    """
    asked = read(OrderIn, request.body)
    deed = _deed(request, key, asked.reason)
    payment = _payment(asked.payment)
    try:
        book = current().book
        cart = engine_cart(asked, request.caller, book, deed.at)
        confirmed = asked.confirmed_due
        due = None if confirmed is None else minor_of(confirmed, book.currency, ("confirmed_due",))
    except Faults:
        # What can't be ordered any more may have been ordered under this key before.
        repeated = answered_before(deed)
        if repeated is None:
            raise
        return told(repeated)
    if asked.hold_minutes is None:
        return told(placing.place(cart, deed, confirmed_due=due, payment=payment))
    minutes = asked.hold_minutes
    return told(placing.reserve(cart, deed, minutes=minutes, confirmed_due=due, payment=payment))


@operation(
    router,
    _route(
        path="/orders/{id}/place",
        name="place_order",
        body=PlaceIn,
        body_required=False,
        problems=(*_OF_ONE, "hold_lapsed"),
        example={"payment": {"method": "card", "reference": "pi_3Q"}},
    ),
)
def place_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Place an order that was reserved, at the price that it was reserved at."""
    asked = read(PlaceIn, request.body or b"{}")
    payment = _payment(asked.payment)
    return _do(request, id, key, asked.reason, partial(placing.place_held, payment=payment))


@operation(
    router,
    _route(
        path="/orders/{id}/post",
        name="post_order",
        body=DeedIn,
        body_required=False,
        problems=_OF_ONE,
        example={},
    ),
)
def post_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Post a placed order: its goods have been handed over, and its money goes to the journal."""
    asked = read(DeedIn, request.body or b"{}")
    return _do(request, id, key, asked.reason, posting.post)


@operation(
    router,
    _route(
        path="/orders/{id}/cancel",
        name="cancel_order",
        body=DeedIn,
        body_required=False,
        problems=_OF_ONE,
        example={"reason": "The customer changed their mind."},
    ),
)
def cancel_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Cancel an order that is not posted yet: all that it holds is given back."""
    asked = read(DeedIn, request.body or b"{}")
    return _do(request, id, key, asked.reason, cancelling.cancel)


@operation(
    router,
    _route(
        path="/orders/{id}/refund",
        name="refund_order",
        scope=Scope.REFUNDS_WRITE,
        body=RefundIn,
        body_required=False,
        problems=(*_OF_ONE, "cannot_refund"),
        example={"lines": [{"id": "1", "units": 1}], "reason": "Broken handle."},
    ),
)
def refund_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Refund units of a posted order: exactly their stored parts are given back, once."""
    asked = read(RefundIn, request.body or b"{}")
    lines = None if asked.lines is None else _units_by_line(asked.lines)
    verb = partial(refunding.refund, lines=lines, shipping=asked.shipping)
    return _do(request, id, key, asked.reason, verb)


def _units_by_line(lines: list[ReturnedLine]) -> dict[str, int]:
    units: dict[str, int] = {}
    for line in lines:
        units[line.id] = units.get(line.id, 0) + line.units
    return units


def _do(
    call: Call, said: str, key: str, reason: str, verb: Callable[[UUID, Deed], Answered]
) -> Reply:
    order = found(orders_for(call.caller).only("id"), said)
    return told(verb(order.id, _deed(call, key, reason)))


def _deed(call: Call, key: str, reason: str) -> Deed:
    """Keys are the business's, not one API key's: so a retry works after the API key was replaced.

    What is asked for is in the address as well as in the body.
    """
    asked = f"{call.method} {call.path_info}\n".encode() + call.body
    return Deed(key=f"api:{key}", body=asked, at=now(), actor=call.caller.actor, reason=reason)


def _payment(asked: PaymentIn | None) -> dict[str, Any] | None:
    return None if asked is None else msgspec.to_builtins(asked)


def told(answered: Answered) -> Reply:
    """An answer as HTTP has it: from what is stored alone, so that its bytes stay the same."""
    headers = {"Idempotent-Replayed": "true"} if answered.repeated else {}
    match answered.answer:
        case Done() as done:
            return Reply(_done(done), None, headers)
        case PriceChanged() as changed:
            quote = stored_quote_out(msgspec.json.decode(changed.quote))
            detail = (
                f"The cart costs {_text(changed.due, changed.currency)} now; "
                f"{_text(changed.confirmed, changed.currency)} was confirmed. Nothing was placed."
            )
            encoded = Raw(msgspec.json.encode(quote))
            raise Trouble("price_changed", detail, quote=encoded, headers=headers)
        case Refused() as refused:
            raise _refusal(refused, headers)


def _refusal(refused: Refused, headers: dict[str, str]) -> Trouble:
    code = refused.code if refused.code in KINDS else "conflict"
    if code == "idempotency_key_reused":
        return Trouble(code, headers=headers)
    if code == "busy":
        headers = {**headers, "Retry-After": RETRY_AFTER_SECONDS}
    faults = [Fault(error.field, error.value, error.message) for error in refused.errors]
    return Trouble(code, refused.message, faults=faults, headers=headers)


def _done(done: Done) -> DoneOut:
    return DoneOut(
        id=done.order,
        number=done.number,
        state=done.state,
        total=shown(done.total, done.currency),
        due=shown(done.due, done.currency),
        refunded=shown(done.refunded, done.currency),
        refund=UNSET if done.refund is None else done.refund,
        refund_total=UNSET if done.refund is None else shown(done.refund_total, done.currency),
        held_until=UNSET if done.held_until is None else done.held_until,
    )


def _text(minor: int, currency: str) -> str:
    return f"{msgspec.json.decode(shown(minor, currency))['amount']} {currency}"
