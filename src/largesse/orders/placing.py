"""To place is to price again with today's book and facts, and to consume all or nothing (OR-2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError
from msgspec import Struct

from largesse.engine.cart import Cart
from largesse.engine.faults import Faults
from largesse.engine.quote import Quote
from largesse.ids import public_id, uuid7
from largesse.ledger import writing
from largesse.ledger.plan import Change, Grant, Insert, Outcome, Plan, Short, Stale
from largesse.offers import codes, limits
from largesse.offers.vouchers.taking import NOTHING_TAKEN, Taking, taking
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, Done, PriceChanged, Refused
from largesse.orders.booking import holds, limits_of
from largesse.orders.credit import paying as credit
from largesse.orders.models import Order
from largesse.orders.numbers import new_number
from largesse.orders.parties.admitting import admitted, admitted_order
from largesse.orders.quoting import Priced, priced
from largesse.orders.replacing import instead_of, not_replaced_by
from largesse.orders.rewards import giveaways
from largesse.orders.rewards.giveaways import credit_movements, over_credit
from largesse.orders.rewards.sprees import over_award, spree_movements
from largesse.orders.rows import order_rows
from largesse.orders.tenders import not_what_is_due


def place(
    cart: Cart,
    deed: Deed,
    *,
    confirmed_due: int | None = None,
    payment: dict[str, Any] | None = None,
    replaces: UUID | None = None,
) -> Answered:
    """Place an order: it is priced again, and everything that it uses is held for it, or nothing.

    `confirmed_due` is what the buyer agreed to pay, in minor units: where it has become more, nothing
    is placed and the answer has the new quote. None takes today's price whatever it is. `replaces` is
    the referred order that this one is the edited form of, the host reward order that it places anew
    at today's award, or the order whose credit was taken back: it is cancelled (DE-8, SP-12, SP-13).
    Raises `Faults` for a cart that can't be priced.
    """
    sale = Sale(
        state=partial(_unless_referred, Order.State.PLACED),
        confirmed_due=confirmed_due,
        payment=payment,
        columns={} if replaces is None else {"replaces_id": replaces},
    )
    refuses = partial(not_replaced_by, cart)
    return instead_of(replaces, deed, lambda: sell(cart, deed, sale), refuses=refuses)


def reserve(
    cart: Cart,
    deed: Deed,
    *,
    minutes: int,
    confirmed_due: int | None = None,
    payment: dict[str, Any] | None = None,
) -> Answered:
    """Hold what a quote would use, at its price, for some minutes (OR-4); as `place` otherwise."""
    sale = Sale(
        state=partial(_unless_referred, Order.State.HELD),
        confirmed_due=confirmed_due,
        payment=payment,
        held_for=timedelta(minutes=minutes),
    )
    return sell(cart, deed, sale)


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
        return placed_as_it_is(order, payment)

    return events.take_step(order_id, deed, decide)


def placed_as_it_is(order: Order, payment: dict[str, Any] | None) -> events.Step | Refused:
    """An order is placed at the price that it has."""
    differs = not_what_is_due(payment, order.due, order.currency)
    if differs is not None:
        return differs
    party = admitted_order(order)
    if isinstance(party, Refused):
        return party
    new: dict[str, Any] = {"state": Order.State.PLACED.value, "held_until": None}
    if payment is not None:
        new["payment"] = msgspec.json.encode(payment).decode()
    answer = events.done(order, Order.State.PLACED)
    return events.Step(kind="order.placed", answer=answer, new=new, ahead=party)


def _unless_referred(state: Order.State, quote: Quote) -> Order.State | Refused:
    if not quote.referred:
        return state
    names = ", ".join(deal.title for deal in quote.deals if deal.referred)
    return Refused(
        code="referral_needed",
        message=f"{names}: applied without the trigger, so the order must be approved. Refer it.",
        field="referred",
    )


# --- a cart becomes an order -----------------------------------------------------------------------


def _nobody(order_id: UUID, number: str) -> tuple[Insert, ...]:
    return ()


class Sale(Struct, frozen=True, kw_only=True):
    """What becomes of a cart once it is priced."""

    state: Callable[[Quote], Order.State | Refused]
    """The state that the order begins in, or why there is to be none."""
    confirmed_due: int | None = None
    payment: dict[str, Any] | None = None
    held_for: timedelta | None = None
    columns: Mapping[str, Any] = {}
    """Columns of the order that say who referred it, and what it replaces."""
    notices: Callable[[UUID, str], tuple[Insert, ...]] = _nobody
    """Who is told of the order of an id and a number, as rows."""


def sell(cart: Cart, deed: Deed, sale: Sale) -> Answered:
    """Price a cart and make an order of it, which holds what it uses; again, if others came first."""
    for _ in range(events.ATTEMPTS):
        try:
            plan = _planned(priced(cart), deed, sale)
        except Faults:
            # What can't be priced now may have been placed under this key before.
            repeated = events.answered_before(deed)
            if repeated is None:
                raise
            return repeated
        if isinstance(plan, PriceChanged | Refused):
            return events.refuse(deed, plan)
        answered = None if plan is None else written(plan, credit.carry_out)
        if answered is not None:
            return answered
    return events.BUSY


def _planned(found: Priced, deed: Deed, sale: Sale) -> Plan | PriceChanged | Refused | None:
    """What makes an order of a priced cart, or why there is to be none; None to look again."""
    quote = found.quote
    party = admitted(quote.cart)
    if isinstance(party, Refused):
        return party
    no = _not_sold(quote, sale)
    if no is not None:
        return no
    state = sale.state(quote)
    if isinstance(state, Refused):
        return state
    if not _follow_limits(found, deed):
        return None
    vouchers_taken = _vouchers_taken(quote)
    changes = (*party, *_codes_still_valid(quote), *vouchers_taken.changes)
    return order_plan(found, deed, state, sale, changes=changes, grants=vouchers_taken.grants)


def written(plan: Plan, carry_out: Callable[[Plan], Outcome] | None = None) -> Answered | None:
    """The answer of a new order's plan; None where others came first, so that it is to be made anew."""
    try:
        outcome = (carry_out or writing.carry_out)(plan)
    except IntegrityError:
        return None  # another order of the same second has drawn the same number
    return None if isinstance(outcome, Stale | Short) else events.answered(outcome)


def _not_sold(quote: Quote, sale: Sale) -> PriceChanged | Refused | None:
    """Why nothing is made of a quote, whatever state the order would have."""
    over = over_credit(quote) or over_award(quote)
    if over is not None:
        return over
    confirmed = sale.confirmed_due
    if confirmed is None or quote.due <= confirmed:
        return not_what_is_due(sale.payment, quote.due, quote.currency)
    return PriceChanged(
        confirmed=confirmed,
        due=quote.due,
        currency=quote.currency,
        quote=msgspec.Raw(quote.to_json()),
    )


def _follow_limits(found: Priced, deed: Deed) -> bool:
    """Let what is limited be granted what it is limited to now (PR-5); False to look again."""
    wanted = limits_of(found.quote.consumptions, found.quote.currency)
    return not wanted or limits.follow(wanted, at=deed.at, by=deed.actor)


def order_plan(
    found: Priced,
    deed: Deed,
    state: Order.State,
    sale: Sale,
    *,
    kind: str = "",
    note: str = "",
    changes: tuple[Change, ...] = (),
    grants: tuple[Grant, ...] = (),
) -> Plan:
    """The plan of a new order. `kind` is that of its first event, if not its state; `note` what the
    answer says besides.
    """
    quote = found.quote
    order_id, number = uuid7(), new_number(deed.at)
    held_until = deed.at + sale.held_for if sale.held_for is not None else None
    answer = Done(
        order=public_id(Order.prefix, order_id),
        number=number,
        state=state.value,
        currency=quote.currency,
        total=quote.total,
        due=quote.due,
        held_until=held_until,
        lapsed_credit=giveaways.lapsed(quote),
        note=note,
    )
    rows = order_rows(order_id, number, state, found, sale.payment, held_until, sale.columns)
    return Plan(
        event=events.event_of(deed, kind or f"order.{state.value}", answer, first=order_id),
        movements=(
            *grants,
            *holds(quote.consumptions, quote.currency),
            *credit_movements(number, quote),
            *spree_movements(number, quote),
        ),
        inserts=(*rows, *sale.notices(order_id, number)),
        changes=changes,
    )


def _codes_still_valid(quote: Quote) -> tuple[Change, ...]:
    used = [each.code for each in quote.consumptions if each.kind == "single_use_code"]
    return codes.still_valid(used) if used else ()


def _vouchers_taken(quote: Quote) -> Taking:
    used = [each.code for each in quote.consumptions if each.kind == "voucher"]
    return taking(used) if used else NOTHING_TAKEN
