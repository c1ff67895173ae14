"""The award follows the party's orders until the host reward order is posted; then it stays (SP-12)."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from largesse.engine.facts import PartyTotals
from largesse.engine.pricing import price
from largesse.engine.quote import Quote
from largesse.ledger.plan import Change, Insert
from largesse.orders.answers import AwardChanged, Deed, Refused, Reward
from largesse.orders.models import Order, Party
from largesse.orders.parties.changing import changed, guests_unchanged
from largesse.orders.parties.totals import party_totals
from largesse.orders.repricing import priced_again
from largesse.orders.rewards.promises import promises_of


class Rewarding(NamedTuple):
    """What an event of a host reward order changes of its party; nothing for any other order."""

    changes: tuple[Change, ...] = ()
    inserts: tuple[Insert, ...] = ()


NOTHING = Rewarding()


def posted(order: Order, deed: Deed) -> Rewarding | Refused:
    """Posting a host reward order rewards its party; or why it can't be posted now.

    What the party's guests bought is looked at once more, and nobody can change it meanwhile.
    """
    if not order.host_reward:
        return NOTHING
    party = order.party
    assert party is not None
    if party.state != Party.State.CLOSED:
        message = f"Party {party.number} is {party.state}; close it before its host is rewarded."
        return Refused(code="party_not_closed", message=message, field="party")
    guests = guests_unchanged(party)
    differs = award_changed(order, party_totals(party))
    if differs is not None:
        return differs
    row, past = changed(party, deed, state=Party.State.REWARDED.value)
    return Rewarding((row, *guests), (past,))


def award_changed(order: Order, totals: PartyTotals) -> AwardChanged | None:
    """How a host reward order would differ from what was placed, were it placed at other totals of its
    party; None where its award, what is given of it and what is due are the same.

    Raises LookupError if the book that it was priced with is gone.
    """
    if promises_of(order).party in (None, totals):
        return None
    before = priced_again(order)
    today = at_totals(before, totals)
    if reward_of(today) == reward_of(before):
        return None
    was, now = reward_of(before), reward_of(today)
    told = before.format
    return AwardChanged(
        code="award_changed",
        message=f"The award of order {order.number} is {told(now.award)} now, not {told(was.award)}; "
        f"{told(now.due)} would be due, not {told(was.due)}. Place it anew, or cancel it.",
        currency=before.currency,
        placed=was,
        today=now,
        quote=msgspec.Raw(today.to_json()),
    )


def award_at(order: Order, totals: PartyTotals) -> int:
    """What the sprees of a host reward order would award, had its party come to other totals.

    Bookings are those of when it was placed: what was booked since has earned nothing, and loses
    nothing. Raises LookupError if the book that it was priced with is gone.
    """
    promises = promises_of(order)
    if promises.party is None:
        return promises.award
    totals = msgspec.structs.replace(totals, bookings=promises.party.bookings)
    if promises.party == totals:
        return promises.award
    return reward_of(at_totals(priced_again(order), totals)).award


def at_totals(before: Quote, totals: PartyTotals) -> Quote:
    """The quote of the same cart by the same book, had its party come to other totals."""
    facts = msgspec.structs.replace(before.facts, party=totals)
    return price(before.book, before.cart, facts)


def reward_of(quote: Quote) -> Reward:
    """What the sprees of a quote award and give together, and what is due."""
    return Reward(
        award=sum(spree.award for spree in quote.sprees),
        given=sum(spree.given for spree in quote.sprees),
        due=quote.due,
    )
