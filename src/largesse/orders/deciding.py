"""A referred order is approved or declined, by somebody else than asked for it (DE-8)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final
from uuid import UUID

import msgspec

from largesse.ids import parse_id
from largesse.orders import events, notices
from largesse.orders.answers import Answered, Deed, Done, Refused
from largesse.orders.cancelling import holds_given_up
from largesse.orders.lowering import Lowered, lowered, not_lower
from largesse.orders.models import Order
from largesse.orders.placing import Sale, order_plan, written
from largesse.orders.replacing import instead_of
from largesse.orders.repricing import priced_again

WAITING: Final = (Order.State.REFERRED, Order.State.REFERRED_BY_USER)
"""The states in which an order waits for an approver."""

REASON_MAX: Final = 200
"""The most characters of an event's reason."""


def approve(order_id: UUID, deed: Deed, *, credits: Mapping[str, int] | None = None) -> Answered:
    """Approve a referred order, which can then be placed; the deed's reason is the note, if any.

    `credits` is the giveaway credit by deal, in minor units: what was asked for, or less (DE-14). Where
    it is less, the order is replaced by one with that credit, and giveaways that no longer fit are cut;
    the answer is the new order, and its `note` tells what changed.
    """
    if credits:
        answered = _approve_at(order_id, deed, credits)
    else:
        answered = events.take_step(order_id, deed, partial(_approval, deed))
    return _settled(answered, order_id, deed, "approved")


def decline(order_id: UUID, deed: Deed) -> Answered:
    """Decline a referred order; the deed's reason says why. What it held is given back."""

    def decide(order: Order) -> events.Step | Refused:
        no = not_to_decide(deed, order)
        if no is None and not deed.reason.strip():
            message = "Say why it is declined, so that the requester can change it."
            no = Refused(code="note_needed", message=message, field="reason")
        if no is not None:
            return no
        return events.Step(
            kind="order.declined",
            answer=events.done(order, Order.State.DECLINED),
            new={"state": Order.State.DECLINED.value},
            movements=holds_given_up(order),
            inserts=notices.told(
                [order.requested_by], order.id, deed.at, told(deed, "declined", order.number)
            ),
        )

    return _settled(events.take_step(order_id, deed, decide), order_id, deed, "declined")


def not_to_decide(deed: Deed, order: Order) -> Refused | None:
    """Why this order is not for this person to approve or decline; None if it is."""
    if order.state not in WAITING:
        return events.wrong_state(order, "only one that is held - referred is approved or declined")
    if order.requested_by == deed.actor:
        message = f"You referred order {order.number} yourself; somebody else decides about it."
        return Refused(code="own_referral", message=message)
    return None


def told(deed: Deed, verb: str, number: str) -> str:
    """What a notice says of a deed on an order, with its note."""
    note = f" “{deed.reason}”" if deed.reason else ""
    return f"{notices.name_of(deed.actor)} {verb} order {number}.{note}"


def _approval(deed: Deed, order: Order) -> events.Step | Refused:
    no = not_to_decide(deed, order)
    if no is not None:
        return no
    return events.Step(
        kind="order.approved",
        answer=events.done(order, Order.State.PENDING),
        new={"state": Order.State.PENDING.value},
        inserts=notices.told(
            [order.requested_by], order.id, deed.at, told(deed, "approved", order.number)
        ),
    )


# --- with less credit ------------------------------------------------------------------------------


def _approve_at(order_id: UUID, deed: Deed, credits: Mapping[str, int]) -> Answered:
    repeated = events.answered_before(deed)
    if repeated is not None:
        return repeated
    order = Order.objects.filter(id=order_id).first()
    no = None if order is None else not_to_decide(deed, order)
    if order is None or no is not None:
        return events.take_step(order_id, deed, partial(_approval, deed))
    no = not_lower(priced_again(order), credits)
    if no is not None:
        return events.refuse(deed, no)
    less = lowered(order, credits)
    if less is None:
        return events.take_step(order_id, deed, partial(_approval, deed))
    make = partial(_approved_with, less, order, deed)
    return instead_of(order_id, deed, make, refuses=partial(not_to_decide, deed))


def _approved_with(less: Lowered, order: Order, deed: Deed) -> Answered:
    """The order with less credit, approved as it is made; it asks nobody for more than the old one."""
    reason = " ".join(filter(None, (deed.reason, less.words)))
    if len(reason) > REASON_MAX:
        reason = f"{reason[: REASON_MAX - 1]}…"
    noted = msgspec.structs.replace(deed, reason=reason)
    sale = Sale(
        state=lambda _: Order.State.PENDING,
        payment=order.payment,
        columns={
            "requested_by": order.requested_by,
            "approver": order.approver,
            "replaces_id": order.id,
        },
        notices=lambda new_id, number: notices.told(
            [order.requested_by], new_id, deed.at, told(noted, "approved", number)
        ),
    )
    for _ in range(events.ATTEMPTS):
        plan = order_plan(
            less.found, noted, Order.State.PENDING, sale, kind="order.approved", note=less.words
        )
        answered = written(plan)
        if answered is not None:
            return answered
    return events.BUSY


def _settled(answered: Answered, order_id: UUID, deed: Deed, verb: str) -> Answered:
    """The answer; if something was done just now, the requester is sent mail, and nobody is asked."""
    done = answered.answer
    if isinstance(done, Done) and not answered.repeated:
        order = Order.objects.only("requested_by").get(id=parse_id(Order.prefix, done.order))
        notices.settle(order_id, order.requested_by, deed.at)
        text = " ".join(filter(None, (told(deed, verb, done.number), done.note)))
        notices.mail([order.requested_by], f"Order {done.number} was {verb}", text)
    return answered
