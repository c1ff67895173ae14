"""Whether every party agrees with its orders, and its corrections with the journal (JO-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from largesse.ledger.accounts import Account
from largesse.ledger.checking import Finding
from largesse.ledger.models import Event, Transfer
from largesse.orders.answers import Corrected, Done, from_bytes
from largesse.orders.checking.audited import UNREADABLE
from largesse.orders.models import Correction, Order, Party
from largesse.orders.parties.admitting import OVER
from largesse.orders.parties.reversing import is_charge, lapsed
from largesse.orders.parties.rewarding import award_at
from largesse.orders.parties.settling import EVENTS, charge_legs
from largesse.orders.parties.totals import party_totals
from largesse.orders.rewards.promises import promises_of

_REWARDED: Final = (Order.State.POSTED, Order.State.PARTLY_REFUNDED)
"""The states of a host reward order whose party is rewarded."""
_SETTLES: Final[Mapping[str, Correction.State]] = {kind: state for state, kind in EVENTS.items()}


class Told(NamedTuple):
    """An event of an order, and what it was answered."""

    event: Event
    done: Done


def check() -> Iterator[Finding]:
    """Everything in which a party differs from its orders, or a correction from the journal."""
    for party in Party.objects.select_related("host", "rep").order_by("id").iterator():
        where = f"party {party.number}"
        try:
            yield from [Finding(where, message) for message in _differences(party)]
        except UNREADABLE as error:
            yield Finding(where, f"it can't be read, so not all of it was checked: {error}")


def _differences(party: Party) -> Iterator[str]:
    rows = Order.objects.filter(party=party).select_related("customer")
    orders = list(rows.defer("quote").order_by("id"))
    rewards = [order for order in orders if order.host_reward]
    yield from _state(party, rewards)
    for reward in rewards:
        yield from _as_the_partys(party, reward)
    told = _told(orders)
    corrections = list(Correction.objects.filter(party=party).order_by("id"))
    yield from _made(corrections, told)
    left = corrections
    # A host reward order is placed when the one before it was given back, so after its corrections.
    for reward in reversed([reward for reward in rewards if reward.posted_at is not None]):
        its = [correction for correction in left if correction.id > reward.id]
        left = left[: len(left) - len(its)]
        yield from _chain(party, reward, its)
        yield from _settlements(reward, its, told)
    for correction in left:
        yield f"its correction {correction} is of no award"


def _state(party: Party, rewards: Sequence[Order]) -> Iterator[str]:
    """It is rewarded as long as its host reward order is posted."""
    rewarded = [order.number for order in rewards if order.state in _REWARDED]
    if (party.state == Party.State.REWARDED) != bool(rewarded):
        yield f"it is {party.state}, its host reward orders that are posted: {rewarded}"
    if (party.state == Party.State.OPEN) != (party.closed_at is None):
        yield f"it is {party.state}, and was closed at {party.closed_at}"


def _as_the_partys(party: Party, reward: Order) -> Iterator[str]:
    """Its host reward order is its host's, and counts to its rep."""
    if reward.state in OVER:
        return
    if reward.customer_id != party.host_id:
        yield f"its host reward order {reward.number} is {reward.customer}'s, not its host's"
    rep = None if party.rep is None else party.rep.number
    for spree in promises_of(reward).sprees:
        if rep is not None and spree.rep not in (None, rep):
            yield f"the spree of order {reward.number} counts to {spree.rep}, its rep is {rep}"


def _told(orders: Iterable[Order]) -> Mapping[UUID, list[Told]]:
    """What the events of orders were answered, by the order."""
    found: dict[UUID, list[Told]] = defaultdict(list)
    ids = [order.id for order in orders]
    for event in Event.objects.filter(order_id__in=ids).order_by("order_id", "number"):
        done = from_bytes(bytes(event.answer))
        if isinstance(done, Done) and event.order_id is not None:
            found[event.order_id].append(Told(event, done))
    return found


# --- corrections -----------------------------------------------------------------------------------


def _made(corrections: Iterable[Correction], told: Mapping[UUID, Sequence[Told]]) -> Iterator[str]:
    """Each was made by the event of a guest's return that names it, and each that is named is there."""
    rows = {correction.public_id: correction for correction in corrections}
    for order_id, events in told.items():
        for event, done in events:
            if done.correction is None or event.kind in _SETTLES:
                continue
            row = rows.pop(done.correction.correction, None)
            if row is None:
                yield f"its correction {done.correction.correction} isn't there"
                continue
            made = Corrected(row.public_id, row.before, row.after)
            was = (order_id, event.kind, event.at, done.correction)
            if (row.order_id, row.cause, row.at, made) != was:
                yield f"its correction {row} is not the one that its event made"
    for name in rows:
        yield f"no event made its correction {name}"


def _chain(party: Party, reward: Order, corrections: Sequence[Correction]) -> Iterator[str]:
    """Each begins with the award as the one before it left it, and the last leaves what is earned."""
    left = promises_of(reward).award
    for each in corrections:
        if each.before != left:
            yield f"its correction {each} begins with {each.before}, it should be {left}"
        left = each.after
    if reward.state in _REWARDED:
        earned = award_at(reward, party_totals(party))
        if earned < left:
            yield f"its orders earn an award of {earned}, its corrections leave {left}"


def _settlements(
    reward: Order, corrections: Sequence[Correction], told: Mapping[UUID, Sequence[Told]]
) -> Iterator[str]:
    """Each is settled as the events of the host reward order say, and those charge what it comes to."""
    settled: dict[str, tuple[str, Event, str]] = {}
    for event, done in told.get(reward.id, ()):
        if event.kind in _SETTLES and done.correction is not None:
            state = _SETTLES[event.kind].value
            settled[done.correction.correction] = (state, event, event.reason)
        for name in done.waived:
            settled[name] = (Correction.State.WAIVED.value, event, lapsed(reward))
    for each in corrections:
        wanted: tuple[object, ...] = (Correction.State.OPEN.value, None, "", "")
        if each.public_id in settled:
            state, event, reason = settled[each.public_id]
            wanted = (state, event.at, event.actor, reason)
        if (each.state, each.settled_at, each.settled_by, each.reason) != wanted:
            yield f"its correction {each} is not settled as the journal says"
    yield from _charges(reward, corrections)


def _charges(reward: Order, corrections: Iterable[Correction]) -> Iterator[str]:
    """What was charged is what the charged corrections come to; once all is given back, nothing."""
    expected: dict[tuple[Account, Account], int] = defaultdict(int)
    for each in corrections:
        if each.state == Correction.State.CHARGED:
            for leg in charge_legs(reward, each):
                expected[leg.source, leg.target] += leg.amount
    booked: dict[tuple[Account, Account], int] = defaultdict(int)
    back: dict[tuple[Account, Account], int] = defaultdict(int)
    rows = Transfer.objects.filter(event__order_id=reward.id).select_related("source", "target")
    for row in rows:
        source, target = row.source.name, row.target.name
        if row.kind == Transfer.Kind.ENTRY and is_charge(source, target):
            booked[source, target] += row.amount
        elif row.kind == Transfer.Kind.REVERSE and is_charge(target, source):
            back[target, source] += row.amount
    if booked != expected:
        yield f"{sum(booked.values())} is charged, its corrections say {sum(expected.values())}"
    if back != (booked if reward.state == Order.State.REFUNDED else {}):
        yield f"{sum(back.values())} of what was charged is booked back"
