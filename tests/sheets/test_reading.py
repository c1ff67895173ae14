"""Sheets are read whatever wrote them, and a hostile one harms nothing (VO-32, QU-44)."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from largesse.engine.faults import Faults
from largesse.sheets import reading
from largesse.sheets.cells import safe
from largesse.sheets.reading import read
from tests.sheets.files import KINDS, csv_text, part_of, with_part, xlsx
from tests.words import spec

SHEET = "xl/worksheets/sheet1.xml"
ROWS: list[list[object]] = [
    ["Number", "Value", "Expires"],
    ["GV1", 10.5, date(2027, 1, 31)],
    ["GV2", 20, ""],
]


@spec("VO-32")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_to_the_same_rows_of_text(kind):
    sheet = read(f"vouchers.{kind.upper()}", KINDS[kind](ROWS))

    assert sheet.titles == ("Number", "Value", "Expires")
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (2, ("GV1", "10.5", "2027-01-31")),
        (3, ("GV2", "20", "")),
    ]


@spec("VO-32")
@pytest.mark.parametrize(
    "content",
    [b"\xef\xbb\xbfNumber;Value\r\nGV1;10,50\r\n", b"Number\tValue\nGV1\t10,50\n"],
    ids=["semicolons and a mark", "tabs"],
)
def test_a_csv_file_may_be_parted_by_what_its_country_writes(content):
    sheet = read("v.csv", content)

    assert sheet.titles == ("Number", "Value")
    assert sheet.rows[0].cells == ("GV1", "10,50")


def test_a_csv_file_from_windows_keeps_its_letters():
    assert read("v.csv", "Partner\nCafé\n".encode("cp1252")).rows[0].cells == ("Café",)


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers():
    sheet = read("v.xlsx", xlsx([["A", "A", ""], ["", "", ""], ["x", "", "y"]]))

    assert sheet.titles == ("A", "A (2)", "Column 3")
    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ("x", "", "y"))]


@spec("QU-44")
def test_a_formula_is_the_value_that_it_had_and_is_never_computed():
    cell = b'<c r="A2"><f>1+1</f><v>41</v></c>'
    plain = xlsx([["Number"], [7]])
    content = with_part(
        plain, SHEET, part_of(plain, SHEET).replace(b'<c r="A2"><v>7</v></c>', cell)
    )

    assert read("v.xlsx", content).rows[0].cells == ("41",)
    assert read("v.csv", b"Number\n=1+1\n").rows[0].cells == ("=1+1",)


def refused(name: str, content: bytes) -> str:
    with pytest.raises(Faults) as raised:
        read(name, content)
    return raised.value.faults[0].message


@spec("QU-44")
def test_an_xml_bomb_expands_to_nothing():
    entities = b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"lol") for n in range(12)
    )
    plain = xlsx([["Number"], ["GV1"]])
    strings = part_of(plain, "xl/sharedStrings.xml").replace(b"GV1", b"&a11;")
    head, _, rest = strings.partition(b"?>")
    content = with_part(
        plain, "xl/sharedStrings.xml", head + b"?><!DOCTYPE sst [" + entities + b"]>" + rest
    )

    assert "can't be read" in refused("v.xlsx", content)


@spec("QU-44")
def test_a_workbook_that_unzips_to_too_much_is_refused_before_it_is_unzipped(monkeypatch):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr(SHEET, b"<x>" + b" " * (reading.UNZIPPED_MAX + 1))
    assert len(packed.getvalue()) < 1 << 20

    assert "when unzipped" in refused("v.xlsx", packed.getvalue())


@spec("QU-44")
def test_two_cells_at_opposite_ends_of_a_sheet_do_not_fill_the_memory():
    plain = xlsx([["Number"], ["GV1"]])
    sheet = part_of(plain, SHEET)
    far = sheet.replace(b'<row r="2"', b'<row r="1048576"').replace(b'r="A2"', b'r="XFD1048576"')
    assert far != sheet

    assert "rows or 50 columns" in refused("v.xlsx", with_part(plain, SHEET, far))


@spec("QU-44")
def test_size_rows_and_columns_have_limits(monkeypatch):
    assert "more than 20 MB" in refused("v.csv", b"x" * (reading.SIZE_MAX + 1))
    assert "50 columns" in refused("v.csv", csv_text([["c"] * 51]))
    assert "50 columns" in refused("v.xlsx", xlsx([["c"] * 51]))
    assert "200,000 rows" in refused("v.csv", b"Number\n" + b"x\n" * 200_001)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("v.pdf", b"%PDF", "is none of them"),
        ("v.xlsx", b"PK\x03\x04nothing", "damaged"),
        ("v.xlsx", b"nothing", "can't be read"),
        ("v.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "can't be read"),
        ("v.csv", b"a\0b", "null characters"),
        ("v.csv", b"", "no titles"),
        ("v.csv", b",,\n1,2,3\n", "no titles"),
    ],
)
def test_what_is_no_sheet_is_told(name, content, why):
    assert why in refused(name, content)


@spec("QU-44")
@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_that_is_written_is_a_formula(text):
    assert safe(text) == f"'{text}"
