"""Whose a credit account is, and what it is called, told back from the journal (SP-13).

The owner of an account names both. Where they are too long for that, what first moved something there
names them: the quote of an order, or what staff asked for by hand. So an account is found whatever has
become of the offers that gave to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet
from msgspec import Struct

from largesse.ledger.accounts import Account, Kind, beginning_of, names_in, owner_of
from largesse.ledger.models import Account as AccountRow
from largesse.ledger.models import Event, Transfer
from largesse.orders.models import Order
from largesse.orders.rewards.promises import promises_of

_FIRST: Final = 10
"""So many events of an account are asked for its names, which the first of them tells."""


class Named(NamedTuple):
    """A customer's number, and the name of an account of theirs; the main one's is empty."""

    customer: str
    account: str


def accounts_of(customer: str, currency: str) -> tuple[str, ...]:
    """The names of the credit accounts that a customer has ever had anything booked to, sorted."""
    rows = rows_of(customer).filter(asset=currency)
    return tuple(sorted(each.account for each in named(rows).values() if each.customer == customer))


def rows_of(customer: str) -> QuerySet[AccountRow]:
    """The credit accounts of a customer, and, where the number is very long, perhaps of others."""
    beginning = beginning_of(customer)
    rows = AccountRow.objects.filter(kind=Kind.CUSTOMER_CREDIT.value)
    if connection.vendor == "sqlite":
        # LIKE takes small letters for capitals there, and no index.
        return rows.filter(owner__gte=beginning, owner__lt=f"{beginning}\U0010ffff")
    return rows.filter(owner__startswith=beginning)


def named(rows: Iterable[AccountRow]) -> Mapping[UUID, Named]:
    """Whose accounts are, and what they are called, by their ids."""
    return {row.id: _named(row.name) for row in rows}


def _named(account: Account) -> Named:
    names = names_in(account.owner)
    if names is not None and len(names) == 2:
        return Named(*names)
    for found in _told_by_events(account):
        if owner_of(*found) == account.owner:
            return found
    customer, _, name = account.owner.partition("/")
    return Named(customer, name)


# --- what its first events say ---------------------------------------------------------------------


class _ByHand(Struct):
    """The answer of an event that staff made."""

    customer: str
    account: str


# Made once, at import: two threads that first met the type at once would crash.
_BY_HAND: Final = msgspec.json.Decoder(_ByHand)


def _told_by_events(account: Account) -> Iterator[Named]:
    """The customers and accounts that the first events of an account name."""
    moved = Q(source_id=account.id, limited__isnull=True) | Q(target_id=account.id)
    first = Transfer.objects.filter(moved).order_by("id").values_list("event_id", flat=True)
    for event in Event.objects.filter(id__in=list(first[:_FIRST])):
        if event.order_id is None:
            said = _BY_HAND.decode(bytes(event.answer))
            yield Named(said.customer, said.account)
            continue
        order = Order.objects.select_related("customer").get(id=event.order_id)
        for credit in promises_of(order).credits:
            yield Named(credit.to.customer, credit.to.account)
        if order.customer is not None:
            yield from (Named(order.customer.number, each["code"]) for each in order.payments)
