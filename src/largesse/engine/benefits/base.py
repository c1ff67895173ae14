"""A benefit says what a deal gives to the lines on it, or to the order for them (DE-3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct

from largesse.engine.assignment.problem import Bonus
from largesse.engine.discount import Discount
from largesse.engine.money import Currency
from largesse.engine.running import Line


class Benefit(Struct, frozen=True, kw_only=True, eq=False):
    """One kind of benefit: its fields, its decision, its sentence. `kind` names it in files.

    What it gives is `off` each line's price, a `rebate` for each line, a rebate given `once`, or credit
    to give stock away: `credit` given once, or a `bonus` that grows with the units on the deal.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    """What people call the kind."""
    gives_stock: ClassVar[bool] = False
    """Whether it gives credit to give stock away (DE-9, DE-11)."""
    is_rebate: ClassVar[bool] = False
    """Whether what it gives is credited to the buyer's credit account once the order is posted."""

    def said(self, of: str, currency: Currency) -> str:
        """What it gives on some products, in words: "8 % off Tea towels"."""
        raise NotImplementedError

    def off(self, line: Line, net: int, units: int, *, half_even: bool) -> int:
        """What comes off `units` units of a line that cost `net`; never more than that."""
        return 0

    def wanted(self, line: Line, net: int, units: int, *, half_even: bool) -> int:
        """What would come off, if the price set no limit (MO-5)."""
        return self.off(line, net, units, half_even=half_even)

    def rebate(self, net: int, *, half_even: bool) -> int:
        """What is credited for a line that costs `net`."""
        return 0

    @property
    def once(self) -> int:
        """What is credited once for all lines together, in minor units."""
        return 0

    @property
    def least_units(self) -> int:
        """The least units on the deal with which it gives anything."""
        return 0

    @property
    def credit(self) -> int:
        """The giveaway credit that is given once, in minor units."""
        return 0

    @property
    def unit_value(self) -> int | None:
        """The value of one unit of bonus stock; None is the list price of the product (DE-10)."""
        return None

    def bonus(self, unit_value: int) -> Bonus | None:
        """The giveaway credit that grows with the units ordered, if it gives such credit."""
        return None

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        return ()


class LineDiscount(Benefit, frozen=True, kw_only=True, eq=False):
    """A benefit that comes off each line by itself."""

    @property
    def discount(self) -> Discount:
        """What it does to each unit."""
        raise NotImplementedError

    def said(self, of: str, currency: Currency) -> str:
        return self.discount.said(of, currency)

    def off(self, line: Line, net: int, units: int, *, half_even: bool) -> int:
        return self.discount.off(line, net, units, half_even)

    def wanted(self, line: Line, net: int, units: int, *, half_even: bool) -> int:
        return self.discount.wanted(line, net, units, half_even)
