"""Customer type: the buyer is a customer, or a distributor (CO-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from largesse.engine.cart import CustomerType
from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class CustomerTypeIs(Condition, frozen=True, kw_only=True, eq=False):
    """The buyer is known and of the type."""

    kind: ClassVar[str] = "customer_type"
    label: ClassVar[str] = "Customer type"

    type: CustomerType
    """The type that the buyer must be."""

    def times(self, scene: Scene) -> int:
        buyer = scene.customer
        return UNBOUNDED if buyer is not None and buyer.type == self.type else 0

    def shortfall(self, scene: Scene) -> Shortfall:
        if scene.customer is None:
            return Shortfall(
                RefusalCode.CUSTOMER_NEEDED, f"For {self.type}s only; no customer is named."
            )
        return Shortfall(
            RefusalCode.OTHER_CUSTOMER_TYPE,
            f"For {self.type}s only; the buyer is a {scene.customer.type}.",
        )
