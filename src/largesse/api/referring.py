"""Orders that others referred are approved, perhaps with less credit, or declined (DE-8, DE-14)."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from largesse.api.amounts import Amount, minor_of
from largesse.api.cart_lines import Code
from largesse.api.carts import NAMED_MAX
from largesse.api.deeds import OF_ONE, deed_of, do_on, order_route, told
from largesse.api.headers import IdempotencyKey
from largesse.api.order_reading import router
from largesse.api.reading import read
from largesse.api.routing import Call, Reply, operation
from largesse.api.scopes import Scope
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import Currency
from largesse.offers.current import current
from largesse.orders import referring
from largesse.orders.events import answered_before

Note = Annotated[str, Meta(max_length=200)]


class ReferIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """To whom an order is referred, and what they are told."""

    approver: Annotated[
        Annotated[str, Meta(max_length=120)] | None,
        Meta(description="The username of who is asked; if left out, anyone else who may approve."),
    ] = None
    note: Annotated[Note, Meta(description="What the approver should know.")] = ""
    by_user: Annotated[
        bool, Meta(description="Whether an order that needs no approval is referred by hand.")
    ] = False


class ApproveIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said when a referred order is approved."""

    note: Annotated[Note, Meta(description="What the requester should know.")] = ""
    credits: Annotated[
        dict[Code, Amount],
        Meta(
            max_length=NAMED_MAX,
            description="The giveaway credit that is given, by the code of the deal: what was asked "
            "for, or less. With less, the order is replaced by another one, which the answer names; "
            "giveaways that no longer fit are cut, as its `note` says.",
            examples=[{"OPENING": {"amount": "15.00", "currency": "USD"}}],
        ),
    ] = msgspec.field(default_factory=dict)


class DeclineIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said when a referred order is declined."""

    note: Annotated[Note, Meta(description="Why, so that the requester can change the order.")]


_DECIDING: Final = (*OF_ONE, "own_referral")


@operation(
    router,
    order_route(
        path="/orders/{id}/approve",
        name="approve_order",
        scope=Scope.ORDERS_APPROVE,
        body=ApproveIn,
        body_required=False,
        problems=(*_DECIDING, "credit_raised"),
        example={"note": "For their opening.", "credits": {}},
    ),
)
def approve_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Approve an order that somebody else referred: it can then be placed at its price."""
    asked = read(ApproveIn, request.body or b"{}")
    try:
        credits = _credits(asked, current().book.currency)
    except Faults:
        repeated = answered_before(deed_of(request, key, asked.note))
        if repeated is None:
            raise
        return told(repeated)
    return do_on(request, id, key, asked.note, partial(referring.approve, credits=credits))


@operation(
    router,
    order_route(
        path="/orders/{id}/decline",
        name="decline_order",
        scope=Scope.ORDERS_APPROVE,
        body=DeclineIn,
        problems=(*_DECIDING, "note_needed"),
        example={"note": "Reach 270.00 and I approve the full credit."},
    ),
)
def decline_order(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Decline an order that somebody else referred. What it held is given back."""
    asked = read(DeclineIn, request.body)
    return do_on(request, id, key, asked.note, referring.decline)


def _credits(asked: ApproveIn, currency: Currency) -> dict[str, int]:
    found: list[Fault] = []
    credits: dict[str, int] = {}
    for code, credit in asked.credits.items():
        try:
            credits[code] = minor_of(credit, currency, ("credits", code))
        except Faults as wrong:
            found += wrong.faults
    if found:
        raise Faults(found)
    return credits
