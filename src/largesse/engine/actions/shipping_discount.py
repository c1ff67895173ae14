"""Shipping discount: a percentage or an amount off the shipping charge, or what it shall be (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.actions.base import Action
from largesse.engine.discount import discount_faults
from largesse.engine.money import ONE, Currency, Money, Rate, part_of, percent_string
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class ShippingDiscount(Action, frozen=True, kw_only=True, eq=False):
    """A discount of the shipping charge, after all that come off the lines.

    Which shipping it is for is the promotion's condition.
    """

    kind: ClassVar[str] = "shipping_discount"
    label: ClassVar[str] = "Shipping discount"
    shown: ClassVar[str] = "Shipping discounts"

    percent: Rate | None = None
    """The percentage off the charge; 100 makes shipping free."""
    amount: Money | None = None
    """The amount off the charge, once for each time that the promotion is awarded."""
    price: Money | None = None
    """What shipping shall cost; a charge that is lower stays as it is."""

    @property
    def acts_on(self) -> Literal["shipping"]:
        return "shipping"

    def said(self, currency: Currency) -> str:
        if self.percent == ONE or self.price == 0:
            return "free shipping"
        if self.percent is not None:
            return f"{percent_string(self.percent)} % off shipping"
        if self.amount is not None:
            return f"{currency.format(self.amount)} off shipping"
        return f"shipping for {currency.format(self.price or 0)}"

    def faults(self) -> Iterable[tuple[str, str]]:
        return discount_faults(percent=self.percent, amount=self.amount, price=self.price)

    def off_shipping(self, charge: Money, times: int, *, half_even: bool) -> Money:
        if self.percent is not None:
            return part_of(charge, self.percent, half_even=half_even)
        if self.amount is not None:
            return self.amount * times
        assert self.price is not None
        return max(0, charge - self.price)

    def shortfall(self, scene: Scene) -> Shortfall | None:
        if scene.cart.shipping:
            return None
        return Shortfall(RefusalCode.NOTHING_TO_GIVE, "There is no shipping charge.", None, 0)
