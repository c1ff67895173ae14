"""Discount order: a percentage or an amount off all lines together (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.actions.base import Action, Offered, Take, spread
from largesse.engine.catalog import ProductGroup
from largesse.engine.discount import discount_faults
from largesse.engine.money import ONE, Money, Rate, part_of

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class DiscountOrder(Action, frozen=True, kw_only=True, eq=False):
    """A percentage or an amount off the order, spread over its lines by value.

    A percentage is taken of the sum of the lines and rounded once.
    """

    kind: ClassVar[str] = "discount_order"
    label: ClassVar[str] = "Discount order"
    shown: ClassVar[str] = "Order discounts"

    percent: Rate | None = None
    """The percentage off."""
    amount: Money | None = None
    """The amount off, once for each time that the promotion is awarded."""
    include: ProductGroup | None = None
    """The product group whose lines it is spread over; empty is every line."""
    exclude: ProductGroup | None = None
    """A product group whose lines it leaves alone; exclude beats include."""

    def targets(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        return self.include, self.exclude

    @property
    def rate_bound(self) -> int:
        return ONE if self.percent is None else self.percent

    def faults(self) -> Iterable[tuple[str, str]]:
        return discount_faults(percent=self.percent, amount=self.amount)

    @property
    def gives_amounts(self) -> bool:
        return self.amount is not None

    def most(self, times: int) -> int | None:
        return None if self.amount is None else self.amount * times

    def take(self, offered: Offered, times: int, scene: Scene) -> Sequence[Take]:
        if self.percent is not None:
            whole = sum(offered.nets)
            return spread(part_of(whole, self.percent, half_even=scene.currency.half_even), offered)
        assert self.amount is not None
        return spread(self.amount * times, offered)
