"""A party takes guest orders while it is open, and one host reward order while it is closed (SP-1)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from msgspec.structs import replace

from largesse.engine.cart import Cart, Channel
from largesse.engine.faults import Fault, Faults
from largesse.ledger.plan import Change
from largesse.orders.answers import Refused
from largesse.orders.models import Order, Party
from largesse.orders.parties.changing import unchanged

PARTY_CLOSED: Final = "party_not_open"
"""Why a guest order is not placed: its party takes none any more."""

OVER: Final = (Order.State.CANCELLED, Order.State.DECLINED, Order.State.REFUNDED)
"""The states in which a host reward order is none any more: another one can take its place."""


def of_party(cart: Cart) -> Cart:
    """A cart as its party has it: its rep is the party's, whoever sent it (SP-9).

    Raises `Faults` for a party that isn't there.
    """
    if cart.party is None:
        return cart
    found = Party.objects.filter(number=cart.party).values_list("rep__number").first()
    if found is None:
        raise Faults([Fault("party", cart.party, "no party has this number")])
    return replace(cart, rep=found[0])


def admitted(cart: Cart) -> Refused | tuple[Change, ...]:
    """What the plan of a new order expects of its party, or why it takes no such order now."""
    if cart.party is None:
        if cart.channel is not Channel.PARTY:
            return ()
        message = "An order at a party names the party."
        return Refused(code="party_needed", message=message, field="party")
    party = Party.objects.select_related("host").get(number=cart.party)
    buyer = None if cart.customer is None else cart.customer.id
    return _admitted(party, host_reward=cart.host_reward, buyer=buyer)


def admitted_order(order: Order) -> Refused | tuple[Change, ...]:
    """The same of an order that was held or referred, and is to be placed."""
    if order.party_id is None:
        return ()
    party = Party.objects.select_related("host").get(id=order.party_id)
    buyer = None if order.customer is None else order.customer.number
    return _admitted(party, host_reward=order.host_reward, buyer=buyer, besides=order.id)


def host_reward_of(party: Party) -> Order | None:
    """The host reward order of a party, in whatever state it is one."""
    return Order.objects.filter(party=party, host_reward=True).exclude(state__in=OVER).first()


def _admitted(
    party: Party, *, host_reward: bool, buyer: str | None, besides: UUID | None = None
) -> Refused | tuple[Change, ...]:
    no = _no_host_reward(party, buyer, besides) if host_reward else _no_guest(party)
    return (unchanged(party),) if no is None else no


def _no_guest(party: Party) -> Refused | None:
    if party.state == Party.State.OPEN:
        return None
    message = f"Party {party.number} is {party.state}; guests order while it is open."
    return Refused(code=PARTY_CLOSED, message=message, field="party")


def _no_host_reward(party: Party, buyer: str | None, besides: UUID | None) -> Refused | None:
    known = host_reward_of(party)
    if known is not None and known.id != besides:
        message = f"Party {party.number} has its host reward order {known.number} already."
        return Refused(code="host_rewarded", message=message, field="party")
    if party.state != Party.State.CLOSED:
        message = f"Party {party.number} is {party.state}; its host is rewarded once it is closed."
        return Refused(code="party_not_closed", message=message, field="party")
    if buyer != party.host.number:
        message = f"The host reward order of party {party.number} is for its host, {party.host}."
        return Refused(code="not_the_host", message=message, field="customer")
    return None
