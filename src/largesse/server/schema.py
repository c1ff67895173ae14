"""The database's tables against this program's: behind, the same, or ahead."""

from __future__ import annotations

import time
from typing import Final

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from largesse.server.database import Unusable

TRIES: Final = 30


def unapplied() -> tuple[str, ...]:
    """The migrations that the database lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)


def unheard_of() -> tuple[str, ...]:
    """The migrations of our own that the database has and this program does not know."""
    loader = MigrationExecutor(connection).loader
    known = set(loader.graph.nodes)
    return tuple(
        sorted(
            f"{app}.{name}"
            for app, name in loader.applied_migrations
            if app in loader.migrated_apps and (app, name) not in known
        )
    )


def bring_up_to_date() -> bool:
    """Apply what is missing; whether anything was. Raises Unusable where the database is ahead.

    Several processes may start at once on one database: one applies a migration, the others fail at
    it, look again, and find it done.
    """
    _check_not_ahead()
    missing = unapplied()
    for attempt in range(TRIES):
        if not unapplied():
            break
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except DatabaseError:
            if attempt == TRIES - 1:
                raise
            connection.close()
            time.sleep(0.5)
    return bool(missing)


def check_up_to_date() -> None:
    """Raises Unusable where the database is ahead of this program, or behind."""
    _check_not_ahead()
    if missing := unapplied():
        raise Unusable(
            f"The database lacks {len(missing)} migrations of this version of Largesse, such as "
            f"{missing[0]}. `largesse serve` applies them."
        )


def _check_not_ahead() -> None:
    if ahead := unheard_of():
        raise Unusable(
            f"The database was made by a newer Largesse ({ahead[-1]}). Install that version or "
            "restore a backup."
        )
