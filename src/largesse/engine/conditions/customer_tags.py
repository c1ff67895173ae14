"""Customer tags: the buyer has one of some tags, or all of them (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class CustomerTags(Condition, frozen=True, kw_only=True, eq=False):
    """The buyer is known and has any of the tags, or all of them."""

    kind: ClassVar[str] = "customer_tags"
    label: ClassVar[str] = "Customer tags"

    tags: frozenset[str]
    """The tags asked for."""
    match: Literal["any", "all"] = "any"
    """Whether one of the tags is enough."""

    def times(self, scene: Scene) -> int:
        if scene.customer is None:
            return 0
        has = scene.customer.tags
        met = self.tags <= has if self.match == "all" else bool(self.tags & has)
        return UNBOUNDED if met else 0

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.tags:
            yield "tags", "names at least one tag"

    def shortfall(self, scene: Scene) -> Shortfall:
        asked = (" and " if self.match == "all" else " or ").join(sorted(self.tags))
        if scene.customer is None:
            return Shortfall(
                RefusalCode.CUSTOMER_NEEDED, f"For customers tagged {asked}; no customer is named."
            )
        return Shortfall(RefusalCode.TAG_NEEDED, f"For customers tagged {asked}; this one is not.")
