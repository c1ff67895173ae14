"""Amount off: each unit on the deal costs so much less (DE-3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from largesse.engine.benefits.base import LineDiscount
from largesse.engine.discount import Discount
from largesse.engine.money import Money


class AmountOff(LineDiscount, frozen=True, kw_only=True, eq=False):
    """An amount off each unit, never more than the unit costs."""

    kind: ClassVar[str] = "amount_off"
    label: ClassVar[str] = "Amount off per unit"

    amount: Money
    """The amount off each unit."""

    @property
    def discount(self) -> Discount:
        return Discount(amount=self.amount)

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.amount:
            yield "amount", "is more than 0"
