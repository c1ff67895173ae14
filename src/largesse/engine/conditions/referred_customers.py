"""Referred customers: how many customers the buyer brought (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.conditions.ranged import Ranged
from largesse.engine.facts import Ask
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class ReferredCustomers(Ranged, frozen=True, kw_only=True, eq=False):
    """The buyer is known and referred between `minimum` and `maximum` customers, both inclusive.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "referred_customers"
    label: ClassVar[str] = "Referred customers"

    minimum: int = 1
    """The least number of customers that the buyer referred."""
    maximum: int | None = None
    """The greatest number; empty is no limit."""

    def times(self, scene: Scene) -> int:
        return 0 if scene.customer is None else super().times(scene)

    def found(self, scene: Scene) -> int:
        return scene.facts.referred_customers

    def asks(self) -> Iterable[Ask]:
        return ("referred_customers",)

    def shortfall(self, scene: Scene) -> Shortfall:
        if scene.customer is None:
            told = "For customers who referred others; no customer is named."
            return Shortfall(RefusalCode.CUSTOMER_NEEDED, told)
        return super().shortfall(scene)

    def too_low(self, scene: Scene, found: int) -> Shortfall:
        told = f"Needs {_customers(self.minimum)} referred by the buyer, found {found:,}."
        return Shortfall(RefusalCode.TOO_FEW_REFERRED, told, self.minimum, found)

    def too_high(self, scene: Scene, found: int, maximum: int) -> Shortfall:
        told = f"Allows at most {_customers(maximum)} referred by the buyer, found {found:,}."
        return Shortfall(RefusalCode.TOO_MANY_REFERRED, told, maximum, found)

    def said(self, currency: Currency) -> str:
        return f"the buyer referred {self.range_said('customers')}"


def _customers(count: int) -> str:
    return "1 customer" if count == 1 else f"{count:,} customers"
