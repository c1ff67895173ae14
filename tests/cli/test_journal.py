"""The journal from the command line, for programs (JO-4, IF-10)."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta

import pytest
from django.db import connection

from largesse.ids import parse_id
from tests.cli.command import run
from tests.orders.offers import bought
from tests.orders.store import set_up
from tests.words import spec

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def journal(db: None) -> None:
    """The store sells a pot."""
    set_up()
    bought("1 POT")


@spec("IF-10", "JO-4")
def test_a_journal_that_agrees_has_no_findings():
    told = run("journal", "check", "--json")

    assert (told.exit_code, json.loads(told.stdout)) == (0, [])


@spec("IF-10", "JO-4")
def test_what_does_not_agree_is_told_with_exit_code_1():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_account SET granted = 7 WHERE owner = 'SCHOOL-POTS'")

    told = run("journal", "check", "--json")

    assert told.exit_code == 1
    assert any("SCHOOL-POTS" in found["row"] for found in json.loads(told.stdout))


@spec("IF-10")
def test_the_entries_of_an_export_are_those_of_the_csv_file_with_who_and_why():
    entries = json.loads(run("journal", "export", "--json").stdout)
    rows = list(csv.DictReader(run("journal", "export").stdout.splitlines()))

    assert [str(parse_id("ent", entry["id"])) for entry in entries] == [
        row["transfer_id"] for row in rows
    ]
    for entry, row in zip(entries, rows, strict=True):
        for name in ("day", "kind", "actor", "reason"):
            assert entry[name] == row[name]
        assert entry["debited"] == {"kind": row["debit"], "owner": row["debit_owner"]}
        amount = entry["amount"]["amount"] if "amount" in entry else str(entry["units"])
        assert amount == row["amount"]


@spec("IF-10")
def test_an_export_is_of_the_days_that_are_asked_for():
    entries = json.loads(run("journal", "export", "--json").stdout)
    day = max(entry["day"] for entry in entries)
    after = str(date.fromisoformat(day) + timedelta(days=1))

    of_that_day = json.loads(run("journal", "export", "--json", "--from", day, "--to", day).stdout)
    assert of_that_day == [entry for entry in entries if entry["day"] == day] != []
    assert json.loads(run("journal", "export", "--json", "--from", after).stdout) == []
