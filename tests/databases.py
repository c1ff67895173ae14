"""Databases for tests that commit: other threads and other processes see what they write.

The journal refuses to be emptied, which is what Django does after such a test. `committed_database`
empties it before, with the triggers taken away; the signal that ends a migration makes them anew.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


@pytest.fixture
def committed_database(transactional_db: None) -> Iterator[str]:
    """The test database, where a commit is one; its URL, for other processes. Emptied afterwards.

    Use it beside `live_server` too.
    """
    from django.db import connection

    from largesse.ledger import triggers
    from largesse.ledger.sqlite_writer import end_writers

    yield database_url(connection.settings_dict)
    end_writers()
    empty_journal()
    triggers.drop(connection.alias)


@pytest.fixture
def committed_journal(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The same for tests that write the journal alone: it is emptied in a tenth of the time."""
    from django.db import connection

    from largesse.ledger.sqlite_writer import end_writers

    with django_db_blocker.unblock():
        settings = connection.settings_dict
        if settings["NAME"] != settings["TEST"]["NAME"]:
            # pytest-django makes it only if one of the tests of this run asks for its own fixtures.
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        yield
        end_writers()
        empty_journal()
        connection.close()


def empty_journal() -> None:
    """Remove all that is journaled."""
    from django.db import connection

    from largesse.ledger import triggers

    triggers.drop(connection.alias)
    with connection.cursor() as cursor:
        for table in ("reversed", "transfer", "event", "account"):
            cursor.execute(f"DELETE FROM ledger_{table}")
    triggers.create(connection.alias)


def database_url(settings: dict[str, Any]) -> str:
    """The address of the database that settings name."""
    if settings["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{settings['NAME']}"
    url = os.environ["LARGESSE_DATABASE"]
    head, _, query = url.partition("?")
    return f"{head.rpartition('/')[0]}/{settings['NAME']}" + (f"?{query}" if query else "")


def at_once(times: int, deed: Callable[[int], T]) -> list[T]:
    """What so many threads get that do something at the same moment; each closes its connection."""
    from django.db import connection

    start = Barrier(times)

    def one(nth: int) -> T:
        start.wait()
        try:
            return deed(nth)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def in_processes(times: int, deed: Callable[[int], T]) -> list[T]:
    """What so many processes get that do something at the same moment, each with its own connections.

    They are forked, as a server's workers are; `deed` gets the number of its process.
    """
    from django.db import connections

    from largesse.ledger.sqlite_writer import end_writers

    connections.close_all()
    if connections["default"].vendor == "postgresql":
        connections["default"].close_pool()  # type: ignore[attr-defined]
    end_writers()
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(times)
    ends = [fork.Pipe(duplex=False) for _ in range(times)]

    def one(nth: int) -> None:
        start.wait()
        try:
            ends[nth][1].send(deed(nth))
        except BaseException as error:
            ends[nth][1].send(error)

    processes = [fork.Process(target=one, args=(nth,)) for nth in range(times)]
    for process in processes:
        process.start()
    told = [receiver.recv() for receiver, _ in ends]
    for process in processes:
        process.join()
    for error in told:
        if isinstance(error, BaseException):
            raise error
    return told
