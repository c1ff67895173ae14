"""An order with its lines, and all of the journal that it is checked against (JO-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final
from uuid import UUID

import msgspec
from django.db.models import Prefetch

from largesse.ledger.accounts import Account
from largesse.ledger.models import Event, Transfer
from largesse.offers.models import SingleUseCode
from largesse.orders.models import Order
from largesse.orders.parties import reversing
from largesse.orders.returning import charging_back
from largesse.orders.returning.giving_back import Returned
from largesse.orders.returning.sold import StoredLine, lines_of
from largesse.orders.rewards.promises import Promises, promises_of

UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
)
"""What reading a value raises that a hand has written past all checks."""


@dataclass(frozen=True)
class Audited:
    """An order with all that it is checked against."""

    order: Order
    lines: Sequence[StoredLine]
    events: Sequence[Event]
    transfers: Sequence[Transfer]
    rights: Sequence[SingleUseCode]
    """The codes that it gave."""

    @cached_property
    def promises(self) -> Promises:
        return promises_of(self.order)

    @cached_property
    def returned(self) -> Returned:
        """What of it has been given back."""
        return Returned(
            self.order,
            self.promises,
            self.lines,
            [line.record.units_refunded for line in self.lines],
            any(refund.shipping for refund in self.order.refunds.all()),
            taken_back=self.order.state == Order.State.REFUNDED,
        )

    @property
    def booked(self) -> Mapping[tuple[Account, Account], int]:
        """What was booked, but for what was charged afterwards."""
        return _summed(self._sale)

    @property
    def given_back(self) -> Mapping[tuple[Account, Account], int]:
        """What was reversed, by the accounts of the entry that it reverses."""
        entries = {t.id for t in self._sale}
        reversals = [t for t in self.transfers if t.reverses_id in entries]
        return {(b, a): n for (a, b), n in _summed(reversals).items()}

    @property
    def _sale(self) -> list[Transfer]:
        entries = [t for t in self.transfers if t.kind == Transfer.Kind.ENTRY]
        return [t for t in entries if not _is_charge(t.source.name, t.target.name)]


def audited(chunk_size: int) -> Iterator[Audited]:
    """Every order, so many read at once."""
    orders = Order.objects.order_by("id").prefetch_related("lines__parts", "refunds__lines")
    orders = orders.prefetch_related(Prefetch("replaces", Order.objects.defer("quote")))
    rows = orders.select_related("party").iterator(chunk_size=chunk_size)
    for chunk in _chunks(rows, chunk_size):
        yield from _with_journal(chunk)


def _is_charge(source: Account, target: Account) -> bool:
    """Whether an entry charges for what a return left unearned, or for an award that was too much."""
    return any(each.is_charge(source, target) for each in (charging_back, reversing))


def _summed(transfers: Iterable[Transfer]) -> Mapping[tuple[Account, Account], int]:
    sums: dict[tuple[Account, Account], int] = defaultdict(int)
    for transfer in transfers:
        sums[transfer.source.name, transfer.target.name] += transfer.amount
    return sums


def _chunks(orders: Iterator[Order], size: int) -> Iterator[list[Order]]:
    while chunk := list(islice(orders, size)):
        yield chunk


def _with_journal(orders: Sequence[Order]) -> Iterator[Audited]:
    """Orders with their events, transfers and rights, in three queries for all of them."""
    ids = [order.id for order in orders]
    events: dict[UUID, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(order_id__in=ids).order_by("order_id", "number"):
        if event.order_id is not None and event.number is not None:
            events[event.order_id].append(event)
    transfers: dict[UUID, list[Transfer]] = defaultdict(list)
    rows = Transfer.objects.filter(event__order_id__in=ids)
    for transfer in rows.select_related("event", "source", "target"):
        assert transfer.event.order_id is not None
        transfers[transfer.event.order_id].append(transfer)
    rights: dict[UUID, list[SingleUseCode]] = defaultdict(list)
    codes = SingleUseCode.objects.filter(given_by__in=ids)
    for code in codes.select_related("promotion", "customer"):
        assert code.given_by is not None
        rights[code.given_by].append(code)
    for order in orders:
        its = (events[order.id], transfers[order.id], rights[order.id])
        yield Audited(order, lines_of(order), *its)
