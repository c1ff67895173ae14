"""Value vouchers from a sheet: mapped, looked at, written all or none, undone while unused (VO-32)."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from largesse.crm.models import Partner
from largesse.engine.faults import Faults
from largesse.offers import vouchers
from largesse.offers.models import (
    BookEvent,
    SheetPreset,
    SheetUpload,
    Voucher,
    VoucherBook,
)
from largesse.offers.vouchers import assigning, importing
from tests.offers.holding import hold
from tests.offers.store import AT, revise, ten_percent
from tests.sheets.files import KINDS, csv_text
from tests.words import spec

pytestmark = pytest.mark.django_db

TITLES = ["Number", "Value", "Minimum", "Expires", "Partner"]
DAY = date(2027, 1, 31)


@pytest.fixture(autouse=True)
def cafe(db: None) -> Partner:
    return Partner.objects.create(code="cafe", name="Café Luna")


def uploaded(*rows: list[Any], titles: list[str] = TITLES, kind: str = "csv") -> SheetUpload:
    content = KINDS[kind]([titles, *rows])
    return importing.upload(f"vouchers.{kind}", content, at=AT, by="ines")


def checked(*rows: list[Any], **fields: Any) -> importing.Checked:
    kept = uploaded(*rows, **fields)
    return importing.check(importing.sheet_of(kept), kept.mapping, at=AT)


def written(*rows: list[Any]) -> VoucherBook:
    return importing.write(uploaded(*rows), at=AT, by="ines")


@spec("VO-32")
@pytest.mark.parametrize("kind", KINDS)
def test_each_row_of_each_kind_of_sheet_becomes_a_voucher(kind):
    kept = uploaded(
        ["gv 1", 10.5, 25, DAY, "cafe"], ["GV2", "1,300.00", "", "", "café luna"], kind=kind
    )
    book = importing.write(kept, at=AT, by="ines", label="Gift cards")

    found = vouchers.voucher_values(["GV1", "GV2"])
    one, two = found["GV1"], found["GV2"]
    assert (one.value, one.minimum, one.partner, one.status) == (1050, 2500, "cafe", "assigned")
    assert one.expires is not None
    assert one.expires.date() == DAY + timedelta(days=1)
    assert (two.value, two.minimum, two.expires) == (130_000, 0, None)
    assert (book.kind, book.label, book.made) == ("sheet", "Gift cards", 2)
    assert list(book.vouchers.order_by("position").values_list("number", flat=True)) == [
        "GV1", "GV2",
    ]  # fmt: skip


@spec("VO-32")
def test_the_preview_tells_good_rows_from_bad_ones_with_their_reasons():
    vouchers.create(["TAKEN"], at=AT, by="ines", value=1)
    revise(ten_percent(promo_code="SPRING"))

    found = checked(
        ["GV1", "10", "", "", ""],
        ["", "10", "", "", ""],
        ["GV2", "ten", "", "", ""],
        ["GV3", "0", "", "", ""],
        ["GV4", "", "", "", ""],
        ["GV5", "10", "-1", "", ""],
        ["GV6", "10", "", "soon", ""],
        ["GV7", "10", "", "2020-01-31", ""],
        ["GV8", "10", "", "", "gym"],
        ["gv1", "10", "", "", ""],
        ["taken", "10", "", "", ""],
        ["SPRING", "10", "", "", ""],
        ["=1+1", "10", "", "", ""],
        ["X" * 33, "10", "", "", ""],
        ["GV9", "99999999999999999", "", "", ""],
    )

    assert [(g.row, g.number) for g in found.good] == [(2, "GV1")]
    assert [(b.row, b.reason) for b in found.bad] == [
        (3, "Number is missing."),
        (4, found.bad[1].reason),
        (5, "Value is more than 0."),
        (6, "Value is missing."),
        (7, "Minimum: -1 is negative; it is 0 or more."),
        (8, "Expiry 'soon' is no day such as 2027-01-31."),
        (9, "Expiry 2020-01-31 has passed already."),
        (10, "Partner 'gym' is not known, or known by two."),
        (11, "Number is in row 2 already."),
        (12, "Number is the number of another voucher."),
        (13, "Number is the code of a promotion."),
        (14, found.bad[11].reason),
        (15, "Number has 1 to 32 letters or digits."),
        (16, found.bad[13].reason),
    ]
    assert found.bad[1].reason.startswith("Value: 'ten' is not")
    assert "letters A to Z" in found.bad[11].reason


@spec("VO-32")
def test_a_number_of_which_the_spreadsheet_has_forgotten_digits_is_refused():
    found = checked([1234567890123456789, 10, "", "", ""], [12345, 10, "", "", ""], kind="xlsx")

    assert [g.number for g in found.good] == ["12345"]
    assert "format the column as text" in found.bad[0].reason


@spec("VO-32")
def test_two_partners_of_one_name_are_told_apart_by_their_codes():
    Partner.objects.create(code="cafe-2", name="Café Luna")

    found = checked(["GV1", "1", "", "", "Café Luna"], ["GV2", "1", "", "", "CAFE-2"])

    assert [g.number for g in found.good] == ["GV2"]


@spec("VO-32")
def test_columns_are_found_by_their_titles_or_mapped_and_a_mapping_is_remembered():
    row = ["10", "GV1", "x"]
    kept = uploaded(row, titles=["Worth", "Card no.", "Note"])
    assert kept.mapping == {"value": "Worth"}

    titles = importing.sheet_of(kept).titles
    mapping = {"number": "Card no.", "value": "Worth", "partner": ""}
    importing.map_columns(kept, mapping, titles=titles, at=AT, preset="Gift cards")

    assert importing.write(kept, at=AT, by="ines").made == 1
    assert SheetPreset.objects.get().name == "Gift cards"
    again = uploaded(row, titles=["Worth", "Note", "Card no."])
    assert again.mapping == {"number": "Card no.", "value": "Worth"}


def test_a_mapping_that_can_t_be_is_told_at_once():
    kept = uploaded(["GV1", "10", "", "", ""])
    titles = importing.sheet_of(kept).titles
    wrong = {"number": "Nothing", "minimum": "Value", "expires": "Value"}

    with pytest.raises(Faults) as raised:
        importing.map_columns(kept, wrong, titles=titles, at=AT, preset="x" * 81)

    assert {f.place for f in raised.value.faults} == {"number", "value", "preset"}


@spec("VO-32", "QU-44")
def test_the_bad_rows_are_a_file_with_reasons_and_without_formulas():
    kept = uploaded(["GV1", "10", "", "", ""], ["=cmd()", "10", "", "", ""])
    sheet = importing.sheet_of(kept)
    bad = importing.check(sheet, kept.mapping, at=AT).bad

    text = "".join(importing.bad_rows(sheet, bad)).removeprefix("\ufeff")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Number"], row["Row"]) for row in rows] == [("'=cmd()", "3")]
    assert rows[0]["Reason"].startswith("Number has letters")


@spec("VO-32")
def test_good_rows_are_written_all_or_none(monkeypatch):
    kept = uploaded(["GV1", "10", "", "", ""], ["GV2", "10", "", "", ""])
    check = importing.check

    def while_somebody_makes_one(*args: Any, **kwargs: Any) -> Any:
        found = check(*args, **kwargs)
        vouchers.create(["GV2"], at=AT, by="tom", value=1)
        return found

    monkeypatch.setattr(importing, "check", while_somebody_makes_one)
    with pytest.raises(Faults, match="somebody has just made"):
        importing.write(kept, at=AT, by="ines")

    assert not VoucherBook.objects.exists()
    assert not Voucher.objects.filter(number="GV1").exists()


@spec("VO-32")
def test_a_sheet_is_written_once_and_one_without_good_rows_not_at_all():
    kept = uploaded(["GV1", "10", "", "", ""])
    importing.write(kept, at=AT, by="ines")
    with pytest.raises(Faults, match="written already"):
        importing.write(kept, at=AT, by="ines")
    with pytest.raises(Faults, match="no row that can be written"):
        written(["GV1", "10", "", "", ""])
    assert Voucher.objects.count() == 1


@spec("VO-32")
def test_a_sheet_is_undone_while_nothing_of_it_is_used():
    book = written(["GV1", "10", "", "", ""], ["GV2", "10", "", "", "cafe"])

    assert importing.undo(book, at=AT, by="ines") == 2

    assert not Voucher.objects.exists()
    assert list(BookEvent.objects.values_list("kind", flat=True)) == ["undone", "made"]
    with pytest.raises(Faults, match="no sheet that can be undone"):
        importing.undo(book, at=AT, by="ines")
    book = written(["GV1", "10", "", "", ""], ["GV2", "10", "", "", "cafe"])
    hold("GV2")
    with pytest.raises(Faults, match="GV2 was handed out or used"):
        importing.undo(book, at=AT, by="ines")
    assert Voucher.objects.count() == 2


@spec("VO-32")
def test_hundreds_of_rows_are_written_in_few_queries(django_assert_max_num_queries):
    content = csv_text([TITLES, *([f"GV{n:05}", "10", "", "", "cafe"] for n in range(900))])
    kept = importing.upload("v.csv", content, at=AT, by="ines")

    with django_assert_max_num_queries(40):
        assert importing.write(kept, at=AT, by="ines").made == 900


@spec("VO-1", "VO-32")
def test_a_row_without_a_partner_works_once_it_is_assigned_to_one(cafe: Partner):
    book = written(
        ["GV1", "10", "", "", "cafe"], ["GV2", "10", "", "", ""], ["GV3", "10", "", "", ""]
    )
    status = {n: v.status.value for n, v in vouchers.voucher_values(["GV1", "GV2"]).items()}
    assert status == {"GV1": "assigned", "GV2": "created"}

    said: dict[str, Any] = {"last": "GV3", "at": AT, "by": "ines"}
    with pytest.raises(Faults, match="not for value vouchers"):
        assigning.assign("GV2", 2, cafe, percent=1, **said)
    assigning.assign("GV2", 2, cafe, **said)

    assert vouchers.voucher_values(["GV3"])["GV3"].partner == "cafe"
    assert not book.ranges.exists()
