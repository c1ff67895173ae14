"""What a production start refuses (QU-45): each fault is told, and all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from largesse.server.environment import said

KEY_LENGTH: Final = 50

LOSES_COMMITS: Final = ("fsync", "synchronous_commit", "full_page_writes")
"""PostgreSQL settings of which `off` can lose what was acknowledged."""

SQLITE_FULL: Final = 2


@register(Tags.security)
def check_settings(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """What the environment says."""
    return list(_settings_faults()) if settings.PRODUCTION else []


@register(Tags.database)
def check_databases(app_configs: Any, databases: Any = None, **_: Any) -> list[CheckMessage]:
    """What the databases themselves are set to; asked only where databases are to be checked."""
    if not settings.PRODUCTION:
        return []
    return [fault for alias in databases or () for fault in _database_faults(alias)]


def _settings_faults() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("LARGESSE_DEBUG is 1.", hint="Take it away.", id="largesse.E001")
    if settings.SECRET_KEY == settings.DEVELOPMENT_KEY:
        yield Error(
            "LARGESSE_SECRET_KEY is not set.",
            hint='Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="largesse.E002",
        )
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if key != settings.DEVELOPMENT_KEY and _is_weak(key):
            yield Error(
                f"A secret key has {len(key)} characters, {len(set(key))} of them different.",
                hint=f"At least {KEY_LENGTH} random ones are needed.",
                id="largesse.E003",
            )
    if not settings.ALLOWED_HOSTS:
        yield Error(
            "LARGESSE_HOSTS is not set.",
            hint="Name what the server is reached by, such as LARGESSE_HOSTS=shop.example.com",
            id="largesse.E004",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "LARGESSE_HOSTS is *, any name at all.", hint="Name the hosts.", id="largesse.E005"
        )
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) is None:
        yield Error(
            "Nothing in front of the server is said to speak HTTPS.",
            hint="Put a proxy there that sets X-Forwarded-Proto, and LARGESSE_BEHIND_PROXY=1.",
            id="largesse.E006",
        )
    if said("DEMO_PASSWORD"):
        yield Error("LARGESSE_DEMO_PASSWORD is set.", hint="Take it away.", id="largesse.E007")


def _is_weak(key: str) -> bool:
    return len(key) < KEY_LENGTH or len(set(key)) < 10


def _database_faults(alias: str) -> Iterator[CheckMessage]:
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            found = cursor.fetchone()[0]
            if found < SQLITE_FULL:
                yield Error(
                    f"SQLite is set to lose commits: synchronous is {found}.",
                    hint="It has to be FULL (2) or EXTRA (3).",
                    id="largesse.E010",
                )
            return
        for name in LOSES_COMMITS:
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] == "off":
                yield Error(
                    f"PostgreSQL is set to lose commits: {name} is off.",
                    hint=f"Set {name} = on in postgresql.conf.",
                    id="largesse.E011",
                )
        cursor.execute("SHOW is_superuser")
        if cursor.fetchone()[0] == "on":
            yield Warning(
                "The database user is a superuser: nothing in the database stops it.",
                hint="Give the server a user of its own that owns the schema and no more.",
                id="largesse.W012",
            )
