"""Gift: units of a product are put on the order, free (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.actions.base import Action, Offered, Take
from largesse.engine.money import Currency
from largesse.engine.refusals import units_of

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class Gift(Action, frozen=True, kw_only=True, eq=False):
    """A product that the order gets without asking, as a line of its own.

    It costs nothing: where a budget does not pay for all units, fewer are given.
    """

    kind: ClassVar[str] = "gift"
    label: ClassVar[str] = "Gift"
    shown: ClassVar[str] = "Gifts"

    product: str
    """The product that is given."""
    quantity: int = 1
    """How many units each award gives."""
    below_floor: bool = True
    """Whether it may be given below its floor price; if not, it costs that."""

    @property
    def acts_on(self) -> Literal["new_item"]:
        return "new_item"

    @property
    def adds(self) -> str:
        return self.product

    @property
    def is_gift(self) -> bool:
        return True

    def said(self, currency: Currency) -> str:
        return f"{units_of(self.quantity)} of {self.product} as a gift"

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.quantity < 1:
            yield "quantity", "is 1 or more"

    def units_added(self, times: int) -> int:
        return self.quantity * times

    def take(self, offered: Offered, times: int, scene: Scene) -> Sequence[Take]:
        return [(i, offered.units[i], room) for i, room in enumerate(offered.rooms)]
