"""What a writer does when the database fails it: the same plan again, or a clear error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg import errors

from largesse.ids import uuid7
from largesse.ledger import models, postgresql, sqlite_writer, writing
from largesse.ledger.checking import check
from largesse.ledger.plan import Insert, Outcome, Plan, Recorded, Short
from largesse.ledger.writing import carry_out, together
from tests.databases import at_once
from tests.ledger.plans import book, entry, event, grant, hold, what_is_left
from tests.words import spec

pytestmark = pytest.mark.usefixtures("committed_journal")

on_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="PostgreSQL's errors"
)
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's writer")


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What happens instead of, or after, the next statements."""
    planned: list[Any] = []
    write = postgresql.write

    def faulty(raw: psycopg.Connection[Any], work: Any) -> None:
        if planned:
            planned.pop(0)(raw, lambda: write(raw, work))
        else:
            write(raw, work)

    monkeypatch.setattr(postgresql, "write", faulty)
    monkeypatch.setattr(writing, "_FIRST_PAUSE", 0.001)
    yield planned
    assert planned == []


def fails(error: type[psycopg.Error]) -> Any:
    def fail(_: Any, __: Any) -> None:
        raise error("planted")

    return fail


def killed_before(raw: psycopg.Connection[Any], do: Any) -> None:
    kill(raw)
    do()


def killed_after(raw: psycopg.Connection[Any], do: Any) -> None:
    do()
    kill(raw)
    raw.execute("SELECT 1")


def kill(raw: psycopg.Connection[Any]) -> None:
    """End the connection's server process, as a restart of the database does."""
    with psycopg.connect(raw.info.dsn, password=raw.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [raw.info.backend_pid])


@on_postgresql
@spec("OR-3", "QU-27")
@pytest.mark.parametrize(
    "fault",
    [
        fails(errors.SerializationFailure),
        fails(errors.DeadlockDetected),
        killed_before,
        killed_after,
    ],
    ids=["40001", "40P01", "lost before", "lost after the commit"],
)
def test_a_plan_is_tried_again_and_has_one_effect(faults, fault):
    grant(2)
    faults += [fault, fault] if fault is not killed_after else [fault]
    plan = Plan(event=event(), movements=(hold(), entry(5)))
    assert carry_out(plan) == Recorded(plan.event.answer, repeated=False)
    assert what_is_left() == 1
    assert models.Event.objects.count() == 2
    assert check() == ()


@on_postgresql
@spec("QU-27")
def test_a_database_that_stays_away_is_an_error_after_a_while(faults, monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE_SECONDS", 0.05)
    faults += [fails(errors.DeadlockDetected)] * 100
    plan = Plan(event=event())
    with pytest.raises(OperationalError):
        carry_out(plan)
    faults.clear()
    assert isinstance(carry_out(plan), Recorded)


@on_postgresql
def test_nothing_is_tried_twice_within_the_transaction_of_a_caller(faults):
    faults += [fails(errors.SerializationFailure)]
    with pytest.raises(OperationalError), transaction.atomic():
        book(entry(1))


def test_a_plan_within_the_transaction_of_a_caller_is_rolled_back_with_it():
    grant(1)
    with transaction.atomic():
        assert isinstance(book(hold(), entry(1)), Recorded)
        assert book(hold()) == Short()
        transaction.set_rollback(True)
    assert what_is_left() == 1
    assert isinstance(book(hold(), entry(1)), Recorded)
    assert check() == ()


# --- several plans in one transaction --------------------------------------------------------------


class Stop(Exception):
    """What is done stops here."""


@spec("QU-27")
def test_several_plans_are_carried_out_all_or_none():
    grant(1)

    def both(*, fail: bool) -> Outcome:
        book(hold())
        if fail:
            raise Stop
        return book(entry(1))

    with pytest.raises(Stop):
        together(lambda: both(fail=True))
    assert what_is_left() == 1
    assert isinstance(together(lambda: both(fail=False)), Recorded)
    assert what_is_left() == 0
    assert check() == ()


@on_postgresql
@spec("QU-27")
def test_several_plans_are_done_again_after_a_deadlock(faults):
    grant(2)
    faults += [fails(errors.DeadlockDetected), fails(errors.SerializationFailure)]
    assert isinstance(together(lambda: book(hold(), entry(5))), Recorded)
    assert what_is_left() == 1
    assert check() == ()


@on_postgresql
def test_several_plans_give_up_after_a_while_and_at_once_within_a_transaction(faults, monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE_SECONDS", 0.05)
    faults += [fails(errors.DeadlockDetected)] * 100
    with pytest.raises(OperationalError):
        together(lambda: book(entry(1)))
    faults[:] = [fails(errors.DeadlockDetected)]
    with pytest.raises(OperationalError), transaction.atomic():
        together(lambda: book(entry(1)))


# --- SQLite's writer -------------------------------------------------------------------------------


@on_sqlite
def test_plans_that_wait_are_committed_together_and_refused_apart(monkeypatch):
    grant(10)
    batches: list[int] = []
    commit = sqlite_writer._commit

    def counted(raw: sqlite3.Connection, batch: Any) -> Any:
        batches.append(len(batch))
        return commit(raw, batch)

    monkeypatch.setattr(sqlite_writer, "_commit", counted)
    outcomes = at_once(64, lambda _: book(hold()))
    assert sum(isinstance(each, Recorded) for each in outcomes) == 10
    assert sum(each == Short() for each in outcomes) == 54
    assert sum(batches) == 64
    assert len(batches) < 32


@on_sqlite
def test_a_mistake_in_one_plan_does_not_touch_those_that_are_committed_with_it():
    """Also one that SQLite finds at the commit only: a key that points nowhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE child (id char(32) PRIMARY KEY, parent bigint"
            " REFERENCES django_content_type (id) DEFERRABLE INITIALLY DEFERRED)"
        )

    def deed(client: int) -> Outcome | str:
        child = Insert(table="child", columns=("id", "parent"), rows=((uuid7(), -1),))
        unknown = Insert(table="nowhere", columns=("id",), rows=((1,),))
        inserts = {0: (child,), 1: (unknown,)}.get(client % 8, ())
        try:
            return carry_out(Plan(event=event(), movements=(entry(1),), inserts=inserts))
        except (IntegrityError, OperationalError) as error:
            return type(error).__name__

    outcomes = at_once(32, deed)
    told = [each if isinstance(each, str) else "Recorded" for each in outcomes]
    by_client = [{told[nth] for nth in range(32) if nth % 8 == kind} for kind in range(8)]
    assert by_client == [{"IntegrityError"}, {"OperationalError"}, *[{"Recorded"}] * 6]
    assert models.Transfer.objects.count() == 24
    execute_drop("child")


def execute_drop(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")


@on_sqlite
@spec("QU-27")
def test_a_full_disk_is_an_error_of_all_that_waited_and_nothing_is_half_done(monkeypatch):
    grant(64)
    connect = sqlite_writer.connect

    def small(path: Any) -> sqlite3.Connection:
        raw = connect(path)
        raw.execute("VACUUM")  # what earlier tests freed would be room
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")
        return raw

    sqlite_writer.end_writers()
    monkeypatch.setattr(sqlite_writer, "connect", small)
    filling = "x" * 50_000

    def deed(_: int) -> str:
        try:
            return type(book(hold(), entry(1), answer=filling.encode())).__name__
        except OperationalError as error:
            return str(error)

    assert "database or disk is full" in at_once(32, deed)
    monkeypatch.undo()
    sqlite_writer.end_writers()
    assert isinstance(book(hold(), entry(1)), Recorded)
    assert check() == ()


@on_sqlite
def test_a_writer_that_had_nothing_to_do_ends_and_another_one_begins(monkeypatch):
    sqlite_writer.end_writers()
    monkeypatch.setattr(sqlite_writer, "_IDLE", 0.001)
    grant(200)
    for _ in range(5):
        assert all(isinstance(each, Recorded) for each in at_once(8, lambda _: book(hold())))
    assert what_is_left() == 160
