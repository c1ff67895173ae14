"""One plan as one statement of PostgreSQL: one round trip, READ COMMITTED, no transaction kept open.

Its parts are chained. First the event claims the key (and the order's next number, so that deeds on one
order wait for each other there); then come the caller's rows; then the limited accounts are locked in
the order of their ids and counted; then the transfers. The constraints refuse what isn't allowed, and a
part that met fewer rows than it should makes the last line divide by zero: then nothing has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec
import psycopg
from psycopg import errors
from psycopg.types.numeric import Int4, Int8

from largesse.ledger.accounts import Account
from largesse.ledger.plan import Change, Insert, Short, Stale
from largesse.ledger.work import Work

Connection = psycopg.Connection[Any]

_SHORT: Final = frozenset({"account_limit", "transfer_seq"})
"""`transfer_seq`: the limited account was never opened, so nothing counted the change."""

_STALE: Final = frozenset(
    {
        "account_held",
        "account_posted",
        "reversed_bounds",
        "ledger_event_number",
        "ledger_transfer_resolves",
    }
)
_ACCOUNTS: Final = frozenset({"ledger_transfer_source", "ledger_transfer_target"})


def outcome_of(error: BaseException | None) -> Short | Stale | None:
    """What a refusal of the database means; None for an error of any other kind."""
    if isinstance(error, errors.DivisionByZero):
        return Stale()
    if isinstance(error, errors.IntegrityError):
        name = error.diag.constraint_name
        return Short() if name in _SHORT else Stale() if name in _STALE else None
    return None


def is_key_taken(error: BaseException | None) -> bool:
    """Whether the event's key, or the event itself, is there already."""
    return isinstance(error, errors.UniqueViolation) and (
        error.diag.constraint_name in ("ledger_event_key", "ledger_event_pkey")
    )


def is_account_missing(error: BaseException | None) -> bool:
    """Whether an account without limit isn't there after all: someone emptied the table."""
    return isinstance(error, errors.ForeignKeyViolation) and (
        error.diag.constraint_name in _ACCOUNTS
    )


def is_worth_retrying(error: BaseException | None) -> bool:
    """Whether the same plan may succeed now: a deadlock, a serialization failure."""
    return isinstance(error, errors.SerializationFailure | errors.DeadlockDetected)


def write(connection: Connection, work: Work) -> None:
    """Write all of it. Raises psycopg.Error."""
    inserts = tuple(_rows(connection, insert) for insert in work.inserts)
    changes = tuple(_changed(connection, group) for group in _grouped(work.changes))
    shape = _Shape(
        tuple(part.text for part in inserts),
        tuple(part.text for part in changes),
        opens=any(move.granted > 0 for move in work.moves),
        moves=bool(work.moves),
        resolves=bool(work.resolutions),
        undoes=bool(work.undoings),
    )
    connection.execute(_statement(shape), _values(work, inserts, changes))


def open_accounts(connection: Connection, accounts: Sequence[Account]) -> None:
    """Make sure that accounts without limit are there; sorted, so that two openings can't deadlock."""
    rows = [[each.id, each.kind.value, each.owner, each.asset] for each in accounts]
    connection.execute(
        "INSERT INTO ledger_account (id, kind, owner, asset, seq)"
        " SELECT (r->>0)::uuid, r->>1, r->>2, r->>3, 0 FROM json_array_elements(%s::json) r"
        " ON CONFLICT DO NOTHING",
        [_json(rows)],
    )


# --- values ----------------------------------------------------------------------------------------


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=_encoded).decode()


def _encoded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} can't be stored")


def _values(work: Work, inserts: Sequence[_Part], changes: Sequence[_Part]) -> dict[str, Any]:
    event = work.event
    return {
        "id": event.id,
        "order_id": event.order_id,
        "number": None if event.number is None else Int4(event.number),
        "kind": event.kind,
        "key": event.key,
        "body_hash": event.body_hash,
        "answer": event.answer,
        "day": event.day,
        "at": event.at,
        "actor": event.actor,
        "reason": event.reason,
        "digest": work.digest,
        # A parameter that is used with two types needs two names.
        "event": event.id,
        "booked": event.day,
        "transfers": Int8(work.transfers),
        "changes": Int8(sum(part.rows for part in changes)),
        "opened": _json([_opened_row(account) for account in work.opened()]),
        "moves": _json([_move_row(work, nth) for nth in range(len(work.moves))]),
        "resolutions": _json(
            [{"id": each.id, "kind": each.kind, "hold": each.hold} for each in work.resolutions]
        ),
        "undoings": _json(
            [
                {"id": each.id, "transfer": each.transfer, "amount": each.amount}
                for each in work.undoings
            ]
        ),
        **{f"rows_{nth}": part.values for nth, part in enumerate(inserts)},
        **{f"changes_{nth}": part.values for nth, part in enumerate(changes)},
    }


def _opened_row(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "kind": account.kind.value,
        "owner": account.owner,
        "asset": account.asset,
    }


def _move_row(work: Work, nth: int) -> dict[str, Any]:
    move = work.moves[nth]
    return {
        "id": move.id,
        "kind": move.kind,
        "source_id": move.source.id,
        "target_id": move.target.id,
        "asset": move.source.asset,
        "amount": move.amount,
        "limited_id": None if move.limited is None else move.limited.id,
        "granted": move.granted,
        "held": move.held,
    }


# --- the caller's rows -----------------------------------------------------------------------------


class _Part(NamedTuple):
    """A part of the statement that writes the caller's rows."""

    text: str
    """With {n} for its number."""
    values: str
    rows: int


_types: dict[tuple[str, str], dict[str, str]] = {}


def _types_of(connection: Connection, table: str) -> dict[str, str]:
    """The type of each column of a table, looked up once a process."""
    place = (f"{connection.info.host}:{connection.info.port}/{connection.info.dbname}", table)
    if place not in _types:
        found = connection.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [_quoted(table)],
        ).fetchall()
        _types[place] = dict(found)
    return _types[place]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def _cell(value: Any, type: str) -> Any:
    """A value as JSON tells it to a column of a type."""
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, str) and type in ("json", "jsonb"):
        return msgspec.Raw(value.encode())
    return value


def _records(columns: Iterable[tuple[str, str]], rows: Iterable[Iterable[Any]]) -> tuple[str, str]:
    """Rows as a JSON text, and the names and types that PostgreSQL reads them by."""
    typed = list(columns)
    told = [
        {name: _cell(value, type) for (name, type), value in zip(typed, row, strict=True)}
        for row in rows
    ]
    return _json(told), ", ".join(f"{name} {type}" for name, type in typed)


def _rows(connection: Connection, insert: Insert) -> _Part:
    types = _types_of(connection, insert.table)
    read = [(f"c{nth}", types[column]) for nth, column in enumerate(insert.columns)]
    values, record = _records(read, insert.rows)
    columns = ", ".join(map(_quoted, insert.columns))
    text = f"""rows_{{n}} AS (
    INSERT INTO {_quoted(insert.table)} ({columns}) SELECT {", ".join(name for name, _ in read)}
    FROM json_to_recordset(%(rows_{{n}})s::json) AS r({record}) WHERE EXISTS (SELECT FROM ev))"""
    return _Part(text, values, len(insert.rows))


def _grouped(changes: Iterable[Change]) -> Iterable[list[Change]]:
    """Changes of the same columns of a table are one UPDATE."""
    groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Change]] = {}
    for each in changes:
        groups.setdefault((each.table, tuple(each.expected), tuple(each.new)), []).append(each)
    return groups.values()


def _changed(connection: Connection, group: Sequence[Change]) -> _Part:
    first = group[0]
    types = _types_of(connection, first.table)
    expected = [(f"e{nth}", types[column]) for nth, column in enumerate(first.expected)]
    new = [(f"n{nth}", types[column]) for nth, column in enumerate(first.new)]
    values, record = _records(
        [("id", types["id"]), *expected, *new],
        [(each.id, *each.expected.values(), *each.new.values()) for each in group],
    )
    sets = ", ".join(f"{_quoted(c)} = r.n{nth}" for nth, c in enumerate(first.new))
    same = "".join(
        f" AND t.{_quoted(c)} IS NOT DISTINCT FROM r.e{nth}" for nth, c in enumerate(first.expected)
    )
    text = f"""changes_{{n}} AS (
    UPDATE {_quoted(first.table)} t SET {sets}
    FROM json_to_recordset(%(changes_{{n}})s::json) AS r({record})
    WHERE t.id = r.id{same} AND EXISTS (SELECT FROM ev) RETURNING 1)"""
    return _Part(text, values, len(group))


# --- the statement ---------------------------------------------------------------------------------


class _Shape(NamedTuple):
    """What a statement's text depends on; a handful of them are ever made."""

    inserts: tuple[str, ...]
    changes: tuple[str, ...]
    opens: bool
    moves: bool
    resolves: bool
    undoes: bool


_EVENT: Final = """ev AS (
    INSERT INTO ledger_event (id, order_id, number, kind, key, body_hash, answer, day, at, actor,
        reason, digest)
    VALUES (%(id)s, %(order_id)s, %(number)s, %(kind)s, %(key)s, %(body_hash)s, %(answer)s, %(day)s,
        %(at)s, %(actor)s, %(reason)s, %(digest)s)
    RETURNING 1)"""

_MOVES: Final = """
    SELECT id, kind, source_id, target_id, asset, amount, NULL::uuid AS resolves_id,
        NULL::uuid AS reverses_id, limited_id, granted, held, 0::bigint AS posted
    FROM json_to_recordset(%(moves)s::json) AS m(id uuid, kind text, source_id uuid,
        target_id uuid, asset text, amount bigint, limited_id uuid, granted bigint, held bigint)"""

_RESOLUTIONS: Final = """
    SELECT r.id, r.kind, h.source_id, h.target_id, h.asset, h.amount, h.id AS resolves_id,
        NULL::uuid AS reverses_id, h.limited_id, 0::bigint AS granted, -h.amount AS held,
        CASE r.kind WHEN 'post' THEN h.amount ELSE 0 END AS posted
    FROM json_to_recordset(%(resolutions)s::json) AS r(id uuid, kind text, hold uuid)
    JOIN ledger_transfer h ON h.id = r.hold AND h.kind = 'hold'"""

_UNDOINGS: Final = """
    SELECT u.id, 'reverse' AS kind, t.target_id AS source_id, t.source_id AS target_id, t.asset,
        u.amount, NULL::uuid AS resolves_id, t.id AS reverses_id, t.limited_id,
        0::bigint AS granted, 0::bigint AS held, -u.amount AS posted
    FROM json_to_recordset(%(undoings)s::json) AS u(id uuid, transfer uuid, amount bigint)
    JOIN ledger_transfer t ON t.id = u.transfer AND t.kind IN ('entry', 'post')"""

_REVERSED: Final = """reversed AS (
    INSERT INTO ledger_reversed AS x (transfer_id, amount, reversed)
    SELECT t.id, t.amount, sum(u.amount)
    FROM json_to_recordset(%(undoings)s::json) AS u(id uuid, transfer uuid, amount bigint)
    JOIN ledger_transfer t ON t.id = u.transfer
    WHERE EXISTS (SELECT FROM ev)
    GROUP BY t.id, t.amount ORDER BY t.id
    ON CONFLICT (transfer_id) DO UPDATE SET reversed = x.reversed + excluded.reversed)"""

_OPENED: Final = """opened AS (
    INSERT INTO ledger_account AS a (id, kind, owner, asset, granted, held, posted, seq)
    SELECT o.id, o.kind, o.owner, o.asset, d.granted, d.held, d.posted, d.changes
    FROM json_to_recordset(%(opened)s::json) AS o(id uuid, kind text, owner text, asset text)
    JOIN delta d ON d.id = o.id
    WHERE EXISTS (SELECT FROM ev) ORDER BY o.id
    ON CONFLICT (id) DO UPDATE
        SET granted = a.granted + excluded.granted, held = a.held + excluded.held,
            posted = a.posted + excluded.posted, seq = a.seq + excluded.seq
    RETURNING id, seq)"""

_COUNTED: Final = """delta AS (
    SELECT limited_id AS id, sum(granted)::bigint AS granted, sum(held)::bigint AS held,
        sum(posted)::bigint AS posted, count(*) AS changes
    FROM moved WHERE limited_id IS NOT NULL GROUP BY limited_id),
{opened}locked AS MATERIALIZED (
    SELECT id FROM ledger_account
    WHERE id = ANY (ARRAY (SELECT id FROM delta{others})) AND {ready}
    -- Sorted, so that two tills claiming the same vouchers can't deadlock.
    ORDER BY id FOR NO KEY UPDATE),
updated AS (
    UPDATE ledger_account a
    SET granted = a.granted + d.granted, held = a.held + d.held, posted = a.posted + d.posted,
        seq = a.seq + d.changes
    FROM delta d JOIN locked USING (id) WHERE a.id = d.id
    RETURNING a.id, a.seq),
counted AS (SELECT id, seq FROM updated{all}),
{reversed}booked AS (
    INSERT INTO ledger_transfer (id, event_id, kind, source_id, target_id, asset, amount, day,
        resolves_id, reverses_id, limited_id, seq)
    SELECT m.id, %(event)s::uuid, m.kind, m.source_id, m.target_id, m.asset, m.amount,
        %(booked)s::date, m.resolves_id, m.reverses_id, m.limited_id,
        c.seq - d.changes + row_number() OVER (PARTITION BY m.limited_id ORDER BY m.id)
    FROM moved m LEFT JOIN delta d ON d.id = m.limited_id LEFT JOIN counted c ON c.id = d.id
    WHERE EXISTS (SELECT FROM ev)
    RETURNING 1)"""


@lru_cache(maxsize=512)
def _statement(shape: _Shape) -> str:
    changes = [text.format(n=nth) for nth, text in enumerate(shape.changes)]
    parts = [
        _EVENT,
        *(text.format(n=nth) for nth, text in enumerate(shape.inserts)),
        *changes,
    ]
    changed = _sum(f"changes_{nth}" for nth in range(len(changes)))
    met = [f"{changed} = %(changes)s"] if changes else []
    moved = [
        text
        for text, wanted in (
            (_MOVES, shape.moves),
            (_RESOLUTIONS, shape.resolves),
            (_UNDOINGS, shape.undoes),
        )
        if wanted
    ]
    if moved:
        parts.append(f"moved AS ({' UNION ALL '.join(moved)})")
        parts.append(_counting(shape, " AND ".join([*met, "EXISTS (SELECT FROM ev)"])))
        met.append("(SELECT count(*) FROM booked) = %(transfers)s")
    last = f"SELECT 1 / (CASE WHEN {' AND '.join(met)} THEN 1 ELSE 0 END)" if met else "SELECT 1"
    return "WITH " + ",\n".join(parts) + "\n" + last


def _counting(shape: _Shape, ready: str) -> str:
    return _COUNTED.format(
        opened=f"{_OPENED},\n" if shape.opens else "",
        others=" EXCEPT SELECT id FROM opened" if shape.opens else "",
        all=" UNION ALL SELECT id, seq FROM opened" if shape.opens else "",
        reversed=f"{_REVERSED},\n" if shape.undoes else "",
        ready=ready,
    )


def _sum(parts: Iterable[str]) -> str:
    return " + ".join(f"(SELECT count(*) FROM {part})" for part in parts)
