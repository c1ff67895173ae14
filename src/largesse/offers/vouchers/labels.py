"""Sheets of labels as PDF: each voucher with its barcode, QR code and what it gives (VO-40)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from largesse.business.models import Business
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import percent_string
from largesse.offers.models import Voucher
from largesse.offers.vouchers.barcodes import QUIET, Symbology, symbol

if TYPE_CHECKING:
    from django.db.models import QuerySet

LABELS_MAX: Final = 5_000
"""The most labels of one file."""

_MM: Final = 72 / 25.4
"""Points of a millimetre."""

_PAD: Final = 2.0
_QR_MAX: Final = 20.0
_WIDE: Final = 55.0
"""From so many millimetres on, a label has room for both symbols."""


class Paper(NamedTuple):
    """A sheet of labels as it is sold; lengths are millimetres from the top left corner."""

    code: str
    title: str
    width: float
    height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    left: float
    top: float
    step_x: float
    step_y: float

    @property
    def size(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows


PAPERS: Final = {
    paper.code: paper
    for paper in (
        Paper("l7160", "A4, 21 labels of 63.5 × 38.1 mm (Avery L7160)",
              210, 297, 3, 7, 63.5, 38.1, 7.2, 15.1, 66.0, 38.1),
        Paper("l7159", "A4, 24 labels of 63.5 × 33.9 mm (Avery L7159)",
              210, 297, 3, 8, 63.5, 33.9, 7.2, 12.9, 66.0, 33.9),
        Paper("l7163", "A4, 14 labels of 99.1 × 38.1 mm (Avery L7163)",
              210, 297, 2, 7, 99.1, 38.1, 4.7, 15.1, 101.6, 38.1),
        Paper("l7651", "A4, 65 labels of 38.1 × 21.2 mm (Avery L7651)",
              210, 297, 5, 13, 38.1, 21.2, 4.7, 10.7, 40.6, 21.2),
        Paper("5160", "Letter, 30 labels of 2⅝ × 1 inch (Avery 5160)",
              215.9, 279.4, 3, 10, 66.7, 25.4, 4.8, 12.7, 69.9, 25.4),
        Paper("5163", "Letter, 10 labels of 4 × 2 inches (Avery 5163)",
              215.9, 279.4, 2, 5, 101.6, 50.8, 4.0, 12.7, 106.4, 50.8),
    )
}  # fmt: skip


class Label(NamedTuple):
    """What a label says."""

    number: str
    gives: str
    until: str = ""


def labels_of(vouchers: QuerySet[Voucher]) -> Iterator[Label]:
    """The labels of vouchers, in their order."""
    business = Business.current()
    zone, money = business.calendar.zone, business.money
    for each in vouchers.select_related("book").iterator(chunk_size=1000):
        if each.percent is not None:
            gives = f"{percent_string(each.percent)} % off"
        else:
            gives = f"{money.format(each.value)} {money.code}" if each.value is not None else ""
        expires = each.expires or (each.book.expires if each.book is not None else None)
        until = ""
        if expires is not None:
            last = (expires - timedelta(microseconds=1)).astimezone(zone)
            until = f"until {last.day} {last:%b %Y}"
        yield Label(each.number, gives, until)


def pdf(labels: Iterable[Label], paper: Paper, *, skip: int = 0) -> bytes:
    """Sheets of labels; the first `skip` places of the first sheet stay empty, for one that was begun.

    Raises `Faults` for more than a file may have, and for none.
    """
    from reportlab.pdfgen.canvas import Canvas

    if not 0 <= skip < paper.size:
        raise Faults([Fault("skip", skip, f"is 0 to {paper.size - 1}")])
    with SpooledTemporaryFile(max_size=8 << 20) as file:
        canvas = Canvas(file, pagesize=(paper.width * _MM, paper.height * _MM), invariant=1)
        canvas.setTitle("Voucher labels")
        place = skip
        for drawn, label in enumerate(labels):
            if drawn >= LABELS_MAX:
                raise Faults([Fault("count", None, f"is at most {LABELS_MAX:,} labels a file")])
            if place == paper.size:
                canvas.showPage()
                place = 0
            _draw(canvas, paper, place, label)
            place += 1
        if place == skip:
            raise Faults([Fault("count", 0, "is 1 or more")])
        canvas.save()
        file.seek(0)
        return file.read()


# --- drawing ---------------------------------------------------------------------------------------


def _draw(canvas: Any, paper: Paper, place: int, label: Label) -> None:
    row, column = divmod(place, paper.columns)
    left = paper.left + column * paper.step_x + _PAD
    bottom = paper.height - paper.top - row * paper.step_y - paper.label_height + _PAD
    width, height = paper.label_width - 2 * _PAD, paper.label_height - 2 * _PAD
    if paper.label_width >= _WIDE:
        side = min(height, _QR_MAX)
        _draw_symbol(canvas, label.number, Symbology.QR, left, bottom + height - side, side, side)
        left, width = left + side + _PAD, width - side - _PAD
    text = 3.2
    canvas.setFont("Helvetica-Bold", 8)
    canvas.drawString(left * _MM, (bottom + height - text) * _MM, label.gives)
    canvas.setFont("Helvetica", 6.5)
    canvas.drawRightString((left + width) * _MM, (bottom + height - text) * _MM, label.until)
    canvas.setFont("Courier", 8)
    canvas.drawCentredString((left + width / 2) * _MM, (bottom + 0.6) * _MM, label.number)
    bars = height - 2 * text - 1.2
    _draw_symbol(canvas, label.number, Symbology.CODE_128, left, bottom + text, width, bars)


def _draw_symbol(
    canvas: Any,
    number: str,
    symbology: Symbology,
    left: float,
    bottom: float,
    width: float,
    height: float,
) -> None:
    """A symbol within a box, its quiet zone at the sides within it too."""
    drawn = symbol(number, symbology)
    # Half of the quiet zone lies on the label's edge, which is light as well.
    quiet = QUIET[symbology] / 2
    module = width / (drawn.width + 2 * quiet)
    tall = module if symbology is Symbology.QR else height / drawn.height
    path = canvas.beginPath()
    for run in drawn.runs:
        x = left + (run.x + quiet) * module
        y = bottom + height - (run.y + 1) * tall - (quiet * module if tall == module else 0)
        path.rect(x * _MM, y * _MM, run.width * module * _MM, tall * _MM)
    canvas.drawPath(path, stroke=0, fill=1)
