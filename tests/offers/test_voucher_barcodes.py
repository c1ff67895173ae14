"""Barcodes, QR codes and labels, read back by a decoder (VO-40)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from largesse.crm.models import Partner
from largesse.engine.faults import Faults
from largesse.offers.models import BookEvent, VoucherBook
from largesse.offers.vouchers import books, exporting
from largesse.offers.vouchers.barcodes import Symbology, svg
from largesse.offers.vouchers.labels import PAPERS, Label, pdf
from largesse.offers.vouchers.numbers import random_numbers
from largesse.offers.vouchers.stretches import stretch, whole
from tests.offers.store import AT
from tests.words import spec

NUMBERS = ["DV0123456789012", "AB0000001", "A", "CAFE-0099", "GV/2027.A_B-9", "Z" * 32]


def raster(drawing: str, scale: int = 4) -> np.ndarray:
    """The pixels of an image that we made, read from its own description."""
    ((width, height),) = re.findall(r'viewBox="0 0 (\d+) (\d+)"', drawing)
    pixels = np.full((int(height), int(width)), 255, np.uint8)
    for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", drawing):
        pixels[int(y) : int(y) + int(h), int(x) : int(x) + int(w)] = 0
    return pixels.repeat(scale, 0).repeat(scale, 1)


@spec("VO-40")
@pytest.mark.parametrize(
    ("symbology", "kind"),
    [
        (Symbology.CODE_128, zxingcpp.BarcodeFormat.Code128),
        (Symbology.QR, zxingcpp.BarcodeFormat.QRCode),
    ],
)
def test_each_symbol_on_a_page_is_read_back_as_its_number(symbology, kind):
    for number in (*NUMBERS, *random_numbers(20)):
        (found,) = zxingcpp.read_barcodes(raster(svg(number, symbology)))

        assert (found.text, found.format) == (number, kind)


def pages(document: bytes, dots_per_inch: int = 300) -> list[np.ndarray]:
    opened = pypdfium2.PdfDocument(document)
    return [page.render(scale=dots_per_inch / 72).to_numpy() for page in opened]


def read(page: np.ndarray, kind: zxingcpp.BarcodeFormat) -> list[str]:
    return sorted(
        found.text
        for found in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormats([kind]))
    )


@spec("VO-40")
@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_each_label_of_each_paper_is_read_back_as_an_office_printer_prints_it(paper):
    numbers = sorted(random_numbers(paper.size + 1))
    labels = [Label(number, "20 % off", "until 31 Jan 2027") for number in numbers]

    first, second = pages(pdf(labels, paper))

    assert read(first, zxingcpp.BarcodeFormat.Code128) == numbers[:-1]
    assert read(second, zxingcpp.BarcodeFormat.Code128) == numbers[-1:]
    if paper.label_width > 60:
        assert read(first, zxingcpp.BarcodeFormat.QRCode) == numbers[:-1]


@spec("VO-40")
def test_a_sheet_that_was_begun_is_gone_on_with(tmp_path):
    paper = PAPERS["l7160"]
    document = pdf([Label("AB0000001", "20 % off"), Label("AB0000002", "20 % off")], paper, skip=20)

    first, second = pages(document, 150)
    assert read(first, zxingcpp.BarcodeFormat.Code128) == ["AB0000001"]
    assert read(second, zxingcpp.BarcodeFormat.Code128) == ["AB0000002"]
    for wrong in (-1, 21):
        with pytest.raises(Faults, match="0 to 20"):
            pdf([Label("A", "")], paper, skip=wrong)


def test_a_file_has_at_least_one_label_and_not_too_many(monkeypatch):
    with pytest.raises(Faults, match="1 or more"):
        pdf([], PAPERS["l7160"])
    monkeypatch.setattr("largesse.offers.vouchers.labels.LABELS_MAX", 2)
    with pytest.raises(Faults, match="at most 2 labels"):
        pdf([Label("A", "")] * 3, PAPERS["l7160"])


# --- of a book ---------------------------------------------------------------------------------------


@pytest.fixture
def book(db: None) -> VoucherBook:
    partner = Partner.objects.create(code="cafe", name="Café")
    expires = AT + timedelta(days=3)
    return books.make_run(
        "AB1", 30, at=AT, by="ines", partner=partner, percent=125_000, expires=expires
    )


@spec("VO-40", "QU-40")
def test_labels_of_a_book_are_printed_and_that_is_recorded(book):
    document = exporting.labels(stretch("AB0000003", 4), PAPERS["l7163"], skip=0, at=AT, by="ines")

    (page,) = pages(document)
    assert read(page, zxingcpp.BarcodeFormat.Code128) == [f"AB000000{n}" for n in range(3, 7)]
    text = pypdfium2.PdfDocument(document)[0].get_textpage().get_text_bounded()
    assert "12.5 % off" in text
    assert "until 4 Jun 2026" in text
    event = BookEvent.objects.filter(kind="printed").get()
    assert (event.by, event.count) == ("ines", 4)
    assert exporting.labels(whole(book), PAPERS["5160"], skip=0, at=AT, by="ines")


@spec("VO-13", "QU-40")
def test_numbers_are_exported_as_a_thousand_a_file_in_order_and_that_is_recorded(db):
    book = books.begin_random(2_500, at=AT, by="ines", percent=200_000, label="Spring mailing")
    with pytest.raises(Faults, match="still being made"):
        exporting.numbers(book, at=AT, by="ines")
    books.make_rest(book)

    packed = zipfile.ZipFile(io.BytesIO(b"".join(exporting.numbers(book, at=AT, by="tom"))))

    assert packed.namelist() == [f"vouchers-spring-mailing-000{n}.csv" for n in (1, 2, 3)]
    files = [packed.read(name).decode("utf-8-sig").splitlines() for name in packed.namelist()]
    assert [len(lines) - 1 for lines in files] == [1000, 1000, 500]
    listed = [line.split(",")[0] for lines in files for line in lines[1:]]
    assert listed == list(book.vouchers.order_by("position").values_list("number", flat=True))
    assert files[0][1].split(",")[1] == "20"
    event = BookEvent.objects.filter(kind="exported").get()
    assert (event.by, event.count) == ("tom", 2_500)
