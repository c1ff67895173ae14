"""One plan on a SQLite connection, within a transaction that the caller has begun.

SQLite has one writer at a time, so there is nothing to lock; the same constraints refuse as elsewhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from largesse.ledger.accounts import Account
from largesse.ledger.plan import Change, Insert, KeyReused, Outcome, Recorded, Short, Stale
from largesse.ledger.work import Work

_SHORT: Final = ("account_limit",)
_STALE: Final = (
    "account_held",
    "account_posted",
    "reversed_bounds",
    "ledger_event.order_id, ledger_event.number",
    "ledger_transfer.resolves_id",
)
_TRANSFER: Final = """
INSERT INTO ledger_transfer (id, event_id, kind, source_id, target_id, asset, amount, day,
    resolves_id, reverses_id, limited_id, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class Refusal(Exception):
    """The plan can't be carried out: what of it was written is to be rolled back."""

    def __init__(self, outcome: Outcome):
        super().__init__(outcome)
        self.outcome = outcome


class _Row(NamedTuple):
    """A transfer about to be written, and what it adds to its limited account."""

    id: str
    kind: str
    source: str
    target: str
    asset: str
    amount: int
    resolves: str | None = None
    reverses: str | None = None
    limited: str | None = None
    granted: int = 0
    held: int = 0
    posted: int = 0


def write(connection: sqlite3.Connection, work: Work) -> Recorded:
    """Write all of it.

    Raises Refusal, or sqlite3.Error where the caller's own rows or the machine are at fault; what was
    written until then is for the caller to roll back.
    """
    try:
        _event(connection, work)
        for insert in work.inserts:
            _insert(connection, insert)
        for change in work.changes:
            _change(connection, change)
        _transfers(connection, work)
    except sqlite3.IntegrityError as error:
        raise _refusal(error) from error
    return Recorded(work.event.answer)


def stored(connection: sqlite3.Connection, work: Work) -> Recorded | KeyReused | None:
    """What the plan's key has been answered already."""
    event = work.event
    row = connection.execute(
        "SELECT id, body_hash, answer FROM ledger_event WHERE key = ?", (event.key,)
    ).fetchone()
    if row is None:
        return None
    id, body_hash, answer = row
    if body_hash != event.body_hash:
        return KeyReused(event.key)
    return Recorded(bytes(answer), repeated=id != event.id.hex)


def _refusal(error: sqlite3.IntegrityError) -> Exception:
    """What a constraint's refusal means; the error itself, where it isn't one of the ledger's."""
    said = str(error)
    if any(said.endswith(name) for name in _SHORT):
        return Refusal(Short())
    return Refusal(Stale()) if any(said.endswith(name) for name in _STALE) else error


def _event(connection: sqlite3.Connection, work: Work) -> None:
    event = work.event
    made = connection.execute(
        "INSERT INTO ledger_event (id, order_id, number, kind, key, body_hash, answer, day, at, actor,"
        " reason, digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        adapted(
            (
                event.id,
                event.order_id,
                event.number,
                event.kind,
                event.key,
                event.body_hash,
                event.answer,
                event.day,
                event.at,
                event.actor,
                event.reason,
                work.digest,
            )
        ),
    )
    if made.rowcount != 1:
        outcome = stored(connection, work)
        assert outcome is not None
        raise Refusal(outcome)


def _insert(connection: sqlite3.Connection, insert: Insert) -> None:
    columns = ", ".join(map(quoted, insert.columns))
    marks = ", ".join("?" * len(insert.columns))
    connection.executemany(
        f"INSERT INTO {quoted(insert.table)} ({columns}) VALUES ({marks})",
        map(adapted, insert.rows),
    )


def _change(connection: sqlite3.Connection, change: Change) -> None:
    new = ", ".join(f"{quoted(column)} = ?" for column in change.new)
    expected = "".join(f" AND {quoted(column)} IS ?" for column in change.expected)
    changed = connection.execute(
        f"UPDATE {quoted(change.table)} SET {new} WHERE id = ?{expected}",
        adapted((*change.new.values(), change.id, *change.expected.values())),
    )
    if changed.rowcount != 1:
        raise Refusal(Stale())


def _transfers(connection: sqlite3.Connection, work: Work) -> None:
    _open_accounts(connection, work)
    rows = sorted(
        [*_moved(work), *_resolved(connection, work), *_undone(connection, work)],
        key=attrgetter("id"),
    )
    seqs = _count(connection, rows)
    event, day = work.event.id.hex, work.event.day.isoformat()

    def values(row: _Row) -> tuple[Any, ...]:
        seq = None
        if row.limited is not None:
            seqs[row.limited] = seq = seqs[row.limited] + 1
        return (
            row.id, event, row.kind, row.source, row.target, row.asset, row.amount, day,
            row.resolves, row.reverses, row.limited, seq,
        )  # fmt: skip

    connection.executemany(_TRANSFER, [values(row) for row in rows])


def _open_accounts(connection: sqlite3.Connection, work: Work) -> None:
    connection.executemany(
        "INSERT INTO ledger_account (id, kind, owner, asset, seq) VALUES (?, ?, ?, ?, 0)"
        " ON CONFLICT DO NOTHING",
        map(_named, work.unlimited()),
    )
    connection.executemany(
        "INSERT INTO ledger_account (id, kind, owner, asset, granted, held, posted, seq)"
        " VALUES (?, ?, ?, ?, 0, 0, 0, 0) ON CONFLICT DO NOTHING",
        map(_named, work.opened()),
    )


def _named(account: Account) -> tuple[str, ...]:
    return (account.id.hex, account.kind.value, account.owner, account.asset)


def _moved(work: Work) -> Iterable[_Row]:
    for each in work.moves:
        yield _Row(
            each.id.hex,
            each.kind,
            each.source.id.hex,
            each.target.id.hex,
            each.source.asset,
            each.amount,
            limited=None if each.limited is None else each.limited.id.hex,
            granted=each.granted,
            held=each.held,
        )


def _resolved(connection: sqlite3.Connection, work: Work) -> Iterable[_Row]:
    for each in work.resolutions:
        hold = connection.execute(
            "SELECT source_id, target_id, asset, amount, limited_id FROM ledger_transfer"
            " WHERE id = ? AND kind = 'hold'",
            (each.hold.hex,),
        ).fetchone()
        if hold is None:
            raise Refusal(Stale())
        source, target, asset, amount, limited = hold
        yield _Row(
            each.id.hex,
            each.kind,
            source,
            target,
            asset,
            amount,
            resolves=each.hold.hex,
            limited=limited,
            held=-amount,
            posted=amount if each.kind == "post" else 0,
        )


def _undone(connection: sqlite3.Connection, work: Work) -> Iterable[_Row]:
    for each in work.undoings:
        original = connection.execute(
            "SELECT source_id, target_id, asset, amount, limited_id FROM ledger_transfer"
            " WHERE id = ? AND kind IN ('entry', 'post')",
            (each.transfer.hex,),
        ).fetchone()
        if original is None:
            raise Refusal(Stale())
        source, target, asset, amount, limited = original
        connection.execute(
            "INSERT INTO ledger_reversed (transfer_id, amount, reversed) VALUES (?, ?, ?)"
            " ON CONFLICT (transfer_id) DO UPDATE SET reversed = reversed + excluded.reversed",
            (each.transfer.hex, amount, each.amount),
        )
        yield _Row(
            each.id.hex,
            "reverse",
            target,
            source,
            asset,
            each.amount,
            reverses=each.transfer.hex,
            limited=limited,
            posted=-each.amount if limited is not None else 0,
        )


def _count(connection: sqlite3.Connection, rows: Iterable[_Row]) -> dict[str, int]:
    """Add to the counters of each limited account once, and tell its number before the changes."""
    sums: dict[str, list[int]] = {}
    for row in rows:
        if row.limited is not None:
            added = sums.setdefault(row.limited, [0, 0, 0, 0])
            for nth, value in enumerate((row.granted, row.held, row.posted, 1)):
                added[nth] += value
    before: dict[str, int] = {}
    for account, (granted, held, posted, changes) in sorted(sums.items()):
        counted = connection.execute(
            "UPDATE ledger_account SET granted = granted + ?, held = held + ?, posted = posted + ?,"
            " seq = seq + ? WHERE id = ? AND granted IS NOT NULL RETURNING seq",
            (granted, held, posted, changes, account),
        ).fetchone()
        if counted is None:
            raise Refusal(Short())
        before[account] = counted[0] - changes
    return before


# --- values as Django stores them on SQLite --------------------------------------------------------


def quoted(name: str) -> str:
    """A table's or a column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def adapted(values: Iterable[Any]) -> tuple[Any, ...]:
    """Python's values as Django stores them."""
    return tuple(map(_adapted, values))


def _adapted(value: Any) -> Any:
    match value:
        case None | int() | float() | bytes():
            return int(value) if isinstance(value, bool) else value
        case Enum():
            return value.value
        case str():
            return value
        case UUID():
            return value.hex
        case datetime():
            return str(value.astimezone(UTC).replace(tzinfo=None))
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case _:
            raise TypeError(f"{value!r} can't be stored")
