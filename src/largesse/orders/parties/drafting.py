"""A host reward order is chosen as a cart of its party, which follows the party until it is placed
(SP-6, SP-12).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import transaction

from largesse.business.models import Business
from largesse.crm.values import customer_value
from largesse.engine import cart as engine
from largesse.engine.cart import Channel, SpreeChoice
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, Done, Refused
from largesse.orders.models import Cart, Order, Party
from largesse.orders.parties.admitting import host_reward_of
from largesse.orders.placing import place
from largesse.orders.repricing import priced_again
from largesse.orders.rewards.choosing import choices_of, column_of

_CHANGED: Final = Refused(
    code="changed_meanwhile",
    message="What is chosen was changed meanwhile; look at it again.",
    field="sprees",
)

Change = Callable[[Sequence[SpreeChoice]], tuple[SpreeChoice, ...]]
"""What a deed makes of what is chosen."""


class Draft(NamedTuple):
    """What is chosen for the host so far; `version` is another one with each change."""

    choices: tuple[SpreeChoice, ...] = ()
    version: str = ""


def draft_of(party: Party) -> Draft:
    """What is chosen for the host of a party, and not yet placed."""
    record = _records(party).first()
    return Draft() if record is None else Draft(choices_of(record.sprees), _version(record))


def change(party: Party, to: Change, *, now: datetime) -> Draft:
    """Choose otherwise: what two people choose at once is kept of both."""
    with transaction.atomic():
        # Locked, so that of two who choose first each finds the one cart.
        Party.objects.select_for_update().get(pk=party.pk)
        record = _records(party).first() or Cart(
            party=party, host_reward=True, customer=party.host, channel=Channel.PARTY.value
        )
        choices = to(choices_of(record.sprees))
        record.sprees, record.changed_at = column_of(choices), now
        record.save()
    return Draft(choices, _version(record))


def anew(party: Party, *, now: datetime) -> Draft:
    """Take up what the host reward order has that is placed, to place it anew at today's award.

    Raises LookupError if the book that it was priced with is gone.
    """
    reward = host_reward_of(party)
    if reward is None:
        return draft_of(party)
    chosen = priced_again(reward).cart.sprees
    return change(party, lambda _: chosen, now=now)


def to_price(party: Party, choices: Sequence[SpreeChoice], *, now: datetime) -> engine.Cart:
    """The cart that the engine prices: nothing but what is chosen, for the host, at the party's
    location. It is handed over there: nothing is charged for shipping.
    """
    location = party.location
    return engine.Cart(
        (),
        at=now,
        currency=Business.current().currency,
        customer=customer_value(party.host),
        location=location.code if location is not None and location.active else None,
        channel=Channel.PARTY,
        party=party.number,
        host_reward=True,
        rep=party.rep.number if party.rep is not None else None,
        sprees=tuple(choices),
    )


def place_draft(
    party: Party,
    actor: str,
    *,
    now: datetime,
    version: str,
    confirmed_due: int,
    payment: Mapping[str, Any] | None = None,
) -> Answered:
    """Place what is chosen as the host reward order, at the sum that was shown, or less.

    A version is placed once, or refused once: then the draft has another one. Where the party has a
    host reward order that is not posted, the new one takes its place (SP-12).
    """
    key = f"party:{party.public_id}:{version}:place"
    deed = Deed(key=key, body=version.encode(), at=now, actor=actor)
    repeated = events.answered_before(deed)
    if repeated is not None:
        return repeated
    draft = draft_of(party)
    if draft.version != version:
        return Answered(_CHANGED)
    before = host_reward_of(party)
    answered = place(
        to_price(party, draft.choices, now=now),
        deed,
        confirmed_due=confirmed_due,
        payment=dict(payment) if payment is not None else None,
        replaces=None if before is None else before.id,
    )
    if isinstance(answered.answer, Done):
        order = Order.by_public_id(answered.answer.order)
        _records(party).update(order=order, changed_at=order.placed_at)
    elif answered != events.BUSY:
        # The refusal is the answer of this version for ever (OR-3): the next try has another one.
        _records(party).update(changed_at=now)
    return answered


def _records(party: Party) -> Any:
    return Cart.objects.filter(party=party, host_reward=True, order=None)


def _version(record: Cart) -> str:
    return f"{record.public_id}:{record.changed_at.isoformat()}"
