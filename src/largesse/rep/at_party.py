"""A draft may be a guest order at an open party: one that the rep holds, or may see all (SP-1)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from largesse.business.models import User
from largesse.catalog.models import Location
from largesse.engine.cart import Channel
from largesse.ids import parse_id
from largesse.orders.models import Cart, Party
from largesse.orders.parties.holding import visible_to


def open_parties(user: User) -> QuerySet[Party]:
    """The parties at which somebody may enter guest orders, the latest first."""
    rows = visible_to(user).filter(state=Party.State.OPEN)
    return rows.select_related("host", "location", "rep")


def party_named(user: User, said: str, now: Party | None = None) -> Party | None:
    """The party of an id, if it is the present one, or one that can be chosen; else None."""
    if now is not None and said == now.public_id:
        return now
    try:
        key = parse_id(Party.prefix, said)
    except ValueError:
        return None
    return open_parties(user).filter(id=key).first()


def lost(user: User, record: Cart) -> str:
    """Why a draft can't be placed at its party by whoever entered it; empty where it can."""
    party = record.party
    if party is None or visible_to(user).filter(pk=party.pk).exists():
        return ""
    return f"Somebody else holds {party} now. Choose another party, or none."


def columns_at(party: Party | None, otherwise: Location | None) -> dict[str, Any]:
    """What a draft keeps of where it is sold: at a party, or at the location of other orders."""
    return {
        "party": party,
        "channel": Channel.REP if party is None else Channel.PARTY,
        "location": otherwise if party is None else party.location,
    }


def location_of(record: Cart, otherwise: Location | None) -> Location | None:
    """Where a draft is sold: at a party, where that is held, or at no location as it is."""
    if record.party is not None:
        return record.party.location
    return record.location or otherwise
