"""Short ways to say what the ledger's tests book."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import (
    Entry,
    Event,
    Grant,
    Hold,
    Movement,
    Outcome,
    Plan,
    Post,
    Recorded,
    Reverse,
    Void,
)
from largesse.ledger.reading import events_of, left
from largesse.ledger.writing import carry_out

AT = datetime(2026, 11, 21, 10, 30, 0, 123_000, tzinfo=UTC)

VOUCHER = Account(Kind.VOUCHER, "DV1", "use")
USED = Account(Kind.USED, "", "use")
SALES = Account(Kind.SALES, "", "USD")
RECEIVABLES = Account(Kind.RECEIVABLES, "", "USD")
PROMOTIONS = Account(Kind.PROMOTIONS, "SUMMER", "USD")


def event(kind: str = "test", *, key: str = "", body: str = "", **fields: Any) -> Event:
    id = uuid7()
    said = {
        "answer": b'{"answer": "%s"}' % id.hex.encode(),
        "day": date(2026, 11, 21),
        "at": AT,
        "actor": "cashier",
    }
    return Event(
        id=id,
        kind=kind,
        key=key or id.hex,
        body_hash=sha256(body.encode()).hexdigest(),
        **{**said, **fields},
    )


def next_event(order_id: UUID, kind: str = "test", **fields: Any) -> Event:
    """The next event of an order."""
    before = events_of(order_id)
    last = before[-1].digest if before else b""
    return event(kind, order_id=order_id, number=len(before) + 1, previous=last, **fields)


def book(*movements: Movement, key: str = "", **fields: Any) -> Outcome:
    """Carry out an event of these movements."""
    return carry_out(Plan(event=event(key=key, **fields), movements=movements))


def grant(amount: int, account: Account = VOUCHER) -> Outcome:
    outcome = book(Grant(id=uuid7(), account=account, amount=amount))
    assert isinstance(outcome, Recorded)
    return outcome


def hold(amount: int = 1, account: Account = VOUCHER) -> Hold:
    return Hold(
        id=uuid7(),
        account=account,
        target=Account(Kind.USED, "", account.asset),
        amount=amount,
    )


def post(held: Movement) -> Post:
    return Post(id=uuid7(), hold=held.id)


def void(held: Movement, *, expired: bool = False) -> Void:
    return Void(id=uuid7(), hold=held.id, expired=expired)


def reverse(booked: Movement, amount: int) -> Reverse:
    return Reverse(id=uuid7(), transfer=booked.id, amount=amount)


def entry(amount: int, source: Account = SALES, target: Account = RECEIVABLES) -> Entry:
    return Entry(id=uuid7(), source=source, target=target, amount=amount)


def what_is_left(account: Account = VOUCHER) -> int:
    return left([account])[account]
