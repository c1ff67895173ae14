"""Allotments from the command line (AL-5, AL-6, AL-13)."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from largesse.crm.models import Organization
from largesse.engine.cart import CartLine
from largesse.offers import allotment_links, allotments
from largesse.offers.models import Allotment, LinkKey
from largesse.orders.placing import place
from largesse.orders.posting import post
from tests.cli.command import run
from tests.orders.store import AT, cart, deed, done, id_of, set_up
from tests.words import spec

pytestmark = pytest.mark.django_db

POTS = "SCHOOL-POTS"


@pytest.fixture(autouse=True)
def store(db: None) -> None:
    set_up()


def takes(units: int) -> None:
    order_id = id_of(place(cart(CartLine("1", "POT", units, allotment=POTS)), deed()))
    done(post(order_id, deed()))


def outcome(told: str) -> str:
    """What becomes of a link that a command printed."""
    sku, _, token = unquote(told.strip()).partition("/register/")[2].rpartition("/")
    return allotment_links.opened(sku, token, at=datetime.now(UTC)).outcome.value


@spec("AL-9")
def test_allotments_are_listed_with_what_is_left():
    takes(2)

    told = run("allotments", "list")
    assert (told.exit_code, told.output) == (0, f"{POTS}  School: Pots (POT)  1 of 3 left\n")

    allotments.close(Allotment.objects.get())
    assert run("allotments", "list", "--organization", "school").output == ""
    assert run("allotments", "list", "--closed").output.endswith("left  closed\n")


@spec("AL-5", "AL-6")
def test_a_link_is_printed_and_a_revoked_one_gives_nothing():
    old = run("allotments", "link", POTS, "--site", "https://shop.example/").output
    assert old.startswith("https://shop.example/register/POT/")
    assert run("allotments", "link", Allotment.objects.get().public_id).output in old

    new = run("allotments", "revoke", POTS).output

    assert (outcome(old), outcome(new)) == ("revoked", "opened")
    assert run("allotments", "link", POTS).output == new


@spec("AL-6")
def test_keys_are_rotated_and_links_that_are_out_hold(settings):
    settings.LINK_RETENTION = timedelta(days=30)
    old = run("allotments", "link", POTS).output

    told = run("allotments", "rotate-keys")

    assert told.exit_code == 0
    assert "Those that are out hold until 20" in told.output
    assert run("allotments", "link", POTS).output != old
    assert outcome(old) == "opened"
    LinkKey.objects.filter(retired_at__isnull=False).update(retired_at=AT)
    assert outcome(old) == "outdated"


@spec("AL-13", "QU-44")
def test_the_report_is_written_as_csv_and_as_a_workbook(tmp_path: Path):
    takes(2)
    Organization.objects.update(name="=School")
    sheet = tmp_path / "use.csv"

    told = run("allotments", "report", sheet, "--from", "2026-06-01", "--to", "2026-06-01")

    assert told.output == f"2 used, 0 returned, in {sheet}\n"
    rows = list(csv.reader(sheet.read_text("utf-8-sig").splitlines()))
    assert rows[0][:3] == ["Organization", "Product", "SKU"]
    assert rows[1] == ["'=School", "Pot", "POT", "", "2", "0", "2", "0", "200.0"]
    assert rows[-1][0] == "All organizations"

    book = tmp_path / "use.xlsx"
    assert run("allotments", "report", book, "--each", "month").exit_code == 0
    read = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    assert read[1] == ["=School", "Pot", "POT", "2026-06-01", 2, 0, 2, 0, 200]


@spec("AL-13")
def test_a_report_of_other_days_or_another_product_is_empty(tmp_path: Path):
    takes(1)
    for said in (["--from", "2026-06-02"], ["--to", "2026-05-31"], ["--product", "MUG"]):
        told = run("allotments", "report", tmp_path / "use.csv", *said)
        assert told.output.startswith("0 used")


@spec("IF-10", "AL-9")
def test_programs_read_allotments_as_the_api_tells_them():
    takes(2)

    (told,) = json.loads(run("allotments", "list", "--json").stdout)

    assert told == {
        "object": "allotment",
        "id": Allotment.objects.get().public_id,
        "code": POTS,
        "title": "Pots",
        "organization": "school",
        "product": "POT",
        "product_group": "pots",
        "quantity": 3,
        "used": 2,
        "available": 1,
        "starts": None,
        "ends": None,
        "members_only": False,
        "closed": False,
    }
    allotments.close(Allotment.objects.get())
    assert json.loads(run("allotments", "list", "--json").stdout) == []


@spec("IF-10", "AL-5", "AL-6")
def test_programs_read_the_link_of_an_allotment_and_the_one_that_takes_its_place():
    site = "https://shop.example"
    old = json.loads(run("allotments", "link", POTS, "--site", site, "--json").stdout)
    new = json.loads(run("allotments", "revoke", POTS, "--json").stdout)

    for told in (old, new):
        assert told["object"] == "allotment_link"
        assert told["allotment"] == Allotment.objects.get().public_id
    assert old["url"] == f"{site}{old['path']}"
    assert new["url"] == new["path"] != old["path"]
    assert (outcome(old["url"]), outcome(new["url"])) == ("revoked", "opened")


@spec("IF-10", "AL-6")
def test_programs_read_until_when_links_hold_that_are_out(settings):
    settings.LINK_RETENTION = timedelta(days=30)

    told = json.loads(run("allotments", "rotate-keys", "--json").stdout)

    retired_at = LinkKey.objects.get(retired_at__isnull=False).retired_at
    assert retired_at is not None
    ends = datetime.fromisoformat(told["links_that_are_out_end"])
    assert ends == retired_at + timedelta(days=30)


@spec("IF-10", "AL-13")
def test_programs_read_the_report_and_need_no_file(tmp_path: Path):
    takes(2)

    told = run("allotments", "report", "--each", "month", "--json")

    figures = {
        "used": 2,
        "returned": 0,
        "net": 2,
        "held": 0,
        "value_used": {"amount": "200.00", "currency": "USD"},
        "value_returned": {"amount": "0.00", "currency": "USD"},
    }
    line = {"product": "POT", "name": "Pot", "first_day": "2026-06-01", "figures": figures}
    school = {"organization": "school", "name": "School", "products": [line], "figures": figures}
    report = {"object": "allotment_usage", "organizations": [school], "figures": figures}
    assert json.loads(told.stdout) == report

    sheet = tmp_path / "use.csv"
    told = run("allotments", "report", sheet, "--each", "month", "--json")
    assert json.loads(told.stdout) == report
    assert told.stderr == f"2 used, 0 returned, in {sheet}\n"
    assert sheet.exists()
    told = run("allotments", "report")
    assert (told.exit_code, told.stderr) == (
        2,
        "Name the .csv or .xlsx to write as OUT, or ask for --json.\n",
    )


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["link", "nothing"], "No allotment is 'nothing'"),
        (["revoke", "alt_no"], "No allotment"),
        (["list", "--organization", "no"], "is no organization"),
        (["report", "use.txt"], "written as .csv or .xlsx"),
        (["report", "use.csv", "--product", "NO"], "is no product"),
        (["report", "use.csv", "--from", "2026-02-01", "--to", "2026-01-01"], "is before"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(command: list[str], why: str):
    told = run("allotments", *command)
    assert told.exit_code == 2
    assert why in told.output
