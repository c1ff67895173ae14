"""Whether a fault is the database's absence, which passes, or a mistake, which does not (QU-22)."""

from __future__ import annotations

from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError, connection

RETRY_AFTER_SECONDS: Final = "1"
"""What whoever met an outage is told to wait."""

_STATES: Final = ("08", "53", "57", "40", "58", "55")
"""SQLSTATE classes: connection, resources, operator intervention, retry, system, locks."""

_SENTENCES: Final = ("unable to open", "locked", "busy", "disk", "readonly", "interrupted")
"""SQLite has no states."""


def is_passing(error: BaseException | None) -> bool:
    """Whether the database can't be had just now, rather than was asked for something wrong."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, DatabaseError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_STATES)
    if connection.vendor == "sqlite":
        said = str(error).lower()
        return any(sentence in said for sentence in _SENTENCES)
    # psycopg has no state where there was no answer at all.
    return isinstance(error, OperationalError)


def drop_dead_connections() -> None:
    """After a restart of PostgreSQL the pool tries those it has, and replaces those that are dead."""
    pool = getattr(connection, "pool", None)
    if pool is not None:
        pool.check()
