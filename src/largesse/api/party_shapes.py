"""Parties as programs read and write them (SP-1)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from largesse.api.amounts import Money, amounts_of
from largesse.api.cart_lines import Code
from largesse.api.deeds import Reason
from largesse.api.instants import Instant
from largesse.engine.facts import PartyTotals
from largesse.engine.money import Currency
from largesse.orders.models import Party

PartyState = Literal["open", "closed", "rewarded"]
Title = Annotated[str, Meta(min_length=1, max_length=160)]
Host = Annotated[Code, Meta(description="The number of the customer who hosts it.")]
Rep = Annotated[Code | None, Meta(description="The number of the distributor who holds it.")]
HeldOn = Annotated[date, Meta(description="The day of the party.")]
Location = Annotated[Code | None, Meta(description="The location's code.")]
BookedAt = Annotated[
    Code | None, Meta(description="The number of the party at which it was booked.")
]


class PartyIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hosted selling event."""

    title: Title
    host: Host
    held_on: HeldOn
    rep: Rep = None
    location: Location = None
    booked_at: BookedAt = None


class PartyChanges(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields that change; the others stay as they are."""

    title: Title | UnsetType = UNSET
    host: Annotated[
        Host | UnsetType, Meta(description="It stays as long as there is a host reward order.")
    ] = UNSET
    held_on: HeldOn | UnsetType = UNSET
    rep: Annotated[
        Rep | UnsetType, Meta(description="It stays as long as there is a host reward order.")
    ] = UNSET
    location: Location | UnsetType = UNSET
    booked_at: BookedAt | UnsetType = UNSET


class PartyDeedIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said when a party is closed, or opened again."""

    reason: Reason = ""


class PartyOut(Struct, frozen=True, kw_only=True):
    """A hosted selling event. Its guest orders are the list of orders with its number as `party`."""

    object: Literal["party"] = "party"
    id: str
    number: str
    title: str
    state: PartyState
    host: Annotated[str, Meta(description="The number of the customer who hosts it.")]
    rep: Annotated[str | None, Meta(description="The number of the distributor who holds it.")]
    held_on: Annotated[date, Meta(description="The day of the party.")]
    location: Annotated[str | None, Meta(description="The location's code.")]
    booked_at: Annotated[
        str | None, Meta(description="The number of the party at which it was booked.")
    ]
    link: Annotated[
        str | None,
        Meta(
            description="What brings guests to it, with the host that this request named. Null for a "
            "key that may not write parties, and for a party that has none yet."
        ),
    ]
    closed_at: Instant | None
    made_at: Instant


class PartyLinkOut(Struct, frozen=True, kw_only=True):
    """What is passed on so that guests come to a party: whoever holds it may shop there."""

    object: Literal["party_link"] = "party_link"
    party: Annotated[str, Meta(description="The party's number.")]
    path: Annotated[str, Meta(description="The path of the link on the shop's server.")]
    url: Annotated[str, Meta(description="The same with the host that this request named.")]


class PartyTotalsOut(Struct, frozen=True, kw_only=True):
    """What a party came to by now."""

    object: Literal["party_totals"] = "party_totals"
    party: Annotated[str, Meta(description="The party's number.")]
    total: Annotated[
        Money,
        Meta(
            description="What its guests bought and kept, after discounts, before tax and shipping."
        ),
    ]
    orders: Annotated[int, Meta(description="How many guest orders that is.")]
    bookings: Annotated[int, Meta(description="How many parties were booked at it.")]


class PartyDoneOut(Struct, frozen=True, kw_only=True):
    """What was done. The same idempotency key is answered with the same bytes for ever."""

    object: Literal["party"] = "party"
    id: str
    number: str
    state: PartyState


def party_out(party: Party, link: str | None) -> PartyOut:
    """A party whose host, rep, location and booking were read with it; its link for who may see it."""
    return PartyOut(
        id=party.public_id,
        number=party.number,
        title=party.title,
        state=party.state,  # type: ignore[arg-type]
        host=party.host.number,
        rep=None if party.rep is None else party.rep.number,
        held_on=party.held_on,
        location=None if party.location is None else party.location.code,
        booked_at=None if party.booked_at is None else party.booked_at.number,
        link=link,
        closed_at=party.closed_at,
        made_at=party.made_at,
    )


def totals_out(number: str, totals: PartyTotals, currency: Currency) -> PartyTotalsOut:
    return PartyTotalsOut(
        party=number,
        total=amounts_of(currency)[totals.total],
        orders=totals.orders,
        bookings=totals.bookings,
    )
