"""Choice of gift: the buyer chooses one product of a list, which is put on the order, free (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.actions.base import Action, Offered, Take
from largesse.engine.money import Currency
from largesse.engine.refusals import units_of

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class ChoiceOfGift(Action, frozen=True, kw_only=True, eq=False):
    """Products of which the buyer chooses one; nothing is given until they do.

    It costs nothing: where a budget does not pay for all units, fewer are given.
    """

    kind: ClassVar[str] = "gift_choice"
    label: ClassVar[str] = "Choice of gift"
    shown: ClassVar[str] = "Gifts"

    products: tuple[str, ...]
    """The products to choose from, in the order in which they are shown."""
    quantity: int = 1
    """How many units of the chosen product each award gives."""
    below_floor: bool = True
    """Whether it may be given below its floor price; if not, it costs that."""

    @property
    def acts_on(self) -> Literal["new_item"]:
        return "new_item"

    @property
    def choices(self) -> tuple[str, ...]:
        return self.products

    @property
    def is_gift(self) -> bool:
        return True

    def said(self, currency: Currency) -> str:
        *first, last = self.products
        choice = f"{', '.join(first)} or {last}" if first else last
        return f"{units_of(self.quantity)} of {choice} as a gift"

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.products:
            yield "products", "names at least one product"
        if len(set(self.products)) < len(self.products):
            yield "products", "names each product once"
        if self.quantity < 1:
            yield "quantity", "is 1 or more"

    def units_added(self, times: int) -> int:
        return self.quantity * times

    def take(self, offered: Offered, times: int, scene: Scene) -> Sequence[Take]:
        return [(i, offered.units[i], room) for i, room in enumerate(offered.rooms)]
