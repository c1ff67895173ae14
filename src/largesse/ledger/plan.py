"""What one event does, worked out before anything is locked, as a value; and how it can end.

A plan is carried out whole or not at all (`ledger.writing.carry_out`). The idempotency key is claimed
first; accounts are locked in the order of their ids; the database's constraints refuse what isn't
allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Literal
from uuid import UUID

from msgspec import Struct

from largesse.ledger.accounts import Account


class Placeholder(Enum):
    """What stands in a plan's rows for a value that only the ledger works out."""

    DIGEST = "the digest of the plan's own event"


DIGEST: Final[Literal[Placeholder.DIGEST]] = Placeholder.DIGEST
"""As a value of an `Insert` or in the `new` of a `Change`: the digest of the plan's own event, for the
`previous` of the order's next one."""


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened, once: the row that claims an idempotency key.

    `number` counts the events of one order from 1; `previous` is the digest of the one before, so that
    an order's events are a chain (QU-28). `answer` is what the same key is answered for ever (OR-3).
    """

    id: UUID
    kind: str
    key: str
    body_hash: str
    answer: bytes
    day: date
    """The business's day that it is booked on."""
    at: datetime
    actor: str
    reason: str = ""
    order_id: UUID | None = None
    number: int | None = None
    previous: bytes = b""


class Entry(Struct, frozen=True, kw_only=True):
    """An amount moves for good: `source` is credited, `target` debited. Neither is limited."""

    id: UUID
    source: Account
    target: Account
    amount: int


class Grant(Struct, frozen=True, kw_only=True):
    """A limited account is given an amount, or, where it is negative, has it taken back.

    A plan may give to an account and take from it: no more than it gives itself.
    """

    id: UUID
    account: Account
    amount: int


class Hold(Struct, frozen=True, kw_only=True):
    """An amount of a limited account is kept back for `target` until the hold is resolved."""

    id: UUID
    account: Account
    target: Account
    amount: int


class Post(Struct, frozen=True, kw_only=True):
    """A hold is used: its amount leaves the limited account for good."""

    id: UUID
    hold: UUID


class Void(Struct, frozen=True, kw_only=True):
    """A hold is given up; `expired` where it lapsed by itself (OR-4)."""

    id: UUID
    hold: UUID
    expired: bool = False


class Reverse(Struct, frozen=True, kw_only=True):
    """A part of an entry or of a posted hold is booked back; all parts together never exceed it."""

    id: UUID
    transfer: UUID
    amount: int


Movement = Entry | Grant | Hold | Post | Void | Reverse


class Insert(Struct, frozen=True, kw_only=True):
    """Rows of the caller's own that belong to the event.

    Values are Python's: the ledger adapts them. A JSON column takes text, or what becomes JSON.
    """

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Change(Struct, frozen=True, kw_only=True):
    """One row of the caller's own changes, if it is still as expected; else the plan is `Stale`."""

    table: str
    id: UUID
    expected: Mapping[str, Any]
    new: Mapping[str, Any]


class Plan(Struct, frozen=True, kw_only=True):
    """An event with all that it does. Inserts are made before the movements, in their order."""

    event: Event
    movements: tuple[Movement, ...] = ()
    inserts: tuple[Insert, ...] = ()
    changes: tuple[Change, ...] = ()


class Recorded(Struct, frozen=True):
    """The plan was carried out, now or by an earlier request with the same key and body."""

    answer: bytes
    repeated: bool = False


class KeyReused(Struct, frozen=True):
    """The key was used with another body: nothing was done (OR-3)."""

    key: str


class Short(Struct, frozen=True):
    """A limited account has less left than was asked for: nothing was done (OR-6)."""


class Stale(Struct, frozen=True):
    """A row to be changed, a hold or what can be reversed isn't as expected: nothing was done."""


Outcome = Recorded | KeyReused | Short | Stale
