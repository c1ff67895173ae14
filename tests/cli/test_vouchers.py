"""Vouchers from the command line (VO-13, VO-32, VO-40)."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from largesse.offers.models import BookEvent, SheetUpload, Voucher, VoucherBook
from largesse.offers.vouchers import voucher_values
from tests.cli.command import run
from tests.words import spec

pytestmark = pytest.mark.django_db


@spec("VO-13")
def test_random_numbers_are_generated_exported_and_printed(tmp_path: Path):
    told = run("vouchers", "generate", "2500", "--label", "Spring", "--percent", "12.5%")
    assert told.exit_code == 0, told.output
    book = VoucherBook.objects.get()
    assert told.output.startswith(f"{book.public_id}  Spring: 2,500 numbers, DV")
    assert Voucher.objects.filter(percent=125_000, state="created").count() == 2500

    packed = tmp_path / "spring.zip"
    assert run("vouchers", "export", book.public_id, packed).exit_code == 0
    assert len(zipfile.ZipFile(packed).namelist()) == 3
    labels = tmp_path / "spring.pdf"
    told = run("vouchers", "labels", "Spring", labels, "--count", "30", "--paper", "5160")
    assert told.output == f"30 labels in {labels}\n"
    assert labels.read_bytes().startswith(b"%PDF")
    kinds = BookEvent.objects.order_by("id").values_list("kind", "by", "count")
    assert list(kinds) == [
        ("made", "command line", 2500),
        ("exported", "command line", 2500),
        ("printed", "command line", 30),
    ]


@spec("VO-15")
def test_a_run_is_generated_or_refused_with_its_collision():
    assert (
        run("vouchers", "generate", "5", "--first", "AB1", "--last-day", "2030-12-31").exit_code
        == 0
    )
    assert Voucher.objects.filter(number="AB0000005").exists()
    refused = run("vouchers", "generate", "5", "--first", "AB4")
    assert refused.exit_code == 2
    assert "leads to AB0000004" in refused.output


@spec("VO-32")
def test_a_sheet_is_imported_and_its_bad_rows_are_written_to_be_mended(tmp_path: Path):
    sheet = tmp_path / "cards.csv"
    sheet.write_text("Card,Worth\nGC1,25\nGC2,ten\n", "utf-8")
    mend = tmp_path / "mend.csv"
    tried = run("vouchers", "import", sheet, "--column", "number=Card", "--dry-run")
    assert "1 rows can be written, 1 can't." in tried.output
    assert not SheetUpload.objects.exists()

    told = run("vouchers", "import", sheet, "--column", "number=Card", "--bad-rows", mend)

    assert told.exit_code == 1
    assert "row 3: Value: 'ten' is not" in told.output
    assert "1 vouchers made" in told.output
    assert voucher_values(["GC1"])["GC1"].value == 2500
    assert "GC2,ten,3," in mend.read_text("utf-8")


@spec("IF-10", "VO-13")
def test_programs_read_the_book_and_the_files_that_were_written(tmp_path: Path):
    said = ("--label", "Spring", "--percent", "12.5", "--last-day", "2030-12-31")
    told = json.loads(run("vouchers", "generate", "40", *said, "--json").stdout)

    book = VoucherBook.objects.get()
    assert datetime.fromisoformat(told["made_at"]) == book.made_at
    assert datetime.fromisoformat(told["expires"]) == book.expires
    assert {name: told[name] for name in ("object", "id", "kind", "percent", "first", "last")} == {
        "object": "voucher_book",
        "id": book.public_id,
        "kind": "random",
        "percent": "12.5",
        "first": book.first,
        "last": book.last,
    }
    assert (told["count"], told["made"], told["ranges"]) == (40, 40, [])
    packed, labels = tmp_path / "spring.zip", tmp_path / "spring.pdf"
    assert json.loads(run("vouchers", "export", "Spring", packed, "--json").stdout) == {
        "voucher_book": book.public_id,
        "count": 40,
        "file": str(packed),
    }
    printed = ("labels", "Spring", labels, "--count", "30")
    assert json.loads(run("vouchers", *printed, "--json").stdout) == {
        "voucher_book": book.public_id,
        "count": 30,
        "file": str(labels),
    }


@spec("IF-10", "VO-32")
def test_programs_read_which_rows_of_a_sheet_are_bad_and_why(tmp_path: Path):
    sheet = tmp_path / "cards.csv"
    sheet.write_text("Card,Worth\nGC1,25\nGC2,ten\n", "utf-8")
    command = ("vouchers", "import", sheet, "--column", "number=Card", "--json")

    tried = run(*command, "--dry-run")
    made = run(*command)

    assert (tried.exit_code, made.exit_code) == (1, 1)
    told = json.loads(tried.stdout)
    assert (told["good_rows"], told["voucher_book"]) == (1, None)
    (bad,) = told["bad_rows"]
    assert bad["row"] == 3
    assert tried.stderr == f"row 3: {bad['reason']}\n"
    book = json.loads(made.stdout)["voucher_book"]
    assert (book["id"], book["made"]) == (VoucherBook.objects.get().public_id, 1)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["export", "nothing", "out.zip"], "No voucher book"),
        (["labels", "nothing", "out.pdf", "--paper", "a4"], "is none of"),
        (["generate", "0"], "count"),
        (["generate", "5", "--percent", "ten"], "--percent"),
        (["generate", "5", "--first", "ABCDEFGHIJ"], "first"),
    ],
)
def test_what_can_t_be_is_told_with_exit_code_2(command, why):
    told = run("vouchers", *command)
    assert told.exit_code == 2
    assert why in told.output


def test_a_label_that_two_books_have_is_not_enough():
    for _ in range(2):
        run("vouchers", "generate", "1", "--label", "Spring")
    assert "More than one voucher book" in run("vouchers", "export", "Spring", "out.zip").output
