"""Orders as programs list and read them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final, Literal

from django.db.models import Q, QuerySet
from msgspec import Struct
from ninja import Field, Query, Router, Schema

from largesse.api.calling import check_scope
from largesse.api.entered import tells_apart
from largesse.api.finding import found
from largesse.api.keys import Caller
from largesse.api.order_shapes import OrderOut, State, order_out
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import invalid
from largesse.api.routing import Call, Route, operation
from largesse.api.scopes import Scope
from largesse.crm.models import Customer
from largesse.engine.cart import Channel
from largesse.engine.faults import Fault
from largesse.ids import parse_id
from largesse.orders.models import Order

router: Final = Router(tags=["orders"])


class OrderFilters(Schema):
    """Which orders are listed."""

    state: State | None = None
    customer: str | None = Field(
        None, max_length=64, description="The customer's number, or its id such as cus_…."
    )
    location: str | None = Field(None, max_length=64, description="The location's code.")
    channel: Channel | None = None
    number: str | None = Field(None, max_length=16, description="The order's number.")
    party: str | None = Field(None, max_length=16, description="The number of their party.")
    host_reward: bool | None = Field(None, description="Only host reward orders, or only others.")
    placed_from: datetime | None = Field(None, description="Placed at this instant or later.")
    placed_until: datetime | None = Field(None, description="Placed before this instant.")


Expandable = Literal["lines", "events", "journal", "quote"]


class Expanded(Schema):
    """What is told beside the order itself."""

    expand: list[Expandable] = Field(
        [], alias="expand[]", description="Repeat it for each: lines, events, journal, quote."
    )


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
        orders.select_related("customer", "location", "party").defer("quote"), page, Order.prefix
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
    orders = orders_for(request.caller).select_related("customer", "location", "party")
    order = found(orders, id, "number")
    told = dict.fromkeys(expanded.expand, True)
    return order_out(order, tells_apart=tells_apart(request.caller), **told)


def _filtered(orders: QuerySet[Order], filters: OrderFilters) -> QuerySet[Order]:
    exact = {
        "state": filters.state,
        "location__code": filters.location,
        "channel": filters.channel,
        "number": filters.number,
        "party__number": filters.party,
        "host_reward": filters.host_reward,
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
