"""Orders and refunds as programs read them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from django.db.models import Q, QuerySet
from msgspec import UNSET, Meta, Struct, UnsetType
from ninja import Field, Query, Router, Schema

from largesse.api.amounts import Money, amounts_of
from largesse.api.calling import check_scope
from largesse.api.entered import tells_apart
from largesse.api.finding import found
from largesse.api.instants import Instant
from largesse.api.journal import EntryOut, EventOut, entry_out, event_out
from largesse.api.keys import Caller
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import invalid
from largesse.api.quotes import QuoteOut
from largesse.api.routing import Call, Route, operation
from largesse.api.scopes import Scope
from largesse.api.telling import stored_quote_out
from largesse.crm.models import Customer
from largesse.engine.cart import Channel
from largesse.engine.faults import Fault
from largesse.engine.money import Currency
from largesse.ids import parse_id, public_id
from largesse.ledger.models import Event, Transfer
from largesse.orders.models import Order, OrderLine, Refund

router: Final = Router(tags=["orders"])
refunds: Final = Router(tags=["refunds"])

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


class RefundLineOut(Struct, frozen=True):
    """The units of one line that a refund gave back."""

    id: str
    sku: str
    units: int
    net: Money
    tax: Money


class RefundOut(Struct, frozen=True, kw_only=True):
    """Units of an order given back, with what the buyer got for them."""

    object: Literal["refund"] = "refund"
    id: str
    order: str
    at: Instant
    actor: str
    reason: str
    lines: list[RefundLineOut]
    net: Money
    tax: Money
    shipping: Money
    total: Money


class OrderFilters(Schema):
    """Which orders are listed."""

    state: State | None = None
    customer: str | None = Field(
        None, max_length=64, description="The customer's number, or its id such as cus_…."
    )
    location: str | None = Field(None, max_length=64, description="The location's code.")
    channel: Channel | None = None
    number: str | None = Field(None, max_length=16, description="The order's number.")
    placed_from: datetime | None = Field(None, description="Placed at this instant or later.")
    placed_until: datetime | None = Field(None, description="Placed before this instant.")


Expandable = Literal["lines", "events", "journal", "quote"]


class Expanded(Schema):
    """What is told beside the order itself."""

    expand: list[Expandable] = Field(
        [], alias="expand[]", description="Repeat it for each: lines, events, journal, quote."
    )


class RefundFilters(Schema):
    """Which refunds are listed."""

    order: str | None = Field(None, max_length=64, description="Those of this order.")


def orders_for(caller: Caller) -> QuerySet[Order]:
    """The orders that a key may see: those of its locations."""
    orders = Order.objects.all()
    return orders.filter(location__code__in=caller.locations) if caller.locations else orders


@operation(
    router,
    Route(
        method="GET",
        path="/orders",
        tag="orders",
        scope=Scope.ORDERS_READ,
        name="list_orders",
        answer=Listed[OrderOut],
    ),
)
def list_orders(request: Call, page: Query[Page], filters: Query[OrderFilters]) -> Struct:
    """The orders that the key may see, the newest first."""
    orders = _filtered(orders_for(request.caller), filters)
    rows, more, following = page_of(
        orders.select_related("customer", "location").defer("quote"), page, Order.prefix
    )
    return Listed(data=[order_out(order) for order in rows], has_more=more, next=following)


@operation(
    router,
    Route(
        method="GET",
        path="/orders/{id}",
        tag="orders",
        scope=Scope.ORDERS_READ,
        name="get_order",
        answer=OrderOut,
        problems=("not_found",),
    ),
)
def get_order(request: Call, id: str, expanded: Query[Expanded]) -> Struct:
    """One order, by its id or its number. `expand[]=journal` needs the scope journal:read."""
    if "journal" in expanded.expand:
        check_scope(request.caller, Scope.JOURNAL_READ)
    orders = orders_for(request.caller).select_related("customer", "location")
    order = found(orders, id, "number")
    told = dict.fromkeys(expanded.expand, True)
    return order_out(order, tells_apart=tells_apart(request.caller), **told)


@operation(
    refunds,
    Route(
        method="GET",
        path="/refunds",
        tag="refunds",
        scope=Scope.ORDERS_READ,
        name="list_refunds",
        answer=Listed[RefundOut],
    ),
)
def list_refunds(request: Call, page: Query[Page], filters: Query[RefundFilters]) -> Struct:
    """The refunds that the key may see, the newest first."""
    rows = _refunds_for(request.caller)
    if filters.order is not None:
        rows = rows.filter(order__id=_order_id(filters.order))
    data, more, following = page_of(rows, page, Refund.prefix)
    return Listed(data=[refund_out(refund) for refund in data], has_more=more, next=following)


@operation(
    refunds,
    Route(
        method="GET",
        path="/refunds/{id}",
        tag="refunds",
        scope=Scope.ORDERS_READ,
        name="get_refund",
        answer=RefundOut,
        problems=("not_found",),
    ),
)
def get_refund(request: Call, id: str) -> Struct:
    """One refund."""
    return refund_out(found(_refunds_for(request.caller), id))


def _refunds_for(caller: Caller) -> QuerySet[Refund]:
    rows = Refund.objects.select_related("order").prefetch_related("lines__order_line")
    return rows.filter(order__location__code__in=caller.locations) if caller.locations else rows


def _order_id(said: str) -> Any:
    try:
        return parse_id(Order.prefix, said)
    except ValueError as wrong:
        raise invalid([Fault("order", said, str(wrong))]) from None


def _filtered(orders: QuerySet[Order], filters: OrderFilters) -> QuerySet[Order]:
    exact = {
        "state": filters.state,
        "location__code": filters.location,
        "channel": filters.channel,
        "number": filters.number,
        "placed_at__gte": _aware(filters.placed_from, "placed_from"),
        "placed_at__lt": _aware(filters.placed_until, "placed_until"),
    }
    orders = orders.filter(**{name: said for name, said in exact.items() if said is not None})
    if filters.customer is None:
        return orders
    whose = Q(customer__number=filters.customer)
    with suppress(ValueError):  # a number, then
        whose |= Q(customer__id=parse_id(Customer.prefix, filters.customer))
    return orders.filter(whose)


def _aware(instant: datetime | None, name: str) -> datetime | None:
    if instant is not None and instant.tzinfo is None:
        message = "has no time zone; write it like 2026-11-21T10:30:00Z"
        raise invalid([Fault(name, instant.isoformat(), message)])
    return instant


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


def refund_out(refund: Refund) -> RefundOut:
    """A refund with its lines."""
    money = amounts_of(Currency.of(refund.order.currency))
    return RefundOut(
        id=refund.public_id,
        order=public_id(Order.prefix, refund.order_id),
        at=refund.at,
        actor=refund.actor,
        reason=refund.reason,
        lines=[
            RefundLineOut(
                line.order_line.line,
                line.order_line.sku,
                line.units,
                money[line.net],
                money[line.tax],
            )
            for line in refund.lines.all()
        ],
        net=money[refund.net],
        tax=money[refund.tax],
        shipping=money[refund.shipping],
        total=money[refund.total],
    )
