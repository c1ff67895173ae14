"""A shopping spree that an order has: what it awards, what is chosen against it, what it pays."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from largesse.engine.money import Currency, Money, Rate, percent_string

CarryOver = Literal["ignore", "credit"]
"""What becomes of the part of an award that nothing is chosen for (SP-11)."""

RepIncome = Literal["none", "percentage", "amount"]
"""What is recorded as a distributor's taxable income: a part of what is given, or an amount where
anything is (SP-9)."""


class AppliedSpree(Struct, frozen=True, gc=False):
    """A spree of a promotion that the order qualifies for. Amounts are minor units.

    Its award is an amount for each of so many `times`, or a `percent` of a `base`, up to a `maximum`
    if there is one (SP-5).
    """

    offer: str
    revision: int
    title: str
    description: str
    times: int
    """How often the promotion is awarded."""
    base: Money | None
    """What the percentage is of; None where the award is an amount."""
    percent: Rate | None
    maximum: Money | None
    """The most that a percentage awards; None is no cap."""
    award: Money
    """What there is to spend."""
    selected: Money
    """What the chosen products cost together."""
    given: Money
    """What the spree pays of them: the smaller of the two."""
    lines: tuple[str, ...]
    """The lines that were chosen, by id."""
    over_purchase: bool
    """Whether more may be chosen, and the difference is charged (SP-7)."""
    carry_over: CarryOver
    retained_earnings: bool
    """Whether what is chosen counts toward retained earnings (SP-10)."""
    rep: str | None = None
    """The distributor whose taxable income it is; None where there is none."""
    rep_income: Money = 0
    """What is recorded as that income (SP-9)."""
    cut_from: Money | None = None
    """What it would have awarded, where that was cut at what its budget had left (MO-5)."""
    rep_income_by: RepIncome = "none"
    """How that income was computed: so a return takes back its part of it, or all with the last."""

    def basis_said(self, currency: Currency) -> str:
        """What the award is a part of, as in "10 % of 1284.60, at most 150.00"; empty for an amount."""
        if self.base is None or self.percent is None:
            return ""
        said = f"{percent_string(self.percent)} % of {currency.format(self.base)}"
        said += "" if self.times == 1 else f", {self.times:,} times"
        cap = self.maximum
        return said if cap is None else f"{said}, at most {currency.format(cap)}"

    @property
    def due(self) -> int:
        """What the chosen products cost beyond the award (SP-7)."""
        return self.selected - self.given

    @property
    def excess(self) -> int:
        """What nothing is chosen for (SP-7)."""
        return self.award - self.given
