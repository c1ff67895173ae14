"""Refunds as programs read them."""

from __future__ import annotations

from typing import Any, Final, Literal

from django.db.models import QuerySet
from msgspec import Struct
from ninja import Field, Query, Router, Schema

from largesse.api.amounts import Money, amounts_of
from largesse.api.finding import found
from largesse.api.instants import Instant
from largesse.api.keys import Caller
from largesse.api.paging import Listed, Page, page_of
from largesse.api.problems import invalid
from largesse.api.routing import Call, Route, operation
from largesse.api.scopes import Scope
from largesse.engine.faults import Fault
from largesse.engine.money import Currency
from largesse.ids import parse_id, public_id
from largesse.orders.models import Order, Refund

router: Final = Router(tags=["refunds"])


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


class RefundFilters(Schema):
    """Which refunds are listed."""

    order: str | None = Field(None, max_length=64, description="Those of this order.")


@operation(
    router,
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
    router,
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
