"""Conditions that ask something of the buyer, whom the cart must name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from largesse.engine.cart import Customer
from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class OfBuyer(Condition, frozen=True, kw_only=True, eq=False):
    """The buyer is known, and something holds of them."""

    def holds(self, buyer: Customer, scene: Scene) -> bool:
        """Whether it holds of the buyer."""
        raise NotImplementedError

    def lack(self, buyer: Customer, scene: Scene) -> Shortfall:
        """Why it does not."""
        raise NotImplementedError

    @property
    def for_whom(self) -> str:
        """Whom it is for, as a sentence begins: "For customers tagged gold"."""
        raise NotImplementedError

    def times(self, scene: Scene) -> int:
        buyer = scene.customer
        return UNBOUNDED if buyer is not None and self.holds(buyer, scene) else 0

    def shortfall(self, scene: Scene) -> Shortfall:
        if scene.customer is None:
            told = f"{self.for_whom}; no customer is named."
            return Shortfall(RefusalCode.CUSTOMER_NEEDED, told)
        return self.lack(scene.customer, scene)
