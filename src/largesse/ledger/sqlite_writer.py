"""SQLite has one writer at a time: one thread of a process takes all plans that wait, and commits them
together.

A file beside the database keeps the writers of several processes apart, so that none starves. A plan is
answered after the commit: nothing that was acknowledged can be lost.
"""

from __future__ import annotations

import fcntl
import os
import queue
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from largesse.ledger.plan import Outcome
from largesse.ledger.sqlite import Refusal, stored, write
from largesse.ledger.work import Work

TOGETHER: Final = 64
"""So many plans are committed together at most."""

_TIMEOUT: Final = 20.0
"""Seconds to wait for a writer that isn't the ledger's."""

_IDLE: Final = 60.0
"""A writer that had nothing to do for so many seconds ends; the next plan starts another."""


class _Waiting(NamedTuple):
    work: Work
    answer: Future[Outcome]


class Writer:
    """The thread that writes one database file."""

    def __init__(self, path: Path):
        self.path = path
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._ended = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self._run, name=f"ledger writer of {path.name}", daemon=True
        )
        self._thread.start()

    def put(self, work: Work) -> Future[Outcome] | None:
        """Let the plan wait for its turn; None if this writer has ended."""
        answer: Future[Outcome] = Future()
        with self._lock:
            if self._ended:
                return None
            self._queue.put(_Waiting(work, answer))
        return answer

    def end(self) -> None:
        """Write what waits, and end."""
        with self._lock:
            if not self._ended:
                self._ended = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while batch := self._next():
            try:
                if connection is None:
                    connection = connect(self.path)
                _together(connection, self.path, batch)
            except BaseException as error:
                # The file may be another one now, or the disk full: the next batch begins anew.
                if connection is not None:
                    with suppress(sqlite3.Error):
                        connection.close()
                    connection = None
                _fail(batch, error)
        if connection is not None:
            connection.close()

    def _next(self) -> list[_Waiting]:
        """The plans that wait, as soon as one does; none when it is time to end."""
        try:
            batch = [self._queue.get(timeout=_IDLE)]
        except queue.Empty:
            with self._lock:
                self._ended = True
                if self._queue.empty():
                    return []
            batch = [self._queue.get()]
        with suppress(queue.Empty):
            while len(batch) < TOGETHER and batch[-1] is not None:
                batch.append(self._queue.get_nowait())
        if batch[-1] is None and len(batch) > 1:
            self._queue.put(None)
        return [each for each in batch if each is not None]


_writers: dict[Path, Writer] = {}
_lock = threading.Lock()


def carry_out(path: Path, work: Work) -> Outcome:
    """Hand the plan to the file's writer and wait for the answer. Raises sqlite3.Error."""
    while True:
        with _lock:
            writer = _writers.get(path)
            if writer is None:
                writer = _writers[path] = Writer(path)
            answer = writer.put(work)
            if answer is None:
                del _writers[path]
        if answer is not None:
            return answer.result()


def end_writers() -> None:
    """End the writers of this process: before a file is moved or removed."""
    with _lock:
        ended = list(_writers.values())
        _writers.clear()
    for writer in ended:
        writer.end()


def _forget() -> None:
    """A forked process has none of its parent's threads."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    _writers.clear()


os.register_at_fork(after_in_child=_forget)


# --- on the writer's thread ------------------------------------------------------------------------


def connect(path: Path) -> sqlite3.Connection:
    """A connection that keeps what it commits, and asks every trigger."""
    if not path.exists():
        raise sqlite3.OperationalError(f"there is no database {path}")
    connection = sqlite3.connect(path, timeout=_TIMEOUT, isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def attempt(connection: sqlite3.Connection, work: Work) -> Outcome:
    """Carry the plan out within the transaction that is under way, or leave no trace of it."""
    connection.execute("SAVEPOINT plan")
    try:
        outcome: Outcome = write(connection, work)
    except BaseException as error:
        # A full disk may have rolled everything back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK TO plan")
            connection.execute("RELEASE plan")
        if not isinstance(error, Refusal):
            raise
        # Whatever it was refused for: a key that has been answered is answered the same.
        return stored(connection, work) or error.outcome
    connection.execute("RELEASE plan")
    return outcome


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other writer of the ledger, in whatever process, is at work."""
    with open(f"{path}-writer", "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _together(connection: sqlite3.Connection, path: Path, batch: Sequence[_Waiting]) -> None:
    """Commit a batch, then answer each of its plans."""
    try:
        with _alone(path):
            answers = _commit(connection, batch)
    except sqlite3.IntegrityError as error:
        # A key of the caller's own rows, checked at the commit only, is wrong in one of them.
        if len(batch) == 1:
            _fail(batch, error)
            return
        for each in batch:
            _together(connection, path, [each])
        return
    for (_, waiting), answer in zip(batch, answers, strict=True):
        if isinstance(answer, Exception):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)


def _commit(connection: sqlite3.Connection, batch: Sequence[_Waiting]) -> list[Outcome | Exception]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        answers = [_answer(connection, each.work) for each in batch]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return answers


def _answer(connection: sqlite3.Connection, work: Work) -> Outcome | Exception:
    """How a plan ends. A mistake in its rows is its own; trouble with the file is everybody's."""
    try:
        return attempt(connection, work)
    except Exception as error:
        if not connection.in_transaction or _is_everybodys(error):
            raise
        return error


def _is_everybodys(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and (
        error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_ERROR
    )


def _fail(batch: Sequence[_Waiting], error: BaseException) -> None:
    for each in batch:
        if not each.answer.done():
            each.answer.set_exception(error)
