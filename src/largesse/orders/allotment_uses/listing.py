"""A use is what one order took of an allotment: who bought, when, and what came back (AL-9).

It is read from the journal: the units that an order holds for it or has posted, less those that refunds
reversed. A reservation that never became an order is no use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from largesse.ledger.models import Event, Transfer
from largesse.offers.allotments import account_of
from largesse.offers.models import Allotment
from largesse.orders.models import Order

PAGE: Final = 50
_CHUNK: Final = 500

_RESERVING: Final = (
    Order.State.HELD,
    Order.State.REFERRED,
    Order.State.REFERRED_BY_USER,
    Order.State.PENDING,
)
"""The states of orders that have units put aside, and are not placed."""


class State(StrEnum):
    """What has become of the units that an order took."""

    RESERVED = "reserved"
    USED = "used"
    PARTLY_RETURNED = "partly_returned"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Buyer(NamedTuple):
    """Who bought: a customer, or a guest, of whom only what the order tells is known."""

    name: str
    number: str
    """The customer's; empty for a guest."""
    email: str


class Use(NamedTuple):
    """What one order took of an allotment.

    `units` are those that it holds or has used now, `units_returned` those that refunds gave back; of a
    cancelled order both are 0. `back_at` is when units last came back, by a refund or by cancelling.
    """

    id: UUID
    order: Order
    buyer: Buyer
    at: datetime
    units: int
    units_returned: int
    back_at: datetime | None
    state: State


class Uses(NamedTuple):
    """Some uses, how many there are in all, and what to ask for the next ones by."""

    rows: tuple[Use, ...]
    total: int
    after: UUID | None


def uses(
    allotment: Allotment, *, q: str = "", after: UUID | None = None, limit: int = PAGE
) -> Uses:
    """So many uses of an allotment, the newest first, from after one on.

    `q` is a part of the buyer's name, number or e-mail, or of the order's number. Four queries, however
    many uses there are.
    """
    rows = takings(allotment, q)
    page = rows if after is None else rows.filter(pk__lt=after)
    found = list(page.order_by("-pk")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    return Uses(told(found), rows.count(), found[-1].pk if more else None)


def every_use(allotment: Allotment, *, q: str = "") -> Iterator[Use]:
    """All uses of an allotment, the newest first, read while they are taken away."""
    after = None
    while True:
        found = uses(allotment, q=q, after=after, limit=_CHUNK)
        yield from found.rows
        after = found.after
        if after is None:
            return


# --- what the journal says ---------------------------------------------------------------------------


def takings(allotment: Allotment, q: str = "") -> QuerySet[Any]:
    """The transfers by which orders took units, for `told`."""
    account = account_of(allotment.code).id
    placed = Event.objects.filter(order_id=OuterRef("event__order_id"), kind="order.placed")
    taken = Q(resolution=None) | Q(resolution__kind=Transfer.Kind.POST) | Exists(placed)
    holds = Transfer.objects.filter(taken, limited_id=account, kind=Transfer.Kind.HOLD)
    # An order whose form was edited has given its units to the new form.
    rows: QuerySet[Any] = holds.exclude(resolution__event__kind="order.replaced").annotate(
        order_id=F("event__order_id"),
        at=F("event__at"),
        resolved=F("resolution__kind"),
        resolved_at=F("resolution__event__at"),
        post=F("resolution__id"),
        returned=Coalesce(F("resolution__reversed_row__reversed"), 0),
    )
    q = q.replace("\0", "").strip()
    if q:
        orders = Order.objects.filter(_told_of(q), pk=OuterRef("event__order_id"))
        rows = rows.filter(Exists(orders))
    return rows


def _told_of(q: str) -> Q:
    found = Q()
    for field in (
        "number",
        "customer__name",
        "customer__number",
        "customer__email",
        "payment__contact__name",
        "payment__contact__email",
    ):
        found |= Q(**{f"{field}__icontains": q})
    return found


def told(takings: Iterable[Any]) -> tuple[Use, ...]:
    """The uses of some takings, in their order; two queries."""
    rows = list(takings)
    lean = Order.objects.select_related("customer").defer("quote")
    orders = lean.in_bulk({row.order_id for row in rows})
    back = _last_back(row.post for row in rows if row.returned)
    return tuple(_use(row, orders[row.order_id], back) for row in rows)


def _last_back(posts: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """When each posted taking was last reversed."""
    rows = Transfer.objects.filter(reverses__in=list(posts)).order_by().values_list("reverses_id")
    return dict(rows.annotate(last=Max("event__at")))


def _use(row: Any, order: Order, back: Mapping[UUID, datetime]) -> Use:
    cancelled = row.resolved not in (None, Transfer.Kind.POST)
    return Use(
        row.pk,
        order,
        _buyer(order),
        row.at,
        0 if cancelled else row.amount - row.returned,
        row.returned,
        row.resolved_at if cancelled else back.get(row.post),
        State.CANCELLED if cancelled else _state(row, order),
    )


def _state(row: Any, order: Order) -> State:
    if row.returned:
        return State.RETURNED if row.returned == row.amount else State.PARTLY_RETURNED
    is_open = row.resolved is None
    return State.RESERVED if is_open and order.state in _RESERVING else State.USED


def _buyer(order: Order) -> Buyer:
    customer = order.customer
    if customer is not None:
        return Buyer(customer.name, customer.number, customer.email)
    contact = (order.payment or {}).get("contact", {})
    return Buyer(contact.get("name") or "Guest", "", contact.get("email", ""))
