"""Parties from the command line (SP-1, SP-10)."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from largesse.orders.models import Party
from largesse.orders.parties import links
from tests.cli.command import run
from tests.orders.offers import gives_back
from tests.orders.parties import closes, guest_buys, on_spree, party, people, rewarded
from tests.orders.store import set_up
from tests.words import spec

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hosts(db: None) -> None:
    set_up()
    people()
    on_spree()


@spec("SP-1")
def test_parties_are_listed_with_what_their_guests_bought():
    one = party()
    guest_buys(one, "2 POT")

    told = run("parties", "list")

    line = f"{one.number}  2026-05-30  Hanna’s party (Hanna (hanna))  open  1 orders, 200.00 USD\n"
    assert (told.exit_code, told.output) == (0, line)
    assert run("parties", "list", "--state", "closed").output == ""


@spec("SP-1", "OR-1")
def test_a_party_is_closed_once_and_its_history_says_by_what():
    one = party()

    told = run("parties", "close", one.number, "--reason", "The evening is over.")

    assert (told.exit_code, told.output) == (0, f"{one.number} is closed.\n")
    last = Party.objects.get().history.first()
    assert last.history_change_reason == "command line: The evening is over."
    again = run("parties", "close", one.public_id)
    assert again.exit_code == 2
    assert again.stderr == f"Party {one.number} is closed; only an open party can be closed.\n"


@spec("SP-1")
def test_the_link_of_a_party_is_printed_and_a_new_one_ends_it():
    one = party()
    old = run("parties", "link", one.number, "--site", "https://shop.example/").output
    assert old == f"https://shop.example{links.path_of(one)}\n"
    assert run("parties", "link", one.public_id).output in old

    new = run("parties", "new-link", one.number).output

    assert new == f"{links.path_of(one)}\n"
    for path, outcome in ((old, "revoked"), (new, "opened")):
        token = path.strip().rpartition("/")[2]
        assert links.told(token, at=datetime.now(UTC)).outcome == outcome
    assert "No party is" in run("parties", "link", "P-1").stderr


@spec("SP-1")
def test_a_party_from_before_has_its_first_link_when_it_is_asked_for():
    one = party()
    one.links.all().delete()

    told = run("parties", "link", one.number).output

    assert told == f"{links.path_of(one)}\n"
    assert one.links.get().made_by == "command line"


@spec("SP-10")
def test_a_report_is_written_as_csv_and_as_a_workbook(tmp_path: Path):
    one = party()
    late = guest_buys(one, "10 POT")
    closes(one)
    rewarded(one, "2 HAT")
    gives_back(late, "1: 5")

    told = run("parties", "report", one.number, tmp_path / "party.csv")

    assert told.output == f"1 guest orders of 500.00 USD, in {tmp_path}/party.csv\n"
    with open(tmp_path / "party.csv", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    number = rows[1][1]
    assert rows == [
        ["Section", "What", "Who", "State", "Day", "Amount"],
        ["Guest order", number, "Gwen", "partly refunded", "2026-06-01", "500.0"],
        ["Total", "Party total", "", "Rewarded", "", "500.0"],
        ["HOST", "Award", "Hanna", "Posted", "", "100.0"],
        ["HOST", "Spent", "Hanna", "Posted", "", "80.0"],
        ["HOST", "Due", "Hanna", "Posted", "", "0.0"],
        ["HOST", "Left", "Hanna", "Posted", "", "20.0"],
        ["HOST", "Carried over", "Hanna", "Posted", "", "20.0"],
        ["Correction", f"Order {number}", "", "Open", "2026-06-01", "-50.0"],
        ["Retained earnings", "As the sprees say", "", "", "", "500.0"],
        ["Retained earnings", "With the products of all sprees", "", "", "", "420.0"],
        ["Retained earnings", "Without the products of sprees", "", "", "", "500.0"],
    ]
    run("parties", "report", one.number, tmp_path / "party.xlsx")
    sheet = CalamineWorkbook.from_path(tmp_path / "party.xlsx").get_sheet_by_index(0)
    assert len(sheet.to_python()) == len(rows)


@spec("IF-10", "SP-1")
def test_programs_read_parties_with_what_they_came_to():
    one = party()
    guest_buys(one, "2 POT")

    (told,) = json.loads(run("parties", "list", "--json").stdout)

    assert told.pop("made_at").endswith("Z")
    assert told == {
        "object": "party",
        "id": one.public_id,
        "number": one.number,
        "title": "Hanna’s party",
        "state": "open",
        "host": "hanna",
        "rep": "rita",
        "held_on": "2026-05-30",
        "location": None,
        "booked_at": None,
        "link": links.path_of(one),
        "closed_at": None,
        "totals": {
            "object": "party_totals",
            "party": one.number,
            "total": {"amount": "200.00", "currency": "USD"},
            "orders": 1,
            "bookings": 0,
        },
    }
    assert json.loads(run("parties", "list", "--state", "closed", "--json").stdout) == []


@spec("IF-10", "SP-1")
def test_programs_read_that_a_party_is_closed_and_its_links():
    one = party()
    site = ("--site", "https://shop.example")
    old = json.loads(run("parties", "link", one.number, *site, "--json").stdout)
    new = json.loads(run("parties", "new-link", one.number, "--json").stdout)
    done = json.loads(run("parties", "close", one.number, "--json").stdout)

    assert old == {
        "object": "party_link",
        "party": one.number,
        "path": old["path"],
        "url": f"https://shop.example{old['path']}",
    }
    assert new["path"] == links.path_of(one) != old["path"]
    assert done == {
        "object": "party",
        "id": one.public_id,
        "number": one.number,
        "state": "closed",
    }
    again = run("parties", "close", one.number, "--json")
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == f"Party {one.number} is closed; only an open party can be closed.\n"


@spec("IF-10", "SP-10")
def test_programs_read_the_report_and_need_no_file(tmp_path: Path):
    one = party()
    guest_buys(one, "10 POT")
    closes(one)
    rewarded(one, "2 HAT")

    told = json.loads(run("parties", "report", one.number, "--json").stdout)

    assert told["object"] == "party_report"
    assert (told["party"]["number"], told["party"]["state"]) == (one.number, "rewarded")
    assert told["totals"]["total"] == {"amount": "1000.00", "currency": "USD"}
    (award,) = told["awards"]
    assert (award["award"]["amount"], award["spent"]["amount"]) == ("100.00", "80.00")
    assert [order["merchandise"]["amount"] for order in told["orders"]] == ["1000.00"]

    beside = run("parties", "report", one.number, tmp_path / "party.csv", "--json")
    assert json.loads(beside.stdout) == told
    assert beside.stderr == f"1 guest orders of 1000.00 USD, in {tmp_path}/party.csv\n"


def test_a_file_of_another_kind_and_an_unknown_party_are_refused(tmp_path: Path):
    one = party()
    assert "call it so" in run("parties", "report", one.number, tmp_path / "party.pdf").stderr
    told = run("parties", "close", "P-1")
    assert told.stderr == "No party is 'P-1'; `largesse parties list` has their numbers.\n"
