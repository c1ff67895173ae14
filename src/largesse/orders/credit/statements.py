"""What happened on a credit account: what each movement was for, and what was owed after it (SP-13).

Movements are in the order of the business's days, then of their instants. Their sum is the journal's
balance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from largesse.ledger.accounts import Kind
from largesse.ledger.models import Transfer
from largesse.offers.models import Deal, Offer, Promotion
from largesse.orders.models import Order

AT_ONCE: Final = 500
"""How many movements of a file are read at once."""


class What(StrEnum):
    """What a movement was for."""

    PROMOTION = "promotion"
    DEAL = "deal"
    SPREE = "shopping_spree"
    CORRECTION = "correction"
    """A host was charged for an award that was too much, by what returns took from it (SP-12)."""
    BY_HAND = "by_hand"
    PAYMENT = "payment"


_WHAT: Final[Mapping[str, What]] = {
    Kind.PROMOTIONS.value: What.PROMOTION,
    Kind.DEALS.value: What.DEAL,
    Kind.SPREES.value: What.SPREE,
    Kind.MANUAL.value: What.BY_HAND,
    Kind.RECEIVABLES.value: What.PAYMENT,
}


class Movement(NamedTuple):
    """What was added to what is owed on an account, or taken off. Amounts are minor units."""

    id: UUID
    event: UUID
    day: date
    at: datetime
    what: What
    is_back: bool
    """Whether it takes back what was given, or gives back what was paid."""
    code: str
    """That of the offer that gave it; empty for anything else."""
    offer: Offer | None
    """The offer that gave it: for what is left of a shopping spree its promotion."""
    order: Order | None
    """The order that it belongs to: its number, its customer's key, its location's code."""
    actor: str
    reason: str
    change: int
    after: int
    """What was owed after it."""

    @property
    def title(self) -> str:
        """What the offer that gave it is called; empty for anything else."""
        return self.code if self.offer is None else str(self.offer)


class Period(NamedTuple):
    """Days of the business, from the first until before the second; None is open."""

    since: date | None = None
    until: date | None = None


ALWAYS: Final = Period()


class Part(NamedTuple):
    """Some movements of a period, the newest first; whether it has newer ones, and older ones."""

    movements: tuple[Movement, ...]
    newer: bool
    older: bool


def part(
    account: UUID,
    size: int,
    *,
    period: Period = ALWAYS,
    after: UUID | None = None,
    before: UUID | None = None,
) -> Part:
    """So many movements of an account: those that come after one in the list, or before one.

    The list begins with the newest. Raises LookupError for a movement that isn't the account's.
    """
    rows = _in_period(_rows(account), period)
    if before is not None:
        found = list(_ordered(rows.filter(_beside(account, before, "gt")))[: size + 1])
        more, found = len(found) > size, found[:size][::-1]
        return Part(_told(account, found, newest_first=True), newer=more, older=True)
    if after is not None:
        rows = rows.filter(_beside(account, after, "lt"))
    found = list(_ordered(rows, newest_first=True)[: size + 1])
    more, found = len(found) > size, found[:size]
    return Part(_told(account, found, newest_first=True), newer=after is not None, older=more)


def movements(account: UUID, period: Period = ALWAYS) -> Iterator[Movement]:
    """All movements of a period, the oldest first."""
    rows = _ordered(_in_period(_rows(account), period)).iterator(chunk_size=AT_ONCE)
    while lot := list(islice(rows, AT_ONCE)):
        yield from _told(account, lot)


def balance_before(account: UUID, day: date | None) -> int:
    """What was owed when a day began; without one, what is owed now."""
    rows = _rows(account)
    return _sum(account, rows if day is None else rows.filter(day__lt=day))


# --- rows ------------------------------------------------------------------------------------------

_ORDER: Final = ("day", "event__at", "event_id", "taken_off", "id")
"""What one event gives comes before what it takes off, so that it never shows less than there was."""


def _rows(account: UUID) -> QuerySet[Any]:
    either = Q(source_id=account, limited__isnull=True) | Q(target_id=account)
    taken_off = Case(When(target_id=account, then=Value(1)), default=Value(0))
    found: QuerySet[Any] = Transfer.objects.filter(either).annotate(taken_off=taken_off)
    return found


def _in_period(rows: QuerySet[Any], period: Period) -> QuerySet[Any]:
    if period.since is not None:
        rows = rows.filter(day__gte=period.since)
    return rows if period.until is None else rows.filter(day__lt=period.until)


def _ordered(rows: QuerySet[Any], *, newest_first: bool = False) -> QuerySet[Any]:
    sign = "-" if newest_first else ""
    ordered = rows.order_by(*(f"{sign}{name}" for name in _ORDER))
    return ordered.select_related("event", "source", "target").defer("event__answer")


def _beside(account: UUID, movement: UUID, compare: str) -> Q:
    """What comes before a movement in time ("lt") or after it ("gt")."""
    values = _rows(account).filter(id=movement).values_list(*_ORDER).first()
    if values is None:
        raise LookupError("names no movement of this account")
    return _compared(values, compare)


def _compared(values: Sequence[Any], compare: str) -> Q:
    found = Q(pk__in=())
    same = Q()
    for name, value in zip(_ORDER, values, strict=True):
        found |= same & Q(**{f"{name}__{compare}": value})
        same &= Q(**{name: value})
    return found


def _sum(account: UUID, rows: QuerySet[Any]) -> int:
    signed = Case(When(source_id=account, then=F("amount")), default=-F("amount"))
    whole = BigIntegerField()
    found = rows.order_by().aggregate(
        sum=Coalesce(Sum(signed, output_field=whole), Value(0), output_field=whole)
    )
    return int(found["sum"])


# --- values ----------------------------------------------------------------------------------------


def _told(
    account: UUID, rows: Sequence[Any], *, newest_first: bool = False
) -> tuple[Movement, ...]:
    """Rows that follow each other as movements, each with what was owed after it."""
    if not rows:
        return ()
    forwards = rows[::-1] if newest_first else rows
    first = forwards[0]
    earlier = _compared(
        (first.day, first.event.at, first.event_id, first.taken_off, first.id), "lt"
    )
    after = _sum(account, _rows(account).filter(earlier))
    offers, orders = _offers(account, forwards), _orders(forwards)
    found = []
    for row in forwards:
        change = row.amount if row.source_id == account else -row.amount
        after += change
        found.append(_movement(account, row, offers, orders, change, after))
    return tuple(found[::-1] if newest_first else found)


def _movement(
    account: UUID,
    row: Transfer,
    offers: Mapping[tuple[str, str], Offer],
    orders: Mapping[UUID, Order],
    change: int,
    after: int,
) -> Movement:
    other = row.target if row.source_id == account else row.source
    what, is_back = _WHAT[other.kind], row.kind == Transfer.Kind.REVERSE
    if what is What.SPREE and (change < 0) != is_back:
        what = What.CORRECTION
    is_offer = what not in (What.BY_HAND, What.PAYMENT)
    event = row.event
    return Movement(
        id=row.id,
        event=event.id,
        day=row.day,
        at=event.at,
        what=what,
        is_back=is_back,
        code=other.owner if is_offer else "",
        offer=offers.get((other.kind, other.owner)),
        order=orders.get(event.order_id) if event.order_id is not None else None,
        actor=event.actor,
        reason=event.reason,
        change=change,
        after=after,
    )


def _offers(account: UUID, rows: Iterable[Transfer]) -> Mapping[tuple[str, str], Offer]:
    """The offers that some transfers are of, by kind of account and code."""
    others = {row.target if row.source_id == account else row.source for row in rows}
    found: dict[tuple[str, str], Offer] = {}
    for kind, model in (
        (Kind.PROMOTIONS, Promotion),
        (Kind.SPREES, Promotion),
        (Kind.DEALS, Deal),
    ):
        codes = {other.owner for other in others if other.kind == kind.value}
        if codes:
            offers = model.objects.filter(code__in=codes)
            found.update({(kind.value, offer.code): offer for offer in offers})
    return found


def _orders(rows: Iterable[Transfer]) -> Mapping[UUID, Order]:
    ids = {row.event.order_id for row in rows if row.event.order_id is not None}
    if not ids:
        return {}
    fields = ("number", "customer_id", "location__code")
    orders = Order.objects.filter(id__in=ids).select_related("location").only(*fields)
    return {order.id: order for order in orders}
