"""To place is to price again with today's book and facts, and to consume all or nothing (OR-2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError

from largesse.engine.cart import Cart
from largesse.engine.faults import Faults
from largesse.engine.quote import Quote
from largesse.ids import public_id, uuid7
from largesse.ledger import writing
from largesse.ledger.plan import Change, Plan, Short, Stale
from largesse.offers import codes, limits
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, Done, PriceChanged, Refused
from largesse.orders.booking import holds, limits_of
from largesse.orders.models import Order
from largesse.orders.numbers import new_number
from largesse.orders.quoting import Priced, priced
from largesse.orders.rows import order_rows


def place(
    cart: Cart,
    deed: Deed,
    *,
    confirmed_due: int | None = None,
    payment: dict[str, Any] | None = None,
) -> Answered:
    """Place an order: it is priced again, and everything that it uses is held for it, or nothing.

    `confirmed_due` is what the buyer agreed to pay, in minor units: where it has become more, nothing
    is placed and the answer has the new quote. None takes today's price whatever it is. Raises `Faults`
    for a cart that can't be priced.
    """
    return _sell(cart, deed, Order.State.PLACED, confirmed_due, payment, None)


def reserve(
    cart: Cart,
    deed: Deed,
    *,
    minutes: int,
    confirmed_due: int | None = None,
    payment: dict[str, Any] | None = None,
) -> Answered:
    """Hold what a quote would use, at its price, for some minutes (OR-4); as `place` otherwise."""
    return _sell(cart, deed, Order.State.HELD, confirmed_due, payment, timedelta(minutes=minutes))


def place_held(order_id: UUID, deed: Deed, *, payment: dict[str, Any] | None = None) -> Answered:
    """Place a held order at the price that it was held at, if it has not lapsed."""

    def decide(order: Order) -> events.Step | Refused:
        if order.state != Order.State.HELD:
            return events.wrong_state(order, "only a held order can be placed")
        assert order.held_until is not None
        if order.held_until <= deed.at:
            return Refused(
                code="hold_lapsed",
                message=f"Order {order.number} was held until then and has lapsed; order again.",
                field="held_until",
            )
        new: dict[str, Any] = {"state": Order.State.PLACED.value, "held_until": None}
        if payment is not None:
            new["payment"] = msgspec.json.encode(payment).decode()
        return events.Step(
            kind="order.placed", answer=events.done(order, Order.State.PLACED), new=new
        )

    return events.take_step(order_id, deed, decide)


def _sell(
    cart: Cart,
    deed: Deed,
    state: Order.State,
    confirmed_due: int | None,
    payment: dict[str, Any] | None,
    held_for: timedelta | None,
) -> Answered:
    for _ in range(events.ATTEMPTS):
        try:
            found = priced(cart)
            if confirmed_due is not None and found.quote.due > confirmed_due:
                return events.refuse(deed, _price_changed(found, confirmed_due))
            if not _follow_limits(found, deed):
                continue
            plan = _plan(found, deed, state, payment, held_for)
        except Faults:
            # What can't be priced now may have been placed under this key before.
            repeated = events.answered_before(deed)
            if repeated is None:
                raise
            return repeated
        try:
            outcome = writing.carry_out(plan)
        except IntegrityError:
            continue  # another order of the same second has drawn the same number
        if not isinstance(outcome, Stale | Short):
            return events.answered(outcome)
    return events.BUSY


def _follow_limits(found: Priced, deed: Deed) -> bool:
    """Let what is limited be granted what it is limited to now (PR-5); False to look again."""
    wanted = limits_of(found.quote.consumptions, found.quote.currency)
    return not wanted or limits.follow(wanted, at=deed.at, by=deed.actor)


def _plan(
    found: Priced,
    deed: Deed,
    state: Order.State,
    payment: dict[str, Any] | None,
    held_for: timedelta | None,
) -> Plan:
    quote = found.quote
    order_id, number = uuid7(), new_number(deed.at)
    held_until = deed.at + held_for if held_for is not None else None
    answer = Done(
        order=public_id(Order.prefix, order_id),
        number=number,
        state=state.value,
        currency=quote.currency,
        total=quote.total,
        due=quote.due,
        held_until=held_until,
    )
    return Plan(
        event=events.event_of(deed, f"order.{state.value}", answer, first=order_id),
        movements=holds(quote.consumptions, quote.currency),
        inserts=order_rows(order_id, number, state, found, payment, held_until),
        changes=_codes_still_valid(quote),
    )


def _codes_still_valid(quote: Quote) -> tuple[Change, ...]:
    used = [each.code for each in quote.consumptions if each.kind == "single_use_code"]
    return codes.still_valid(used) if used else ()


def _price_changed(found: Priced, confirmed: int) -> PriceChanged:
    quote = found.quote
    return PriceChanged(
        confirmed=confirmed,
        due=quote.due,
        currency=quote.currency,
        quote=msgspec.Raw(quote.to_json()),
    )
