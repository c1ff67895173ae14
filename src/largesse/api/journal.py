"""The journal as programs read it: what happened, and what it booked from which account to which."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal
from uuid import UUID

from django.db.models import QuerySet
from msgspec import UNSET, Meta, Struct, UnsetType
from ninja import Field, Query, Router, Schema

from largesse.api.amounts import Money, shown
from largesse.api.instants import Instant
from largesse.api.keys import Caller
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import invalid
from largesse.api.routing import Call, Route, operation
from largesse.api.scopes import Scope
from largesse.engine.faults import Fault
from largesse.ids import parse_id, public_id
from largesse.ledger.models import Account, Event, Transfer
from largesse.orders.models import Order

entries: Final = Router(tags=["journal-entries"])
events: Final = Router(tags=["events"])

ENTRY: Final = "ent"
EVENT: Final = "evt"


class AccountOut(Struct, frozen=True):
    """An account: what it is for, and whose it is."""

    kind: Annotated[str, Meta(examples=["expenses:discounts:promotions"])]
    owner: Annotated[
        str, Meta(description="The code of an offer or partner; empty for the business.")
    ]


class EntryOut(Struct, frozen=True, kw_only=True):
    """An amount, or a number of units, from one account to another."""

    object: Literal["journal_entry"] = "journal_entry"
    id: str
    kind: Literal["entry", "grant", "hold", "post", "void", "expire", "reverse"]
    event: str
    event_kind: str
    order: str | None
    day: date
    at: Instant
    credited: AccountOut
    debited: AccountOut
    amount: Annotated[Money | UnsetType, Meta(description="Of an entry in money.")] = UNSET
    units: Annotated[int | UnsetType, Meta(description="Of an entry in pieces.")] = UNSET
    of: Annotated[str | UnsetType, Meta(description="What the pieces are, such as use.")] = UNSET


class EventOut(Struct, frozen=True, kw_only=True):
    """Something that happened, to an order or else."""

    object: Literal["event"] = "event"
    id: str
    kind: str
    order: str | None
    number: Annotated[int | None, Meta(description="The order's events, from 1.")]
    at: Instant
    actor: str
    reason: str


class EntryFilters(Schema):
    """Which entries are listed."""

    order: str | None = Field(None, max_length=64, description="Those of this order's events.")
    account: str | None = Field(
        None, max_length=64, description="Those from or to accounts of this kind."
    )
    owner: str | None = Field(None, max_length=128, description="Those of this owner's accounts.")
    day_from: date | None = Field(None, description="Booked on this day or later.")
    day_until: date | None = Field(None, description="Booked on this day or earlier.")


class EventFilters(Schema):
    """Which events are listed."""

    order: str | None = Field(None, max_length=64, description="Those of this order.")
    kind: str | None = Field(None, max_length=40, description="Such as order.placed.")


@operation(
    entries,
    Route(
        method="GET",
        path="/journal-entries",
        tag="journal-entries",
        scope=Scope.JOURNAL_READ,
        name="list_journal_entries",
        answer=Listed[EntryOut],
    ),
)
def list_journal_entries(request: Call, page: Query[Page], filters: Query[EntryFilters]) -> Struct:
    """The entries that the key may see, the newest first. They are never changed nor removed."""
    rows = Transfer.objects.select_related("event", "source", "target")
    if request.caller.locations:
        rows = rows.filter(event__order_id__in=_orders_of(request.caller))
    if filters.order is not None:
        rows = rows.filter(event__order_id=_order_id(filters.order))
    if filters.day_from is not None:
        rows = rows.filter(day__gte=filters.day_from)
    if filters.day_until is not None:
        rows = rows.filter(day__lte=filters.day_until)
    if filters.account is not None or filters.owner is not None:
        accounts = _accounts(filters)
        rows = rows.filter(source__in=accounts) | rows.filter(target__in=accounts)
    found, more, following = page_of(rows, page, ENTRY)
    return Listed(data=[entry_out(row) for row in found], has_more=more, next=following)


@operation(
    events,
    Route(
        method="GET",
        path="/events",
        tag="events",
        scope=Scope.JOURNAL_READ,
        name="list_events",
        answer=Listed[EventOut],
    ),
)
def list_events(request: Call, page: Query[Page], filters: Query[EventFilters]) -> Struct:
    """What happened that the key may see, the newest first."""
    rows = Event.objects.all()
    if request.caller.locations:
        rows = rows.filter(order_id__in=_orders_of(request.caller))
    if filters.order is not None:
        rows = rows.filter(order_id=_order_id(filters.order))
    if filters.kind is not None:
        rows = rows.filter(kind=filters.kind)
    found, more, following = page_of(rows, page, EVENT)
    return Listed(data=[event_out(row) for row in found], has_more=more, next=following)


def _orders_of(caller: Caller) -> QuerySet[Order, UUID]:
    orders = Order.objects.filter(location__code__in=caller.locations)
    return orders.order_by().values_list("id", flat=True)


def _accounts(filters: EntryFilters) -> QuerySet[Account]:
    accounts = Account.objects.order_by()
    if filters.account is not None:
        accounts = accounts.filter(kind=filters.account)
    return accounts if filters.owner is None else accounts.filter(owner=filters.owner)


def _order_id(said: str) -> UUID:
    try:
        return parse_id(Order.prefix, said)
    except ValueError as wrong:
        raise invalid([Fault("order", said, str(wrong))]) from None


def entry_out(row: Transfer) -> EntryOut:
    """An entry, with its event and both accounts fetched."""
    in_money = len(row.asset) == 3 and row.asset.isupper()
    return EntryOut(
        id=public_id(ENTRY, row.id),
        kind=row.kind,  # type: ignore[arg-type]
        event=public_id(EVENT, row.event.id),
        event_kind=row.event.kind,
        order=_order(row.event),
        day=row.day,
        at=row.event.at,
        credited=AccountOut(row.source.kind, row.source.owner),
        debited=AccountOut(row.target.kind, row.target.owner),
        amount=shown(row.amount, row.asset) if in_money else UNSET,
        units=UNSET if in_money else row.amount,
        of=UNSET if in_money else row.asset,
    )


def event_out(event: Event) -> EventOut:
    """An event."""
    return EventOut(
        id=public_id(EVENT, event.id),
        kind=event.kind,
        order=_order(event),
        number=event.number,
        at=event.at,
        actor=event.actor,
        reason=event.reason,
    )


def _order(event: Event) -> str | None:
    return None if event.order_id is None else public_id(Order.prefix, event.order_id)
