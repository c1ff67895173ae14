"""A guest's return after the host was rewarded changes no award: it makes a correction to be settled
(SP-12).

Each correction begins with the award as the last one left it, so that together they come to what the
host was awarded beyond what the kept orders earn, in however many parts these came back.
"""

from __future__ import annotations

from typing import Any

from largesse.engine.facts import PartyTotals
from largesse.ids import public_id, uuid7
from largesse.orders.answers import Corrected, Deed
from largesse.orders.models import Correction, Order, Party
from largesse.orders.parties import reversing
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.parties.changing import guests_unchanged, unchanged
from largesse.orders.parties.consequences import NOTHING, Consequence
from largesse.orders.parties.rewarding import award_at
from largesse.orders.parties.totals import COUNTED, party_totals
from largesse.orders.returning.reckoning import Reckoning
from largesse.orders.rewards.promises import promises_of
from largesse.orders.rows import inserted


def after_refund(found: Reckoning, deed: Deed) -> Consequence:
    """What a refund means for the party of its order."""
    order, after = found.after.order, found.after
    if order.party_id is None:
        return NOTHING
    if order.host_reward:
        return reversing.taken_back(order, found.rows, deed) if after.whole else NOTHING
    kept = None if after.whole else after.merchandise_kept
    return _of_guest(order, deed, "order.refunded", kept)


def foreseen(found: Reckoning) -> tuple[int, int] | None:
    """The award before and after a refund that is worked out and not done, if it makes a correction."""
    order, after = found.after.order, found.after
    party = order.party
    if party is None or order.host_reward or party.state != Party.State.REWARDED:
        return None
    reward = host_reward_of(party)
    kept = None if after.whole else after.merchandise_kept
    return None if reward is None else _lost(party, reward, order, kept)


def after_cancelling(order: Order, deed: Deed) -> Consequence:
    """What it means for the party of an order that this one is cancelled."""
    if order.party_id is None or order.host_reward or order.state not in COUNTED:
        return NOTHING
    return _of_guest(order, deed, "order.cancelled", None)


def _of_guest(order: Order, deed: Deed, cause: str, kept: int | None) -> Consequence:
    """A guest order keeps less merchandise than before, or none: what that is to the host's award."""
    party = order.party
    assert party is not None
    reward = host_reward_of(party) if party.state == Party.State.REWARDED else None
    if reward is None:
        # Whoever posts the host reward order meanwhile has not seen this return.
        return Consequence(changes=(unchanged(party),))
    changes = (unchanged(party), *guests_unchanged(party, besides=order.id))
    lost = _lost(party, reward, order, kept)
    if lost is None:
        return Consequence(changes=changes)
    before, after = lost
    row: dict[str, Any] = {
        "id": uuid7(),
        "party_id": party.id,
        "order_id": order.id,
        "at": deed.at,
        "cause": cause,
        "before": before,
        "after": after,
    }
    made = Corrected(public_id(Correction.prefix, row["id"]), before, after)
    return Consequence(changes, (inserted(Correction, [row]),), correction=made)


def _lost(party: Party, reward: Order, order: Order, kept: int | None) -> tuple[int, int] | None:
    """The award as it was left, and what is earned if an order keeps so much; None if not less."""
    others = party_totals(party, besides=order.id)
    totals = PartyTotals(
        total=others.total + (kept or 0),
        orders=others.orders + (kept is not None),
        bookings=others.bookings,
    )
    before, after = award_left(reward), award_at(reward, totals)
    return (before, after) if after < before else None


def award_left(reward: Order) -> int:
    """The award of a host reward order as the corrections since have left it."""
    last = reversing.corrections_of(reward).last()
    return promises_of(reward).award if last is None else last.after
