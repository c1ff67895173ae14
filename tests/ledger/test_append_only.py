"""The database refuses to change or remove what is journaled, and an entry that isn't balanced."""

from __future__ import annotations

import pytest
from django.db import Error, IntegrityError, connection, transaction

from largesse.ids import uuid7
from largesse.ledger import models, triggers
from largesse.ledger.accounts import Account, Kind
from tests.ledger.plans import SALES, book, entry, grant, reverse
from tests.words import spec

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale():
    """A sale of 3.00, of which 1.00 was given back."""
    grant(1)
    sold = entry(300)
    book(sold)
    book(reverse(sold, 100))
    return sold


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@spec("JO-1")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_event SET actor = 'other'",
        "UPDATE ledger_transfer SET amount = 299",
        "UPDATE ledger_account SET owner = 'other'",
        "UPDATE ledger_reversed SET amount = 1000",
        "UPDATE ledger_reversed SET reversed = 50",
        "DELETE FROM ledger_event",
        "DELETE FROM ledger_transfer",
        "DELETE FROM ledger_account",
        "DELETE FROM ledger_reversed",
    ],
)
@pytest.mark.usefixtures("sale")
def test_an_update_and_a_deletion_are_refused(statement):
    with pytest.raises(Error, match=triggers.REFUSAL):
        execute(statement)


@spec("JO-1")
@pytest.mark.usefixtures("sale")
def test_a_table_is_emptied_by_no_other_way_either():
    for table in (*triggers.APPEND_ONLY, *triggers.COUNTED):
        other = (
            f"TRUNCATE {table} CASCADE"
            if connection.vendor == "postgresql"
            else f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        )
        with pytest.raises(Error, match=triggers.REFUSAL):
            execute(other)


@spec("JO-1")
def test_an_entry_moves_one_amount_of_one_asset_from_one_account_to_another(sale):
    """Its shape can't hold debits that differ from the credits; its ends and its amount are checked."""
    book(entry(1, *(Account(kind, "", "EUR") for kind in (Kind.SALES, Kind.RECEIVABLES))))
    euros = Account(Kind.SALES, "", "EUR").id
    event = models.Event.objects.first()
    assert event is not None

    def booked(**fields: object) -> None:
        given = {
            "id": uuid7(), "event_id": event.id, "kind": "entry", "source_id": SALES.id,
            "target_id": sale.target.id, "asset": "USD", "amount": 5, "day": "2026-11-21", **fields,
        }  # fmt: skip
        values = [getattr(value, "hex", value) for value in given.values()]
        marks = ", ".join(["%s"] * len(values))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO ledger_transfer ({', '.join(given)}) VALUES ({marks})", values
            )

    booked()
    for wrong in (
        {"amount": 0},
        {"amount": -5},
        {"target_id": SALES.id},
        {"source_id": euros},
        {"source_id": uuid7()},
        {"event_id": uuid7()},
        {"kind": "gift"},
        {"kind": "reverse"},
        {"kind": "hold"},
    ):
        with pytest.raises(IntegrityError):
            booked(**wrong)


def test_models_of_the_journal_are_read_only():
    grant(1)
    account = models.Account.objects.get(kind=Kind.VOUCHER)
    account.granted = 5
    for forbidden in (
        account.save,
        account.delete,
        models.Account.objects.all().delete,
        lambda: models.Account.objects.update(granted=5),
        lambda: models.Event.objects.create(kind="other"),
    ):
        with pytest.raises(TypeError, match=r"writing\.carry_out"):
            forbidden()


def test_a_migration_makes_the_triggers_anew():
    triggers.drop("default")
    triggers.after_migrations("default")
    grant(1)
    with pytest.raises(Error, match=triggers.REFUSAL):
        execute("DELETE FROM ledger_event")


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.usefixtures("committed_database")
def test_a_test_that_commits_leaves_an_empty_journal_that_refuses_changes(nth):
    assert not models.Event.objects.exists()
    grant(1)
    with pytest.raises(Error, match=triggers.REFUSAL):
        execute("DELETE FROM ledger_event")
