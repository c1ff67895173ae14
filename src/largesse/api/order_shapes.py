"""An order as programs read it: what was sold, to whom, for how much, and what was done about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from largesse.api.amounts import Money, amounts_of
from largesse.api.instants import Instant
from largesse.api.journal import EntryOut, EventOut, entry_out, event_out
from largesse.api.quotes import QuoteOut
from largesse.api.telling import stored_quote_out
from largesse.engine.money import Currency
from largesse.ids import public_id
from largesse.ledger.models import Event, Transfer
from largesse.orders.models import Order, OrderLine

State = Literal[
    "referred",
    "referred_by_user",
    "declined",
    "pending",
    "held",
    "placed",
    "posted",
    "cancelled",
    "partly_refunded",
    "refunded",
]
"""The states of an order that a program may meet."""


class PartOut(Struct, frozen=True):
    """What one offer took off some units of a line, as it was sold; `first_unit` counts from 0."""

    stage: str
    offer: str
    revision: int
    title: str
    first_unit: int
    units: int
    amount: Money


class OrderLineOut(Struct, frozen=True, kw_only=True):
    """A line as it was sold."""

    id: Annotated[str, Meta(description="The line's id within the cart; a refund names it.")]
    sku: str
    name: str
    quantity: Annotated[int | str, Meta(description="Whole units, or a weight as a decimal text.")]
    units: Annotated[int, Meta(description="Units that can be given back; 1 for a weighed line.")]
    units_refunded: int
    gross: Money
    net: Money
    tax: Money
    tax_included: Money
    deal: Annotated[str | None, Meta(description="The deal that it is on.")]
    bonus: Annotated[bool, Meta(description="Whether it is given away against a deal's credit.")]
    spree: Annotated[bool, Meta(description="Whether it was chosen against a shopping spree.")]
    option_of: Annotated[str | None, Meta(description="The line that it is an option of.")]
    parts: list[PartOut]


class OrderOut(Struct, frozen=True, kw_only=True):
    """A sale."""

    object: Literal["order"] = "order"
    id: str
    number: str
    state: State
    customer: Annotated[str | None, Meta(description="The customer's number.")]
    location: Annotated[str | None, Meta(description="The location's code.")]
    channel: str
    party: Annotated[str | None, Meta(description="The number of the party that it is of.")]
    host_reward: Annotated[bool, Meta(description="Whether it is its party's host reward order.")]
    currency: str
    gross: Money
    discount: Money
    net: Money
    shipping: Money
    tax: Money
    tax_included: Money
    total: Money
    due: Money
    refunded: Money
    placed_at: Instant
    held_until: Instant | None
    posted_at: Instant | None
    book_version: int
    requested_by: Annotated[
        str | None, Meta(description="Who referred it; somebody else approves or declines it.")
    ]
    approver: Annotated[str | None, Meta(description="Who is asked to approve it, if somebody is.")]
    replaces: Annotated[
        str | None, Meta(description="The id of the order that it is the edited form of.")
    ]
    lines: list[OrderLineOut] | UnsetType = UNSET
    events: list[EventOut] | UnsetType = UNSET
    journal: list[EntryOut] | UnsetType = UNSET
    quote: QuoteOut | UnsetType = UNSET


def order_out(
    order: Order,
    *,
    lines: bool = False,
    events: bool = False,
    journal: bool = False,
    quote: bool = False,
    tells_apart: bool = True,
) -> OrderOut:
    """An order, with what is asked for beside it."""
    money = amounts_of(Currency.of(order.currency))
    data = msgspec.json.decode(order.quote) if quote else None
    return OrderOut(
        id=order.public_id,
        number=order.number,
        state=order.state,  # type: ignore[arg-type]
        customer=order.customer.number if order.customer is not None else None,
        location=order.location.code if order.location is not None else None,
        channel=order.channel,
        party=order.party.number if order.party is not None else None,
        host_reward=order.host_reward,
        currency=order.currency,
        gross=money[order.gross],
        discount=money[order.discount],
        net=money[order.net],
        shipping=money[order.shipping],
        tax=money[order.tax],
        tax_included=money[order.tax_included],
        total=money[order.total],
        due=money[order.due],
        refunded=money[order.refunded],
        placed_at=order.placed_at,
        held_until=order.held_until,
        posted_at=order.posted_at,
        book_version=order.book_version,
        requested_by=order.requested_by or None,
        approver=order.approver or None,
        replaces=None if order.replaces_id is None else public_id(Order.prefix, order.replaces_id),
        lines=_lines(order) if lines else UNSET,
        events=_events(order) if events else UNSET,
        journal=_journal(order) if journal else UNSET,
        quote=UNSET
        if data is None
        else stored_quote_out(data, order.book_version, tells_apart=tells_apart),
    )  # fmt: skip


def _lines(order: Order) -> list[OrderLineOut]:
    return [_line(line, order.currency) for line in order.lines.prefetch_related("parts")]


def _line(line: OrderLine, currency: str) -> OrderLineOut:
    money = amounts_of(Currency.of(currency))
    return OrderLineOut(
        id=line.line,
        sku=line.sku,
        name=line.name,
        quantity=_quantity(line.quantity),
        units=line.units,
        units_refunded=line.units_refunded,
        gross=money[line.gross],
        net=money[line.net],
        tax=money[line.tax],
        tax_included=money[line.tax_included],
        deal=line.deal or None,
        bonus=line.bonus,
        spree=line.spree,
        option_of=line.option_of or None,
        parts=[
            PartOut(
                part.stage,
                part.offer,
                part.revision,
                part.title,
                part.first_unit,
                part.units,
                money[part.amount],
            )
            for part in line.parts.all()
        ],
    )


def _quantity(thousandths: int) -> int | str:
    whole, rest = divmod(thousandths, 1000)
    return whole if not rest else format((Decimal(thousandths) / 1000).normalize(), "f")


def _events(order: Order) -> list[EventOut]:
    return [
        event_out(event) for event in Event.objects.filter(order_id=order.id).order_by("number")
    ]


def _journal(order: Order) -> list[EntryOut]:
    rows = Transfer.objects.filter(event__order_id=order.id).order_by("id")
    return [entry_out(row) for row in rows.select_related("event", "source", "target")]
