"""Where the records live: a database URL becomes Django's settings for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_AT_CONNECT: Final = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
)
"""`recursive_triggers` makes INSERT OR REPLACE ask the triggers that refuse deletions too."""

SCHEMA_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")

POOL: Final[dict[str, Any]] = {
    "min_size": 1,
    "max_size": 32,
    # Seconds. Who waits longer for a connection is told to come again.
    "timeout": 2,
    # While the database is away, the pool tries again after 1, 2, 4, 8 … seconds. Given up this
    # soon, it tries anew whenever somebody asks, and so is back as soon as the database.
    "reconnect_timeout": 1,
}


class Unusable(Exception):
    """The database can't be used as it is; the message says why and what to do."""


def database_settings(url: str, schema: str) -> dict[str, Any]:
    """Django's settings for `sqlite:///path` or `postgresql://user:password@host/name`.

    On PostgreSQL everything lives in the schema, and nothing outside it (QU-10). Raises ValueError for
    a URL of any other kind, and for a schema whose name would have to be quoted.
    """
    if not SCHEMA_NAME.fullmatch(schema):
        raise ValueError(
            f"{schema!r} is no schema; its name is small letters, digits and _, such as largesse"
        )
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path.removeprefix("/") or "largesse.sqlite3")))
    if parts.scheme in ("postgresql", "postgres"):
        options: dict[str, Any] = {
            **dict(parse_qsl(parts.query)),
            "options": f"-c search_path={schema}",
            "server_side_binding": True,
            "prepare_threshold": 0,
            "pool": POOL,
        }
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": options,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError(
        f"{url!r} is no database; write sqlite:///largesse.sqlite3 or "
        "postgresql://user:password@host/name"
    )


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Opened once a thread, for opening takes longer than most queries.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_AT_CONNECT,
        },
    }
