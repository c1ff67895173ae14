"""Free stock: once the deal is triggered, a fixed credit to give stock away (DE-11)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from largesse.engine.benefits.base import Benefit
from largesse.engine.money import Currency, Money


class FreeStock(Benefit, frozen=True, kw_only=True, eq=False):
    """A fixed amount of giveaway credit."""

    kind: ClassVar[str] = "free_stock"
    label: ClassVar[str] = "Free stock"
    gives_stock: ClassVar[bool] = True

    amount: Money
    """The credit."""

    def said(self, of: str, currency: Currency) -> str:
        return f"{currency.format(self.amount)} credit for free stock with {of}"

    @property
    def credit(self) -> int:
        return self.amount

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.amount:
            yield "amount", "is more than 0"
