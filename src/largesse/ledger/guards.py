"""What keeps the journal as it is must be there, and must refuse: it is tried, and rolled back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, transaction
from django.db.utils import Error

from largesse.ids import uuid7
from largesse.ledger import triggers

_CONSTRAINTS: Final = (
    "account_counters",
    "account_held",
    "account_limit",
    "account_posted",
    "event_of_order",
    "ledger_account_asset",
    "ledger_account_name",
    "ledger_event_key",
    "ledger_event_number",
    "ledger_reversed_transfer",
    "ledger_transfer_event",
    "ledger_transfer_resolved",
    "ledger_transfer_resolves",
    "ledger_transfer_reversed",
    "ledger_transfer_seq",
    "ledger_transfer_source",
    "ledger_transfer_target",
    "reversed_bounds",
    "transfer_amount",
    "transfer_ends",
    "transfer_kind",
    "transfer_limited",
    "transfer_resolves",
    "transfer_reverses",
    "transfer_seq",
)

_ON_POSTGRESQL: Final = """
SELECT conname FROM pg_constraint WHERE convalidated AND conrelid IN ({tables})
UNION ALL SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indisunique AND i.indisvalid AND i.indrelid IN ({tables})
UNION ALL SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND tgrelid IN ({tables})
"""

_NOT_PERMITTED: Final = "42501"
"""PostgreSQL's code: the role that asks has not the right to."""

TABLES: Final = (*triggers.APPEND_ONLY, *triggers.COUNTED)


def guards() -> Iterator[tuple[str, str]]:
    """Each guard that isn't there or doesn't refuse: its row in the findings, and a sentence."""
    there = _there()
    for name in (*_CONSTRAINTS, *triggers.names(connection.vendor)):
        if name not in there:
            kind = "constraint" if name in _CONSTRAINTS else "trigger"
            yield f"{kind} {name}", "the database doesn't have it; migrate to have it made again"
    for what, statements in _changes():
        if not _is_refused(statements):
            yield f"table {what[1]}", f"the database let {what[0]} happen"


def _there() -> set[str]:
    """The names of the constraints and triggers that hold."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = ", ".join(f"'{table}'::regclass" for table in TABLES)
            cursor.execute(_ON_POSTGRESQL.format(tables=tables))
            return {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name LIKE 'ledger%'")
        rows = cursor.fetchall()
    said = " ".join(sql or "" for _, sql in rows)
    return {name for name, _ in rows} | set(re.findall(r"CONSTRAINT (\w+)", said))


def _changes() -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Changes that must be refused, each with the rows that it needs."""
    new = {
        name: f"'{uuid7() if connection.vendor == 'postgresql' else uuid7().hex}'"
        for name in "aset"
    }
    account = (
        "INSERT INTO ledger_account (id, kind, owner, asset, seq)"
        " VALUES ({a}, 'check', 'a', 'check', 0), ({s}, 'check', 's', 'check', 0)"
    )
    event = (
        "INSERT INTO ledger_event (id, kind, key, body_hash, answer, day, at, actor, reason, digest)"
        " VALUES ({e}, 'check', {e}, '', '', '2000-01-01', '2000-01-01 00:00:00', '', '', '')"
    )
    transfer = (
        "INSERT INTO ledger_transfer (id, event_id, kind, source_id, target_id, asset, amount, day)"
        " VALUES ({t}, {e}, 'entry', {a}, {s}, 'check', 2, '2000-01-01')"
    )
    backed = "INSERT INTO ledger_reversed (transfer_id, amount, reversed) VALUES ({t}, 2, 2)"
    made = (account, event, transfer, backed)
    tried: list[tuple[str, str, str]] = [
        ("an update", "ledger_event", "SET kind = 'other' WHERE id = {e}"),
        ("an update", "ledger_transfer", "SET amount = 3 WHERE id = {t}"),
        ("a change of its name", "ledger_account", "SET owner = 'b' WHERE id = {a}"),
        ("a change of its bound", "ledger_reversed", "SET amount = 9 WHERE transfer_id = {t}"),
        ("a fall of its count", "ledger_reversed", "SET reversed = 1 WHERE transfer_id = {t}"),
    ]
    for what, table, change in tried:
        yield (what, table), tuple(s.format(**new) for s in (*made, f"UPDATE {table} {change}"))
    for table, key in zip(
        TABLES, ("id = {e}", "id = {t}", "id = {a}", "transfer_id = {t}"), strict=True
    ):
        statement = f"DELETE FROM {table} WHERE {key}"
        yield ("a deletion", table), tuple(s.format(**new) for s in (*made, statement))
    if connection.vendor == "sqlite":
        # It deletes past the triggers, unless the connection has recursive_triggers.
        replace = event.replace("INSERT", "INSERT OR REPLACE", 1)
        yield ("a replacement", "ledger_event"), tuple(s.format(**new) for s in (event, replace))


def _is_refused(statements: tuple[str, ...]) -> bool:
    """Whether a trigger refuses the last of the statements; all of them are rolled back."""
    *before, last = statements
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement)
        refused = _execute(cursor, last)
        transaction.set_rollback(True)
    return refused


def _execute(cursor: Any, statement: str) -> bool:
    try:
        with transaction.atomic():
            cursor.execute(statement)
    except Error as error:
        denied = getattr(error.__cause__, "sqlstate", None) == _NOT_PERMITTED
        return denied or triggers.REFUSAL in str(error)
    return False
