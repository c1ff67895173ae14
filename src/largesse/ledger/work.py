"""A plan as the engines carry it out: checked, with its digest, its movements told as rows.

A movement that its plan knows wholly is a `Move`. A `Resolution` copies a hold, an `Undoing` turns a
transfer round; their accounts are read from the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple, assert_never
from uuid import UUID

from largesse.engine.money import AMOUNT_MAX
from largesse.ledger.accounts import LIMITED, Account
from largesse.ledger.digests import digest_of, grant_ends, resolution_kind, sealed
from largesse.ledger.plan import (
    DIGEST,
    Change,
    Entry,
    Event,
    Grant,
    Hold,
    Insert,
    Movement,
    Plan,
    Post,
    Reverse,
    Void,
)

_LENGTHS: Final = {"kind": 40, "key": 255, "body_hash": 64, "actor": 120, "reason": 200}


class Move(NamedTuple):
    """A transfer that is known wholly, and what it adds to the counters of its limited account."""

    id: UUID
    kind: str
    source: Account
    target: Account
    amount: int
    limited: Account | None = None
    granted: int = 0
    held: int = 0


class Resolution(NamedTuple):
    """A hold is posted, voided or has expired."""

    id: UUID
    kind: str
    hold: UUID


class Undoing(NamedTuple):
    """An amount of a transfer is reversed."""

    id: UUID
    transfer: UUID
    amount: int


class Work(NamedTuple):
    """All that one plan writes."""

    event: Event
    digest: bytes
    moves: tuple[Move, ...]
    resolutions: tuple[Resolution, ...]
    undoings: tuple[Undoing, ...]
    inserts: tuple[Insert, ...]
    changes: tuple[Change, ...]

    @property
    def transfers(self) -> int:
        """How many transfers it makes."""
        return len(self.moves) + len(self.resolutions) + len(self.undoings)

    def opened(self) -> list[Account]:
        """The limited accounts that are given something, which a first grant opens; sorted by id."""
        given = {move.limited for move in self.moves if move.granted > 0}
        return sorted((each for each in given if each is not None), key=lambda a: a.id.int)

    def unlimited(self) -> list[Account]:
        """The accounts without a limit that its moves name; sorted by id."""
        named = {end for move in self.moves for end in (move.source, move.target)}
        return sorted((each for each in named if each.kind not in LIMITED), key=lambda a: a.id.int)


def work_of(plan: Plan) -> Work:
    """What a plan writes. Raises ValueError for one that can never be carried out."""
    _check(plan)
    digest = digest_of(plan.event, map(sealed, plan.movements))
    return Work(
        plan.event,
        digest,
        tuple(_moves(plan.movements)),
        tuple(
            Resolution(each.id, resolution_kind(each), each.hold)
            for each in plan.movements
            if isinstance(each, Post | Void)
        ),
        tuple(
            Undoing(each.id, each.transfer, each.amount)
            for each in plan.movements
            if isinstance(each, Reverse)
        ),
        tuple(_sealed_rows(each, digest) for each in plan.inserts if each.rows),
        tuple(_sealed_change(each, digest) for each in plan.changes),
    )


def _moves(movements: Iterable[Movement]) -> Iterator[Move]:
    for each in movements:
        match each:
            case Entry():
                yield Move(each.id, "entry", each.source, each.target, each.amount)
            case Grant():
                ends = grant_ends(each)
                yield Move(
                    each.id, "grant", *ends, abs(each.amount), each.account, granted=each.amount
                )
            case Hold():
                yield Move(
                    each.id,
                    "hold",
                    each.account,
                    each.target,
                    each.amount,
                    each.account,
                    held=each.amount,
                )
            case Post() | Void() | Reverse():
                pass
            case _:
                assert_never(each)


def _sealed_rows(insert: Insert, digest: bytes) -> Insert:
    rows = tuple(
        tuple(digest if value is DIGEST else value for value in row) for row in insert.rows
    )
    return Insert(table=insert.table, columns=insert.columns, rows=rows)


def _sealed_change(change: Change, digest: bytes) -> Change:
    new: dict[str, Any] = {
        column: digest if value is DIGEST else value for column, value in change.new.items()
    }
    return Change(table=change.table, id=change.id, expected=change.expected, new=new)


# --- what no plan may say --------------------------------------------------------------------------


def _check(plan: Plan) -> None:
    _check_event(plan.event)
    for movement in plan.movements:
        _check_movement(movement)


def _check_event(event: Event) -> None:
    if event.at.tzinfo is None:
        raise ValueError(f"at: {event.at} has no time zone")
    if (event.order_id is None) != (event.number is None):
        raise ValueError("number: an event of an order has a number, and no other has one")
    if event.previous and event.order_id is None:
        raise ValueError("previous: only the events of an order are a chain")
    for field, length in _LENGTHS.items():
        value = getattr(event, field)
        if len(value) > length or "\0" in value:
            raise ValueError(f"{field}: {value[:40]!r}… is no text of at most {length} letters")


def _check_movement(movement: Movement) -> None:
    match movement:
        case Entry(source=source, target=target, amount=amount):
            _check_ends(source, target)
            if source.kind in LIMITED or target.kind in LIMITED:
                raise ValueError(
                    f"an entry between {source} and {target}: a limited account is held"
                )
        case Grant(account=account, amount=granted):
            _check_limited(account)
            amount = abs(granted)
        case Hold(account=source, target=target, amount=amount):
            _check_limited(source)
            _check_ends(source, target)
            if target.kind in LIMITED:
                raise ValueError(f"a hold for {target}, which is limited itself")
        case Reverse(amount=amount):
            pass
        case Post() | Void():
            return
        case _:
            assert_never(movement)
    if not 0 < amount <= AMOUNT_MAX:
        raise ValueError(f"amount: {amount} is not between 1 and {AMOUNT_MAX}")


def _check_limited(account: Account) -> None:
    if account.kind not in LIMITED:
        raise ValueError(f"{account} has no limit: book an entry")


def _check_ends(source: Account, target: Account) -> None:
    if source.asset != target.asset:
        raise ValueError(f"from {source.asset} to {target.asset}: an account counts one asset")
    if source == target:
        raise ValueError(f"from {source} to itself")
