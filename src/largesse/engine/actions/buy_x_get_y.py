"""Buy X get Y: of every X + Y units, Y are cheaper or free; so also "3 for 2" (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.actions.base import Action, Offered, Take, limited_said, products_said
from largesse.engine.catalog import ProductGroup
from largesse.engine.money import ONE, Currency, Rate, part_of, percent_string
from largesse.engine.refusals import Shortfall, too_few_units, units_of

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class BuyXGetY(Action, frozen=True, kw_only=True, eq=False):
    """Units are grouped by `buy` + `get` from the dearest down, and `get` of each group are
    discounted.

    So the buyer gets the best grouping: of units at 10, 9, 2 and 1 with buy 1 get 1, the 9 and the
    1. All units of a full group carry the promotion; what makes no full group is left to other
    offers.
    """

    kind: ClassVar[str] = "buy_x_get_y"
    label: ClassVar[str] = "Buy X get Y"
    shown: ClassVar[str] = "Multi-buy discounts"

    buy: int
    """Units that are paid in each group."""
    get: int = 1
    """Units that are discounted in each group."""
    percent: Rate = ONE
    """The percentage off those units; 100 makes them free."""
    products: ProductGroup | None = None
    """The product group that counts; empty is every product."""
    exclude: ProductGroup | None = None
    """A product group that does not count; exclude beats include."""
    discounted: Literal["cheapest", "dearest"] = "cheapest"
    """Which units of each group are discounted."""
    max_times: int | None = None
    """The most groups of one award; empty is no limit."""

    def said(self, currency: Currency) -> str:
        count = "" if self.get == 1 else f"{self.get:,} "
        off = "free" if self.percent == ONE else f"at {percent_string(self.percent)} % off"
        group = (
            f"every {units_of(self.buy + self.get)} of {products_said(self.products, self.exclude)}"
        )
        return f"the {count}{self.discounted} of {group} {off}{limited_said(self.max_times)}"

    def targets(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        return self.products, self.exclude

    @property
    def rate_bound(self) -> int:
        if self.discounted == "dearest":
            return self.percent
        # The cheapest `get` of a group are worth at most their even share of it.
        return -(-self.percent * self.get // (self.buy + self.get))

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.buy < 0:
            yield "buy", "is 0 or more"
        if self.get < 1:
            yield "get", "is 1 or more"
        if not 0 < self.percent <= ONE:
            yield "percent", "is more than 0 and at most 100"
        if self.max_times is not None and self.max_times < 1:
            yield "max_times", "is 1 or more"

    def take(self, offered: Offered, times: int, scene: Scene) -> Sequence[Take]:
        buy, get, percent = self.buy, self.get, self.percent
        groups = sum(offered.units) // (buy + get)
        if self.max_times is not None:
            groups = min(groups, self.max_times * times)
        left = groups * (buy + get)
        takes: list[Take] = []
        # Places count units from the dearest; so many before this one and before the last are given.
        place = before = 0
        for i, units in enumerate(offered.units):
            if not left:
                break
            if units > left:
                units = left
            left -= units
            place += units
            full, rest = divmod(place, buy + get)
            first = min(rest, get) if self.discounted == "dearest" else max(0, rest - buy)
            given, before = full * get + first - before, full * get + first
            amount = 0
            if given:
                # The first units, so that the odd minor units are among the discounted.
                amount, room = offered.part(i, given)
                if percent != ONE:
                    amount = part_of(amount, percent, half_even=scene.currency.half_even)
                if amount > room:
                    amount = room
            takes.append((i, units, amount))
        return takes

    def shortfall(self, scene: Scene) -> Shortfall | None:
        size = self.buy + self.get
        found = scene.units(self.products, self.exclude, free=False)
        if found >= size:
            return None
        return too_few_units(size, found, self.products)
