"""Bundle price: units of several product groups together cost a set price (AC-7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from largesse.engine.actions.base import Action, Offered, Take, limited_said, spread
from largesse.engine.catalog import ProductGroup
from largesse.engine.money import Currency, Money
from largesse.engine.refusals import Shortfall, too_few_units, units_of

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class BundlePart(Struct, frozen=True, kw_only=True):
    """`units` of a product group, in each bundle."""

    products: ProductGroup
    """The product group that the units are of."""
    units: int = 1
    """How many units of it one bundle has."""


class BundlePrice(Action, frozen=True, kw_only=True, eq=False):
    """Each full bundle costs the set price; the dearest units that match make the bundles, so that the
    buyer saves most.

    A bundle that costs less without it is not made: it never raises a price. What comes off all
    bundles together is spread over their units by value. A product may match several parts; a unit
    counts for one.
    """

    kind: ClassVar[str] = "bundle_price"
    label: ClassVar[str] = "Bundle price"
    shown: ClassVar[str] = "Bundle discounts"

    parts: tuple[BundlePart, ...]
    """What makes one bundle."""
    price: Money
    """What one bundle costs."""
    max_times: int | None = None
    """The most bundles of one award; empty is no limit."""

    def said(self, currency: Currency) -> str:
        *first, last = [
            f"{units_of(part.units)} of {part.products.title or part.products.code}"
            for part in self.parts
        ]
        bundle = f"{', '.join(first)} and {last}" if first else last
        return f"{bundle} for {currency.format(self.price)}{limited_said(self.max_times)}"

    def targets(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        if len(self.parts) == 1:
            return self.parts[0].products, None
        return ProductGroup("", frozenset().union(*(p.products.products for p in self.parts))), None

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.parts:
            yield "parts", "has at least one part"
        for i, part in enumerate(self.parts):
            if part.units < 1:
                yield "parts", f"part {i + 1}: units is 1 or more"
        if self.max_times is not None and self.max_times < 1:
            yield "max_times", "is 1 or more"

    def take(self, offered: Offered, times: int, scene: Scene) -> Sequence[Take]:
        matches = self._matches([line.sku for line in offered.lines])
        size = sum(part.units for part in self.parts)
        most = sum(offered.units) // size
        if self.max_times is not None:
            most = min(most, self.max_times * times)

        def taken(bundles: int) -> list[int]:
            return _taken(offered.units, matches, [p.units * bundles for p in self.parts])

        def worth(bundles: int) -> int:
            return sum(offered.part(i, n)[0] for i, n in enumerate(taken(bundles)) if n)

        def pays(bundles: int) -> bool:
            """Whether so many are full, and the last of them saves something."""
            if sum(taken(bundles)) < size * bundles:
                return False
            return worth(bundles) - worth(bundles - 1) > self.price

        bundles = _last(most, pays)
        return _spread(worth(bundles) - self.price * bundles, offered, taken(bundles))

    def _matches(self, skus: Sequence[str]) -> list[list[int]]:
        """The places of the parts that each product matches."""
        return [[p for p, part in enumerate(self.parts) if sku in part.products] for sku in skus]

    def shortfall(self, scene: Scene) -> Shortfall | None:
        lots = [
            (line.sku, sum(lot.units for lot in lots if not lot.free))
            for line, lots in zip(scene.lines, scene.lots, strict=True)
        ]
        filled = _filled(
            [units for _, units in lots],
            self._matches([sku for sku, _ in lots]),
            [part.units for part in self.parts],
        )
        for part, found in zip(self.parts, filled, strict=True):
            if sum(found) < part.units:
                return too_few_units(part.units, sum(found), part.products)
        return None


def _last(most: int, holds: Callable[[int], bool]) -> int:
    """The last number up to `most` for which something holds that holds for all before it."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _taken(units: Sequence[int], matches: Sequence[Sequence[int]], room: list[int]) -> list[int]:
    """How many units of each lot fill the parts, the first lots preferred."""
    filled = _filled(units, matches, room)
    return [sum(part[i] for part in filled) for i in range(len(units))]


def _filled(
    units: Sequence[int], matches: Sequence[Sequence[int]], room: list[int]
) -> list[list[int]]:
    """How many units of each lot each part gets; parts have room for so many.

    A lot that finds its parts full moves units of earlier lots to other parts where these match them
    too: so no earlier unit is ever given up, and no later one left that fits.
    """
    filled = [[0] * len(units) for _ in room]
    room = list(room)
    for i, count in enumerate(units):
        left = count
        while left:
            path = _path(matches[i], matches, filled, room)
            if path is None:
                break
            left -= _move(i, left, path, filled, room)
    return filled


Step = tuple[int, int]
"""A part, and the lot of which it gives units to the part of the next step; the last gives none."""


def _path(
    start: Sequence[int],
    matches: Sequence[Sequence[int]],
    filled: Sequence[Sequence[int]],
    room: Sequence[int],
) -> list[Step] | None:
    """The shortest way from a lot's parts to one with room, over units that may change their part."""
    ways: list[list[Step]] = [[(part, -1)] for part in start]
    seen = set(start)
    for way in ways:
        part = way[-1][0]
        if room[part]:
            return way
        for lot, count in enumerate(filled[part]):
            for other in matches[lot] if count else ():
                if other not in seen:
                    seen.add(other)
                    ways.append([*way[:-1], (part, lot), (other, -1)])
    return None


def _move(
    lot: int, units: int, path: Sequence[Step], filled: list[list[int]], room: list[int]
) -> int:
    """Put units of a lot into the first part of a path and hand on as many; how many could be."""
    last = path[-1][0]
    count = min(units, room[last], *(filled[part][given] for part, given in path[:-1]))
    room[last] -= count
    for part, given in path:
        filled[part][lot] += count
        if given >= 0:
            filled[part][given] -= count
            lot = given
    return count


def _spread(total: int, offered: Offered, taken: Sequence[int]) -> list[Take]:
    """Spread what comes off over the units that the bundles take."""
    where = [i for i, units in enumerate(taken) if units]
    parts = [offered.part(i, taken[i]) for i in where]
    bundles = Offered(
        [offered.lines[i] for i in where],
        [taken[i] for i in where],
        [net for net, _ in parts],
        [room for _, room in parts],
    )
    return [(where[place], units, amount) for place, units, amount in spread(total, bundles)]
