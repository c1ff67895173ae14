"""Subtotal: what the order, or orders, come to, between two amounts (CO-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from largesse.engine.conditions.worth import Worth

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class Subtotal(Worth, frozen=True, kw_only=True, eq=False):
    """A subtotal of at least `minimum` and at most `maximum`, both inclusive.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "subtotal"
    label: ClassVar[str] = "Order subtotal"

    def found_now(self, scene: Scene) -> int:
        return scene.amount(original=self.original)
