"""Every number has a Code 128 barcode and a QR code, drawn as runs of dark modules (VO-40)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from django.utils.html import format_html
from django.utils.safestring import SafeString


class Symbology(StrEnum):
    """How a number is drawn."""

    CODE_128 = "code128"
    QR = "qr"


class Run(NamedTuple):
    """Dark modules beside each other, in a row; a barcode has one row as high as you like."""

    x: int
    y: int
    width: int


class Symbol(NamedTuple):
    """A barcode without its quiet zone, in modules: the narrowest bar is one wide."""

    symbology: Symbology
    width: int
    height: int
    runs: tuple[Run, ...]


QUIET: Final = {Symbology.CODE_128: 10, Symbology.QR: 4}
"""The modules that stay light around a symbol, so that a scanner finds where it ends."""

_BAR_HEIGHT: Final = 40


@lru_cache(maxsize=4096)
def symbol(number: str, symbology: Symbology) -> Symbol:
    """The symbol of a number. Raises ValueError for a text that it can't hold."""
    import zxingcpp

    kind = {
        Symbology.CODE_128: zxingcpp.BarcodeFormat.Code128,
        Symbology.QR: zxingcpp.BarcodeFormat.QRCode,
    }[symbology]
    image: Any = zxingcpp.create_barcode(number, kind).to_image(add_quiet_zones=False)
    rows: list[list[int]] = np.asarray(image).tolist()
    if symbology is Symbology.CODE_128:
        rows = rows[:1]
    runs = tuple(run for y, row in enumerate(rows) for run in _runs(row, y))
    return Symbol(symbology, len(rows[0]), len(rows), runs)


def _runs(row: Sequence[int], y: int) -> Iterator[Run]:
    start: int | None = None
    for x, light in enumerate([*row, 255]):
        if not light and start is None:
            start = x
        elif light and start is not None:
            yield Run(start, y, x - start)
            start = None


def svg(number: str, symbology: Symbology) -> SafeString:
    """The symbol as an image for a page, black on white whatever the theme, with its quiet zone."""
    drawn, quiet = symbol(number, symbology), QUIET[symbology]
    tall = _BAR_HEIGHT if symbology is Symbology.CODE_128 else 1
    height = drawn.height * tall
    path = "".join(
        f"M{run.x + quiet} {run.y * tall + quiet}h{run.width}v{tall}h-{run.width}z"
        for run in drawn.runs
    )
    name = "Barcode" if symbology is Symbology.CODE_128 else "QR code"
    return format_html(
        '<svg class="symbol symbol-{}" viewBox="0 0 {} {}" role="img" aria-label="{} of {}"'
        ' shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/>'
        '<path d="{}" fill="#000"/></svg>',
        symbology.value,
        drawn.width + 2 * quiet,
        height + 2 * quiet,
        name,
        number,
        path,
    )
