"""Rebate: the price stays, and the buyer's credit account is credited at posting (DE-3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from largesse.engine.benefits.base import Benefit
from largesse.engine.money import ONE, Currency, Money, Rate, part_of, percent_string


class Rebate(Benefit, frozen=True, kw_only=True, eq=False):
    """A percentage of each line's price, rounded once a line, or one amount for the order."""

    kind: ClassVar[str] = "rebate"
    label: ClassVar[str] = "Rebate"
    is_rebate: ClassVar[bool] = True

    percent: Rate | None = None
    """The percentage of what the lines cost."""
    amount: Money | None = None
    """The amount for the order."""
    account: str = ""
    """Which of the business's credit accounts it is credited to; empty is the main one."""

    def said(self, of: str, currency: Currency) -> str:
        if self.percent is not None:
            return f"{percent_string(self.percent)} % of {of} as a rebate to the account"
        assert self.amount is not None
        return f"{currency.format(self.amount)} rebate to the account for {of}"

    def rebate(self, net: int, *, half_even: bool) -> int:
        return 0 if self.percent is None else part_of(net, self.percent, half_even=half_even)

    @property
    def once(self) -> int:
        return self.amount or 0

    def faults(self) -> Iterable[tuple[str, str]]:
        if (self.percent is None) == (self.amount is None):
            yield "percent", "a rebate is a percentage or an amount, and not both"
        if self.percent is not None and not 0 < self.percent <= ONE:
            yield "percent", "is more than 0 and at most 100"
        if self.amount == 0:
            yield "amount", "is more than 0"
