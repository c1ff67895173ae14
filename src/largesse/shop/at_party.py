"""Guests shop at a party: their order is one of its guest orders. Of its host they read the first name
(SP-1).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from msgspec import Struct

from largesse.crm.models import Customer
from largesse.orders.models import Party
from largesse.shop.carts import Kept


class AtParty(Struct, frozen=True):
    """A party as its guests know it."""

    id: UUID
    number: str
    title: str
    host: str
    """The first name."""
    rep: str
    """Whoever holds it; empty where nobody does."""
    day: date
    is_open: bool
    """Whether guests order at it now."""


def at_party(party: Party) -> AtParty:
    """A party whose host and rep were read with it."""
    return AtParty(
        id=party.id,
        number=party.number,
        title=party.title,
        host=first_name(party.host),
        rep=party.rep.name if party.rep is not None else "",
        day=party.held_on,
        is_open=party.state == Party.State.OPEN,
    )


def party_of(kept: Kept) -> AtParty | None:
    """The party at which a cart is filled, as it is now."""
    if kept.party is None:
        return None
    found = Party.objects.select_related("host", "rep").filter(id=kept.party).first()
    return at_party(found) if found is not None else None


def first_name(host: Customer) -> str:
    """What guests call a host."""
    return next(iter(host.name.split()), "") or "your host"
