"""The journal, read: events with their transfers, balances by account, and what offers cost (JO-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Q, Sum

from largesse.backoffice.amounts import shown
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account, Event, Transfer

DISCOUNTS: Final[Mapping[Kind, str]] = {
    Kind.PROMOTIONS: "Promotions",
    Kind.DEALS: "Deals",
    Kind.PARTNER_VOUCHERS: "Partner vouchers",
    Kind.ALLOTMENTS: "Allotments",
    Kind.SPREES: "Shopping sprees",
    Kind.MANUAL: "By hand",
    Kind.GIVEAWAY_STOCK: "Stock given away",
}

NUMBERED: Final = (Kind.VOUCHER, Kind.SINGLE_USE_CODE)
"""Accounts whose owner is a number or a code that somebody could use."""

EVENT_WORDS: Final = {
    "order.held": "Held",
    "order.referred": "Sent for approval",
    "order.referred_by_user": "Sent for approval by hand",
    "order.approved": "Approved",
    "order.declined": "Declined",
    "order.replaced": "Replaced",
    "order.placed": "Placed",
    "order.posted": "Posted",
    "order.cancelled": "Cancelled",
    "order.expired": "Lapsed",
    "order.refunded": "Refunded",
    "refused": "Refused",
}


def event_words(kind: str) -> str:
    """What happened, in a word or two.

    >>> event_words("order.posted"), event_words("voucher.made")
    ('Posted', 'Voucher made')
    """
    return EVENT_WORDS.get(kind) or kind.replace(".", " ").replace("_", " ").capitalize()


def masked(number: str) -> str:
    """A voucher's number for those who may not use it.

    >>> masked("DV0123456789012")
    'DV…012'
    """
    return f"{number[:2]}…{number[-3:] if len(number) > 8 else ''}"


def account_words(kind: str, owner: str = "") -> str:
    """An account as people read it; vouchers and codes are masked everywhere but on their pages.

    >>> account_words("expenses:discounts:promotions", "SUMMER")
    'Discounts, promotions: SUMMER'
    """
    if kind in NUMBERED:
        owner = masked(owner) if owner else ""
    words = ", ".join(kind.split(":")[1:]).replace("-", " ").capitalize()
    return f"{words}: {owner}" if owner else words


def quantity_words(amount: int, asset: str) -> str:
    """Money as an amount, anything else as a count of it.

    >>> quantity_words(1250, "USD"), quantity_words(3, "unit"), quantity_words(1, "use")
    ('12.50 USD', '3 units', '1 use')
    """
    if asset.isupper():
        return f"{shown(amount, asset)} {asset}"
    return f"{amount:,} {asset}" if amount == 1 else f"{amount:,} {asset}s"


class Move(NamedTuple):
    """A transfer as a page shows it."""

    kind: str
    debit: str
    credit: str
    quantity: str
    is_money: bool


class Booking(NamedTuple):
    """An event with what it moved."""

    event: Event
    words: str
    moves: tuple[Move, ...]


def bookings_of(order_id: UUID) -> tuple[Booking, ...]:
    """All that the events of an order moved, in their order; two queries."""
    return bookings(Event.objects.filter(order_id=order_id).order_by("number"))


def bookings(events: Iterable[Event]) -> tuple[Booking, ...]:
    """Events with their transfers, in one more query."""
    listed = list(events)
    moves: dict[UUID, list[Move]] = defaultdict(list)
    rows = Transfer.objects.filter(event__in=[event.pk for event in listed])
    for row in rows.select_related("source", "target").order_by("id"):
        moves[row.event_id].append(move_of(row))
    return tuple(Booking(e, event_words(e.kind), tuple(moves[e.pk])) for e in listed)


def move_of(row: Transfer) -> Move:
    return Move(
        row.get_kind_display().capitalize(),
        account_words(row.target.kind, row.target.owner),
        account_words(row.source.kind, row.source.owner),
        quantity_words(row.amount, row.asset),
        row.asset.isupper(),
    )


class Cost(NamedTuple):
    """What one offer, or one partner's vouchers, took off in a period, refunds taken away again."""

    kind: str
    owner: str
    asset: str
    amount: int


def costs(since: date, until: date) -> list[Cost]:
    """What every offer cost on the days from `since` to `until`, both included; the dearest first."""
    booked = Transfer.objects.filter(kind__in=Transfer.BOOKED, day__gte=since, day__lte=until)
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for side, sign in (("target", 1), ("source", -1)):
        rows = booked.filter(**{f"{side}__kind__in": list(DISCOUNTS)}).values_list(
            f"{side}__kind", f"{side}__owner", "asset"
        )
        for kind, owner, asset, amount in rows.annotate(Sum("amount")).order_by():
            sums[kind, owner, asset] += sign * amount
    found = [
        Cost(kind, owner, asset, amount) for (kind, owner, asset), amount in sums.items() if amount
    ]
    return sorted(found, key=lambda cost: (-cost.amount, cost.kind, cost.owner))


class BalanceRow(NamedTuple):
    """What an account stands at; a limited one also says what is left and held back."""

    account: Account
    words: str
    debits: int
    credits: int
    is_money: bool

    @property
    def balance(self) -> int:
        return self.debits - self.credits


def balances(accounts: Iterable[Account]) -> list[BalanceRow]:
    """The sums of some accounts: two queries, whatever their number."""
    listed = list(accounts)
    ids = [account.pk for account in listed]
    sums: dict[str, dict[UUID, int]] = {}
    for side in ("target", "source"):
        rows = (
            Transfer.objects.filter(Q(**{f"{side}__in": ids}), kind__in=Transfer.BOOKED)
            .values_list(f"{side}_id")
            .annotate(Sum("amount"))
            .order_by()
        )
        sums[side] = dict(rows)
    return [
        BalanceRow(
            account,
            account_words(account.kind, account.owner),
            sums["target"].get(account.pk, 0),
            sums["source"].get(account.pk, 0),
            account.asset.isupper(),
        )
        for account in listed
    ]


def cost_words(cost: Cost) -> dict[str, Any]:
    """A cost as tables show it."""
    return {
        "kind": DISCOUNTS[Kind(cost.kind)],
        "owner": cost.owner,
        "amount": cost.amount,
        "currency": cost.asset,
    }
