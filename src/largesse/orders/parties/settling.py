"""A correction is settled once: it is charged to the host's credit, or waived (SP-12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal
from uuid import UUID

from largesse.engine.money import share_out
from largesse.ledger.accounts import Account, Kind
from largesse.orders import events
from largesse.orders.answers import Answered, Corrected, Deed, Refused
from largesse.orders.booking import Leg, entries
from largesse.orders.credit.paying import owed_to
from largesse.orders.models import Correction, Order
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.parties.reversing import settled
from largesse.orders.rewards.promises import promises_of

How = Literal["charge", "waive"]

_STATES: Final = {"charge": Correction.State.CHARGED, "waive": Correction.State.WAIVED}
EVENTS: Final = {state: f"correction.{state.value}" for state in _STATES.values()}
"""The kinds of events that settle a correction. They are events of the host reward order."""


def settle(correction_id: UUID, deed: Deed, how: How) -> Answered:
    """Settle an open correction: to charge books its amount from the host's main credit account back to
    the cost of the spree, and may take the account below zero; to waive books nothing.

    The deed's reason says why.
    """
    correction = Correction.objects.select_related("party__host").filter(id=correction_id).first()
    if correction is None:
        message = "There is no such correction."
        return events.refuse(deed, Refused(code="correction_unknown", message=message))
    if not deed.reason.strip():
        message = f"Say why it is {_STATES[how].value}."
        return events.refuse(deed, Refused(code="reason_needed", message=message, field="reason"))
    reward = host_reward_of(correction.party)
    if reward is None:
        return events.refuse(deed, _settled_already(correction))

    def decide(order: Order) -> events.Step | Refused:
        correction.refresh_from_db(fields=["state"])
        if correction.state != Correction.State.OPEN:
            return _settled_already(correction)
        state = _STATES[how]
        legs = charge_legs(order, correction) if how == "charge" else ()
        told = Corrected(correction.public_id, correction.before, correction.after)
        return events.Step(
            kind=EVENTS[state],
            answer=events.done(
                order, Order.State(order.state), refunded=order.refunded, correction=told
            ),
            new={},
            movements=entries(legs),
            changes=(settled(correction, state, deed, deed.reason),),
        )

    return events.take_step(reward.id, deed, decide)


def charge_legs(reward: Order, correction: Correction) -> Iterator[Leg]:
    """What charging a correction books; on several sprees in proportion to their awards."""
    sprees = [spree for spree in promises_of(reward).sprees if spree.award]
    owed = owed_to(correction.party.host.number, "", reward.currency)
    shares = share_out(correction.amount, [spree.award for spree in sprees])
    for spree, amount in zip(sprees, shares, strict=True):
        if amount:
            yield Leg(Account(Kind.SPREES, spree.offer, reward.currency), owed, amount)


def _settled_already(correction: Correction) -> Refused:
    message = f"Correction {correction.public_id} is {correction.state} already."
    return Refused(code="correction_settled", message=message, field="state")
