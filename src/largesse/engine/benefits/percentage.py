"""Percentage: a share of what each line on the deal costs comes off it (DE-3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from largesse.engine.benefits.base import LineDiscount
from largesse.engine.discount import Discount
from largesse.engine.money import ONE, Rate


class Percentage(LineDiscount, frozen=True, kw_only=True, eq=False):
    """A percentage off each line, rounded once a line."""

    kind: ClassVar[str] = "percentage"
    label: ClassVar[str] = "Percentage"

    percent: Rate
    """The percentage off."""

    @property
    def discount(self) -> Discount:
        return Discount(percent=self.percent)

    def faults(self) -> Iterable[tuple[str, str]]:
        if not 0 < self.percent <= ONE:
            yield "percent", "is more than 0 and at most 100"
