"""Bonus stock: for every so many units ordered, the value of some units to give away (DE-9, DE-10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from largesse.engine.assignment.problem import Bonus, Remainder
from largesse.engine.benefits.base import Benefit
from largesse.engine.cart import UNITS_MAX
from largesse.engine.money import Currency, Money
from largesse.engine.refusals import units_of


class BonusStock(Benefit, frozen=True, kw_only=True, eq=False):
    """For every so many units on the deal, the value of some units as giveaway credit.

    The value of one unit is what is set here; otherwise the product's list price, and over mixed
    products the lowest list price among the order's lines that the deal covers. Fewer than `every`
    units give nothing, whatever the remainder rule.
    """

    kind: ClassVar[str] = "bonus_stock"
    label: ClassVar[str] = "Bonus stock"
    gives_stock: ClassVar[bool] = True

    every: int
    """How many units ordered earn it once."""
    units: int = 1
    """The value of how many units it gives each time."""
    remainder: Remainder = Remainder.FLOOR
    """What units beyond a whole multiple bring."""
    value: Money | None = None
    """The value of one unit; empty is its list price."""

    def said(self, of: str, currency: Currency) -> str:
        each = "" if self.value is None else f" at {currency.format(self.value)} each"
        return (
            f"the value of {units_of(self.units)}{each} for every {self.every:,} of {of}, "
            f"as bonus stock{_REMAINDERS[self.remainder]}"
        )

    @property
    def least_units(self) -> int:
        return self.every

    @property
    def unit_value(self) -> int | None:
        return self.value

    def bonus(self, unit_value: int) -> Bonus:
        return Bonus(self.every, self.units * unit_value, self.remainder)

    def faults(self) -> Iterable[tuple[str, str]]:
        for name in ("every", "units"):
            if not 1 <= getattr(self, name) <= UNITS_MAX:
                yield name, f"is from 1 to {UNITS_MAX:,}"


_REMAINDERS = {
    Remainder.FLOOR: "",
    Remainder.PROPORTIONAL: ", in proportion",
    Remainder.WHOLE_MULTIPLES: ", in whole multiples only",
}
