"""Each event has a digest of itself, its transfers and the digest before it, so that an order's events
are a chain: a row that is changed by hand, however consistently, no longer fits (QU-28).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from hashlib import sha256
from typing import assert_never
from uuid import UUID

import msgspec

from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Entry, Event, Grant, Hold, Movement, Post, Reverse, Void

Sealed = tuple[str | int, ...]
"""A transfer as the digest reads it: its id, its kind, and what its plan said of it.

What a plan doesn't say (the ends of a post, the number of a change) follows from other rows, and is
compared with them by `checking`.
"""


def digest_of(event: Event, transfers: Iterable[Sealed]) -> bytes:
    """SHA-256 over an event, its transfers in the order of their ids, and the digest before it."""
    told = [
        event.id,
        event.order_id,
        event.number,
        event.kind,
        event.key,
        event.body_hash,
        event.answer,
        event.day,
        event.at.astimezone(UTC),
        event.actor,
        event.reason,
        sorted(transfers),
    ]
    return sha256(event.previous + msgspec.json.encode(told)).digest()


def grant_ends(grant: Grant) -> tuple[Account, Account]:
    """Source and target: units come from those that were issued, and go back there."""
    issued = Account(Kind.ISSUED, "", grant.account.asset)
    return (issued, grant.account) if grant.amount > 0 else (grant.account, issued)


def resolution_kind(movement: Post | Void) -> str:
    """The kind of the transfer that resolves a hold."""
    if isinstance(movement, Post):
        return "post"
    return "expire" if movement.expired else "void"


def sealed(movement: Movement) -> Sealed:
    """A movement as the digest reads its transfer."""
    match movement:
        case Entry():
            return _whole(movement.id, "entry", movement.source, movement.target, movement.amount)
        case Grant():
            return _whole(movement.id, "grant", *grant_ends(movement), abs(movement.amount))
        case Hold():
            return _whole(movement.id, "hold", movement.account, movement.target, movement.amount)
        case Post() | Void():
            return (movement.id.hex, resolution_kind(movement), movement.hold.hex)
        case Reverse():
            return (movement.id.hex, "reverse", movement.transfer.hex, movement.amount)
        case _:
            assert_never(movement)


def _whole(id: UUID, kind: str, source: Account, target: Account, amount: int) -> Sealed:
    return (id.hex, kind, source.id.hex, target.id.hex, source.asset, amount)
