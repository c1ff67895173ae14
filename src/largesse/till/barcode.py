"""A number as a Code 128 barcode, as bars for an SVG that needs neither style nor script (VO-40)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import zxingcpp
from msgspec import Struct


class Bar(NamedTuple):
    """A black bar, in modules."""

    x: int
    width: int


class Barcode(Struct, frozen=True):
    """The bars of a number, `width` modules in all."""

    number: str
    width: int
    bars: tuple[Bar, ...]


@lru_cache(maxsize=256)
def barcode_of(number: str) -> Barcode:
    """The barcode of a number in letters, digits and dashes."""
    made = zxingcpp.create_barcode(number, zxingcpp.BarcodeFormat.Code128)
    image = np.asarray(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False))
    row = (image[len(image) // 2] < 128).tolist()
    bars: list[Bar] = []
    for x, is_black in enumerate(row):
        if is_black and x and row[x - 1]:
            bars[-1] = Bar(bars[-1].x, bars[-1].width + 1)
        elif is_black:
            bars.append(Bar(x, 1))
    return Barcode(number, len(row), tuple(bars))
