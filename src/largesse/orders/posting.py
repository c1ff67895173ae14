"""To post is to book an order: what it held is used, and its money goes to the journal (JO-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from largesse.ids import uuid7
from largesse.ledger import reading, writing
from largesse.ledger.plan import Post
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, Refused
from largesse.orders.booking import (
    Leg,
    booking_of,
    credit_legs,
    entries,
    payment_legs,
    rep_income_legs,
    sale_legs,
    shipping_discount_legs,
)
from largesse.orders.credit import taken_back
from largesse.orders.credit.paying import keep_still
from largesse.orders.models import Order
from largesse.orders.parties import rewarding
from largesse.orders.returning.shares import share_of
from largesse.orders.returning.sold import StoredLine, lines_of
from largesse.orders.rewards import rights
from largesse.orders.rewards.promises import Promises, credits_of, promises_of
from largesse.orders.tenders import tenders_of


def post(order_id: UUID, deed: Deed) -> Answered:
    """Post a placed order: its goods have been handed over. A host reward order rewards its party, if
    its award is still what it was when it was placed (SP-12). An order that credit pays is posted if
    that credit is still there (SP-13).
    """

    def decide(order: Order) -> events.Step | Refused:
        if order.state != Order.State.PLACED:
            return events.wrong_state(order, "only a placed order can be posted")
        reward = taken_back.lacking(order) or rewarding.posted(order, deed)
        if isinstance(reward, Refused):
            return reward
        promises = promises_of(order)
        used = tuple(
            Post(id=uuid7(), hold=row.id) for row in reading.transfers_of(order.id) if row.open
        )
        return events.Step(
            kind="order.posted",
            answer=events.done(order, Order.State.POSTED),
            new={"state": Order.State.POSTED.value, "posted_at": deed.at},
            movements=(*used, *entries(legs_of(order, lines_of(order), promises))),
            inserts=(
                *rights.given(order, promises, at=deed.at, by=deed.actor),
                *reward.inserts,
            ),
            ahead=reward.changes,
        )

    def alone() -> Answered:
        keep_still(payers)
        return events.take_step(order_id, deed, decide)

    payers = taken_back.payers_of(order_id)
    return writing.together(alone) if payers else events.take_step(order_id, deed, decide)


def legs_of(order: Order, lines: Iterable[StoredLine], promises: Promises) -> Iterator[Leg]:
    """All money that posting an order moves, computed from its stored lines, parts and promises."""
    shares = [(share_of(line.sold, 0, line.sold.units), line.accounts) for line in lines]
    yield from sale_legs(booking_of(shares, order.shipping), order.currency)
    yield from shipping_discount_legs(promises, order.currency)
    yield from credit_legs(credits_of(promises.credits), order.currency)
    yield from rep_income_legs(promises.rep_income, order.currency)
    tenders = tenders_of(order.payment, order.due)
    yield from payment_legs(order.payments, tenders, order.currency)
