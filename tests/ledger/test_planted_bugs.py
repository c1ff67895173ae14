"""What the concurrency tests and the check are worth: a careless writer turns them red."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from largesse.ledger import models
from largesse.ledger.checking import differences
from tests.databases import at_once, empty_journal
from tests.ledger.plans import VOUCHER, book, event, grant, hold
from tests.words import spec

CLIENTS = 8

COUNTS = "held = held + 1, seq = seq + 1"
SAVES = "held = {held} + 1, seq = {seq} + 1"
"""Read, then save: what an ORM's save() does."""


@pytest.fixture
def one_left(committed_journal: None) -> None:
    grant(2)
    book(hold())


@pytest.fixture
def without(one_left: None) -> Iterator[Callable[[str], None]]:
    """Take a guard away for one test."""
    dropped: list[str] = []

    def drop(guard: str) -> None:
        dropped.append(guard)
        if guard == "ledger_transfer_seq":
            execute("DROP INDEX ledger_transfer_seq")
        elif connection.vendor == "postgresql":
            execute(f"ALTER TABLE ledger_account DROP CONSTRAINT {guard}")

    yield drop
    empty_journal()
    if "ledger_transfer_seq" in dropped:
        execute(
            "CREATE UNIQUE INDEX ledger_transfer_seq ON ledger_transfer (limited_id, seq)"
            " WHERE limited_id IS NOT NULL"
        )
    if "account_limit" in dropped and connection.vendor == "postgresql":
        execute(
            "ALTER TABLE ledger_account ADD CONSTRAINT account_limit"
            " CHECK (held + posted <= granted)"
        )


def careless(change: str, *, unchecked: bool = False) -> Counter[str]:
    """What the clients of a writer get that reads what is left, and takes it a moment later.

    `change` is how it counts; {held} and {seq} are what it read. SQLite can't drop a CHECK, but
    `unchecked` connections ignore them.
    """
    all_have_read = Barrier(CLIENTS)

    def claim(_: int) -> str:
        account = models.Account.objects.get(id=VOUCHER.id)
        assert account.granted is not None
        assert account.held is not None
        all_have_read.wait()
        if account.granted - account.held < 1:
            return "short"
        if unchecked and connection.vendor == "sqlite":
            execute("PRAGMA ignore_check_constraints = ON")
        try:
            with transaction.atomic():
                _take(change.format(held=account.held, seq=account.seq))
        except IntegrityError:
            return "refused"
        return "taken"

    return Counter(at_once(CLIENTS, claim))


def _take(change: str) -> None:
    told, taken = event(), hold()
    (seq,) = execute(f"UPDATE ledger_account SET {change} WHERE id = %s RETURNING seq", VOUCHER.id)
    execute(
        "INSERT INTO ledger_event (id, kind, key, body_hash, answer, day, at, actor, reason, digest)"
        " VALUES (%s, 'test', %s, '', %s, '2026-11-21', '2026-11-21 00:00:00', '', '', %s)",
        told.id,
        told.key,
        b"",
        b"",
    )
    execute(
        "INSERT INTO ledger_transfer (id, event_id, kind, source_id, target_id, asset, amount, day,"
        " limited_id, seq) VALUES (%s, %s, 'hold', %s, %s, 'use', 1, '2026-11-21', %s, %s)",
        taken.id,
        told.id,
        VOUCHER.id,
        taken.target.id,
        VOUCHER.id,
        seq,
    )


def execute(statement: str, *values: Any) -> tuple[Any, ...]:
    on_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [each.hex if isinstance(each, UUID) and on_sqlite else each for each in values] or None,
        )
        return cursor.fetchone() if "RETURNING" in statement else ()


def said() -> set[str]:
    """What the check says of the account."""
    return {each.message for each in differences() if each.row.startswith("account")}


@spec("QU-20", "OR-6")
@pytest.mark.usefixtures("one_left")
def test_a_writer_that_checks_and_then_acts_is_refused_by_the_database():
    """And its clients see errors, where they should be told that nothing is left."""
    assert careless(COUNTS) == {"taken": 1, "refused": 7}
    assert said() == set()


@spec("QU-20", "QU-28")
def test_without_the_bound_too_much_is_given_and_the_check_says_so(without):
    without("account_limit")
    assert careless(COUNTS, unchecked=True) == {"taken": 8}
    assert said() == {"of 2 granted, 9 are held and 0 used: more than there is"}


@spec("QU-20", "OR-6")
@pytest.mark.usefixtures("one_left")
def test_a_writer_that_saves_what_it_read_is_refused_by_the_number_of_the_change():
    assert careless(SAVES) == {"taken": 1, "refused": 7}
    assert said() == set()


@spec("QU-20", "QU-28")
def test_without_the_number_updates_are_lost_within_every_bound_and_the_check_says_so(without):
    without("ledger_transfer_seq")
    assert careless(SAVES) == {"taken": 8}
    assert said() == {
        "its counter held is 2, its transfers come to 9",
        "it has counted 3 changes, and there are 10 transfers of it, with the numbers 1 to 3: "
        "a change was lost",
    }
