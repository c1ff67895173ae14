"""The only writer of the journal: a plan is carried out whole, once for its key, or not at all."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import Error

from largesse.ledger import postgresql, sqlite_writer
from largesse.ledger.plan import Outcome, Plan, Recorded
from largesse.ledger.reading import stored_answer
from largesse.ledger.work import Work, work_of

PATIENCE_SECONDS: Final = 3.0
"""So long a plan is tried again after a deadlock or while the database is away."""

_FIRST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 0.25

Result = TypeVar("Result")

_known: set[tuple[str, UUID]] = set()
"""Accounts without limit that this process has seen in a database, so that it need not insert them."""


def carry_out(plan: Plan) -> Outcome:
    """Do all that a plan says, or nothing.

    Safe for threads and after a fork. The same key and body are answered the same for ever (OR-3).
    Within `atomic()` the plan is part of the caller's transaction, and nothing is tried twice.

    Raises ValueError for a plan that can never be carried out, IntegrityError or DataError where the
    caller's own rows are refused, OperationalError where the database stays away: then it may have been
    carried out, and the same plan can be sent again.
    """
    work = work_of(plan)
    if connection.vendor == "postgresql":
        return _on_postgresql(work)
    if connection.vendor == "sqlite":
        return _on_sqlite(work)
    raise NotImplementedError(
        f"The ledger runs on PostgreSQL and SQLite, not on {connection.vendor}."
    )


def together(do: Callable[[], Result]) -> Result:
    """Do what carries out several plans: all of them, or, where it raises, none.

    It is done again after a deadlock. Within `atomic()` it is part of the caller's transaction, and
    nothing is tried twice. Raises what it raises, and OperationalError where the database stays away.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    pause = _FIRST_PAUSE
    while True:
        try:
            with transaction.atomic():
                return do()
        except OperationalError as error:
            is_own = not connection.in_atomic_block
            again = is_own and postgresql.is_worth_retrying(error.__cause__)
            if not again or time.monotonic() + pause > until:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _on_sqlite(work: Work) -> Outcome:
    path = Path(connection.settings_dict["NAME"])
    if connection.in_atomic_block or not path.is_file():
        with transaction.atomic(), connection.wrap_database_errors:
            connection.ensure_connection()
            raw: sqlite3.Connection = connection.connection
            return sqlite_writer.attempt(raw, work)
    with connection.wrap_database_errors:
        return sqlite_writer.carry_out(path, work)


# --- PostgreSQL ------------------------------------------------------------------------------------


def _on_postgresql(work: Work) -> Outcome:
    if connection.in_atomic_block:
        return _attempt(work)
    until = time.monotonic() + PATIENCE_SECONDS
    pause = _FIRST_PAUSE
    while True:
        try:
            return _attempt(work)
        except OperationalError as error:
            again = postgresql.is_worth_retrying(error.__cause__) or _is_lost(connection)
            if not again or time.monotonic() + pause > until:
                raise
        # The answer may have been lost after the commit: then the key is found, and answered.
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _attempt(work: Work) -> Outcome:
    try:
        _write(work)
    except Error as error:
        if not postgresql.is_account_missing(error.__cause__):
            return _settled(work, error)
        # The table was emptied since this process saw the account.
        _known.clear()
        try:
            _write(work)
        except Error as second:
            return _settled(work, second)
    return Recorded(work.event.answer)


def _settled(work: Work, error: Error) -> Outcome:
    """What a refusal means. Raises the error, where it isn't one of the ledger's."""
    refused = postgresql.outcome_of(error.__cause__)
    if refused is None and not postgresql.is_key_taken(error.__cause__):
        raise error
    # Whatever it was refused for: a key that has been answered is answered the same.
    outcome = stored_answer(work.event.key, work.event.body_hash, by=work.event.id) or refused
    if outcome is None:
        raise error
    return outcome


def _write(work: Work) -> None:
    with connection.wrap_database_errors:
        connection.ensure_connection()
        if connection.in_atomic_block:
            with transaction.atomic():
                postgresql.open_accounts(connection.connection, work.unlimited())
                postgresql.write(connection.connection, work)
        else:
            _open_accounts(work)
            postgresql.write(connection.connection, work)


def _open_accounts(work: Work) -> None:
    """Before the plan and apart from it: one without limit does no harm if the plan is refused."""
    settings = connection.settings_dict
    place = f"{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    missing = [each for each in work.unlimited() if (place, each.id) not in _known]
    if missing:
        postgresql.open_accounts(connection.connection, missing)
        _known.update((place, each.id) for each in missing)


def _is_lost(wrapper: BaseDatabaseWrapper) -> bool:
    """Whether the connection is gone; then it is given back, so that the next use makes another."""
    if wrapper.connection is not None and not wrapper.connection.closed:
        return False
    wrapper.close()
    return True
