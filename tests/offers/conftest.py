"""A database where a commit is one, for tests of what other threads and processes see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def transactional_db() -> None:
    """In the place of the fixture that flushes all tables, which the journal refuses.

    By its name, pytest-django knows that there must be a database.
    """


@pytest.fixture
def committed(
    transactional_db: None, django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """Changes are committed; what was changed is removed afterwards, in a tenth of a flush's time."""
    from django.db import connection

    from largesse.offers import current

    with django_db_blocker.unblock():
        current.forget()
        yield
        current.forget()
        _empty()
        connection.close()


def _empty() -> None:
    from django.apps import apps
    from django.db import connection, transaction

    tables = [
        model._meta.db_table
        for app in ("offers", "catalog", "business")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        if model._meta.model_name != "user"
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        for table in tables:
            # Keys are checked when the transaction ends.
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
