"""On PostgreSQL a business lives in one schema, and nothing of it outside (QU-10)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections


def before_migrations(using: str, **_: Any) -> None:
    """Make the schema before the first table of it.

    Django's migrations send several commands in one string, which can't be prepared; everything else
    is prepared from its first use on.
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        name = connection.ops.quote_name(settings.SCHEMA)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")
        connection.connection.prepare_threshold = None


def after_migrations(using: str, **_: Any) -> None:
    """From here on statements are prepared again."""
    connection = connections[using]
    if connection.vendor == "postgresql" and connection.connection is not None:
        threshold = connection.settings_dict["OPTIONS"]["prepare_threshold"]
        connection.connection.prepare_threshold = threshold
