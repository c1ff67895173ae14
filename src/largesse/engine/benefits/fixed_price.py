"""Fixed net price: each unit on the deal costs so much, if it would cost more (DE-3)."""

from __future__ import annotations

from typing import ClassVar

from largesse.engine.benefits.base import LineDiscount
from largesse.engine.discount import Discount
from largesse.engine.money import Money


class FixedPrice(LineDiscount, frozen=True, kw_only=True, eq=False):
    """The price that each unit costs; a unit that costs less already stays as it is."""

    kind: ClassVar[str] = "fixed_price"
    label: ClassVar[str] = "Fixed net price"

    price: Money
    """The price that each unit shall cost."""

    @property
    def discount(self) -> Discount:
        return Discount(price=self.price)
