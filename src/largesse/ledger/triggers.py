"""What is journaled stays: the database refuses to change or remove it (JO-1).

Django rebuilds a SQLite table when it alters one, and the triggers are gone then; so they are made anew
after every migration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import connections

APPEND_ONLY: Final = ("ledger_event", "ledger_transfer")
"""Tables of which no row ever changes."""

COUNTED: Final = {
    "ledger_account": ("id", "kind", "owner", "asset"),
    "ledger_reversed": ("transfer_id", "amount"),
}
"""Tables whose counters change, and the columns that don't."""

REFUSAL: Final = "the journal is append-only: book a reversal instead"

_FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
"""


def names(vendor: str) -> tuple[str, ...]:
    """The names of all triggers of an engine, sorted."""
    return tuple(sorted(name for name, _, _ in _wanted(vendor)))


def create(using: str) -> None:
    """Make the triggers; those that are there are made anew."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for name, table, body in _wanted(connection.vendor):
            _drop_one(cursor, connection.vendor, name, table)
            cursor.execute(f"CREATE TRIGGER {name} {body}")


def drop(using: str) -> None:
    """Remove the triggers: for tests that empty the tables."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table, _ in _wanted(connection.vendor):
            _drop_one(cursor, connection.vendor, name, table)


def after_migrations(using: str, **_: Any) -> None:
    """Make the triggers, where the ledger's tables are."""
    if "ledger_reversed" in connections[using].introspection.table_names():
        create(using)


def _drop_one(cursor: Any, vendor: str, name: str, table: str) -> None:
    where = f" ON {table}" if vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


def _wanted(vendor: str) -> Iterator[tuple[str, str, str]]:
    """Name, table and body of each trigger."""
    postgresql = vendor == "postgresql"
    refuse = (
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        if postgresql
        else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    for table in (*APPEND_ONLY, *COUNTED):
        columns = f" OF {', '.join(COUNTED[table])}" if table in COUNTED else ""
        yield f"{table}_kept", table, f"BEFORE UPDATE{columns} ON {table} {refuse}"
        yield f"{table}_stays", table, f"BEFORE DELETE ON {table} {refuse}"
        if postgresql:
            yield f"{table}_whole", table, f"BEFORE TRUNCATE ON {table} {refuse}"
    # What has been reversed only rises.
    when = "WHEN (NEW.reversed < OLD.reversed)"
    falls = (
        f"BEFORE UPDATE ON ledger_reversed FOR EACH ROW {when} EXECUTE FUNCTION ledger_refuse()"
        if postgresql
        else f"BEFORE UPDATE ON ledger_reversed {when} {refuse}"
    )
    yield "ledger_reversed_rises", "ledger_reversed", falls
