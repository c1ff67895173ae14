"""Customer type: the buyer is a customer, or a distributor (CO-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from largesse.engine.cart import Customer, CustomerType
from largesse.engine.conditions.of_buyer import OfBuyer
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class CustomerTypeIs(OfBuyer, frozen=True, kw_only=True, eq=False):
    """The buyer is known and of the type."""

    kind: ClassVar[str] = "customer_type"
    label: ClassVar[str] = "Customer type"

    type: CustomerType
    """The type that the buyer must be."""

    def holds(self, buyer: Customer, scene: Scene) -> bool:
        return buyer.type == self.type

    def lack(self, buyer: Customer, scene: Scene) -> Shortfall:
        told = f"{self.for_whom}; the buyer is a {buyer.type}."
        return Shortfall(RefusalCode.OTHER_CUSTOMER_TYPE, told)

    @property
    def for_whom(self) -> str:
        return f"For {self.type}s only"

    def said(self, currency: Currency) -> str:
        return f"the buyer is a {self.type}"
