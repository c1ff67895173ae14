"""The journal's check finds any row that was changed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from largesse.ids import uuid7
from largesse.ledger import models, triggers
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.checking import check, differences
from largesse.ledger.guards import TABLES
from largesse.ledger.plan import Grant, Plan
from largesse.ledger.writing import carry_out
from tests.ledger.plans import (
    PROMOTIONS,
    book,
    entry,
    event,
    grant,
    hold,
    next_event,
    post,
    reverse,
    void,
)
from tests.words import spec

pytestmark = pytest.mark.django_db

CLUB = Account(Kind.ALLOTMENT, "CLUB", "unit")


@pytest.fixture
def journal() -> None:
    """Every kind of transfer, of two orders and of none."""
    grant(3)
    grant(10, CLUB)
    book(Grant(id=uuid7(), account=CLUB, amount=-1))
    for _ in range(2):
        order = uuid7()
        first, second, third = hold(1), hold(2, CLUB), hold(1, CLUB)
        carry_out(Plan(event=next_event(order, "placed"), movements=(first, second, third)))
        sold, given, used = entry(500), entry(100, target=PROMOTIONS), post(second)
        ending = (post(first), used, void(third), sold, given)
        carry_out(Plan(event=next_event(order, "posted"), movements=ending))
        back = (reverse(sold, 200), reverse(given, 40), reverse(used, 1))
        carry_out(Plan(event=next_event(order, "refunded"), movements=back))
        carry_out(Plan(event=next_event(order, "refunded"), movements=(reverse(sold, 50),)))
    book(hold(1), kind="test")
    carry_out(Plan(event=event("refused", key="no")))


@pytest.fixture
def hand(journal) -> Iterator[Any]:
    """A cursor past the triggers and the constraints, as one has who owns the database."""
    triggers.drop("default")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        else:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "SELECT conrelid::regclass, conname FROM pg_constraint"
                " WHERE contype = 'c' AND conrelid::regclass::text LIKE 'ledger%'"
            )
            for table, name in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield cursor
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def is_noticed(hand: Any, statement: str, *values: Any) -> bool:
    """Whether the check finds a change, or a unique index refuses it; it is taken back."""
    before = transaction.savepoint()
    try:
        hand.execute(statement, values)
        assert hand.rowcount == 1
        return differences() != ()
    except IntegrityError:
        return True
    finally:
        transaction.savepoint_rollback(before)
        if connection.vendor == "sqlite":
            hand.execute("PRAGMA defer_foreign_keys = ON")


def other(value: Any, column: str) -> Any:
    """Another value of the same type."""
    match value:
        case None:
            key = "ledger_account" if column == "limited_id" else "ledger_transfer"
            return _some_id(key) if column.endswith("_id") else 7
        case int():
            return value + 1
        case str() if column.endswith("_id") or column == "id":
            return f"{int(value, 16) ^ 1:032x}"
        case str() if column == "kind":
            return "entry" if value != "entry" else "hold"
        case str():
            return f"{value[:-1]}x"
        case bytes() | memoryview():
            return bytes(value) + b"x"
        case date():
            return value + timedelta(days=1)
        case _:
            return type(value)(int=value.int ^ 1)


def _some_id(table: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} ORDER BY id LIMIT 1")
        return cursor.fetchone()[0]


COLUMNS = {
    model._meta.db_table: [str(field.column) for field in model._meta.concrete_fields]
    for model in (models.Account, models.Event, models.Transfer, models.Reversed)
}


@spec("QU-28", "JO-4")
@pytest.mark.usefixtures("journal")
def test_an_untouched_journal_has_no_findings():
    assert check() == ()


def key_of(table: str) -> str:
    return "transfer_id" if table == "ledger_reversed" else "id"


@spec("QU-28")
@pytest.mark.parametrize("table", COLUMNS)
def test_any_column_of_any_row_that_was_changed_by_hand_is_found(hand, table):
    """Of a row of each kind."""
    key, kind = key_of(table), "1" if table == "ledger_reversed" else "kind"
    missed = []
    for column in COLUMNS[table]:
        hand.execute(f"SELECT {key}, {column}, {kind} FROM {table} ORDER BY {key}")
        rows = {kind: (id, value) for id, value, kind in hand.fetchall()}
        update = f"UPDATE {table} SET {column} = %s WHERE {key} = %s"
        for kind_of_row, (id, value) in rows.items():
            if not is_noticed(hand, update, other(value, column), id):
                missed.append((column, kind_of_row))
    assert missed == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="others refuse what isn't of the type")
@spec("QU-28")
@pytest.mark.parametrize("table", COLUMNS)
def test_what_can_not_be_read_is_found(hand, table):
    missed = [
        (column, value)
        for column in COLUMNS[table]
        for value in ("never", b"\xff", 1.5)
        if not is_noticed(hand, f"UPDATE {table} SET {column} = %s WHERE rowid = 1", value)
    ]
    assert missed == []


@spec("QU-28")
@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_was_removed_by_hand_is_found(hand, table):
    """But for an event that booked nothing: of an order's last one the order's row knows."""
    key = key_of(table)
    where = "id IN (SELECT event_id FROM ledger_transfer)" if table == "ledger_event" else "1 = 1"
    hand.execute(f"SELECT {key} FROM {table} WHERE {where}")
    delete = f"DELETE FROM {table} WHERE {key} = %s"
    assert [id for (id,) in hand.fetchall() if not is_noticed(hand, delete, id)] == []


@spec("QU-28")
def test_rows_that_were_changed_consistently_do_not_fit_their_digest(hand):
    """Sums alone would find nothing: an entry and the bound of its reversals are raised alike."""
    sale = models.Transfer.objects.filter(kind="entry").order_by("id").first()
    assert sale is not None
    id = sale.id if connection.vendor == "postgresql" else sale.id.hex
    hand.execute("UPDATE ledger_transfer SET amount = amount + 100 WHERE id = %s", [id])
    hand.execute("UPDATE ledger_reversed SET amount = amount + 100 WHERE transfer_id = %s", [id])
    (found,) = differences()
    assert found.row == f"event {sale.event_id}"
    assert "its digest doesn't fit" in found.message


@spec("QU-28")
def test_a_finding_names_its_row_and_says_what_differs(hand):
    hand.execute("UPDATE ledger_account SET held = 5 WHERE owner = 'DV1'")
    assert [str(each) for each in differences()] == [
        "account rights:voucher DV1 (use): its counter held is 5, its transfers come to 1",
        "account rights:voucher DV1 (use): of 3 granted, 5 are held and 2 used: more than there is",
    ]


@spec("QU-28")
def test_a_trigger_that_is_gone_or_does_nothing_is_found():
    triggers.drop("default")
    gone = {each.row for each in check()}
    assert {f"trigger {name}" for name in triggers.names(connection.vendor)} <= gone
    assert {f"table {table}" for table in TABLES} <= gone
    triggers.create("default")
    assert check() == ()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RETURN NULL; END $$"
            )
        else:
            cursor.execute("DROP TRIGGER ledger_event_kept")
            cursor.execute(
                "CREATE TRIGGER ledger_event_kept BEFORE UPDATE ON ledger_event BEGIN SELECT 1; END"
            )
    assert "table ledger_event: the database let an update happen" in map(str, check())


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a setting of SQLite's connections")
@spec("QU-28")
def test_a_connection_that_replaces_past_the_triggers_is_found():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            assert [str(each) for each in check()] == [
                "table ledger_event: the database let a replacement happen"
            ]
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")


def test_the_check_itself_leaves_nothing():
    assert check() == ()
    for model in (models.Account, models.Event, models.Transfer, models.Reversed):
        assert not model.objects.exists()
