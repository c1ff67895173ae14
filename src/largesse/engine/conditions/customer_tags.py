"""Customer tags: the buyer has one of some tags, or all of them (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.cart import Customer
from largesse.engine.conditions.of_buyer import OfBuyer
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class CustomerTags(OfBuyer, frozen=True, kw_only=True, eq=False):
    """The buyer is known and has any of the tags, or all of them."""

    kind: ClassVar[str] = "customer_tags"
    label: ClassVar[str] = "Customer tags"

    tags: frozenset[str]
    """The tags asked for."""
    match: Literal["any", "all"] = "any"
    """Whether one of the tags is enough."""

    def holds(self, buyer: Customer, scene: Scene) -> bool:
        return self.tags <= buyer.tags if self.match == "all" else bool(self.tags & buyer.tags)

    def lack(self, buyer: Customer, scene: Scene) -> Shortfall:
        return Shortfall(RefusalCode.TAG_NEEDED, f"{self.for_whom}; this one is not.")

    @property
    def for_whom(self) -> str:
        return f"For customers tagged {self._asked}"

    @property
    def _asked(self) -> str:
        return (" and " if self.match == "all" else " or ").join(sorted(self.tags))

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.tags:
            yield "tags", "names at least one tag"

    def said(self, currency: Currency) -> str:
        return f"the buyer is tagged {self._asked}"
