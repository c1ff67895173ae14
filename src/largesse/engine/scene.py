"""What conditions and actions look at: the cart as it stood before a stage awarded anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from largesse.engine.cart import Cart, Channel, Customer
from largesse.engine.catalog import ProductGroup, selected
from largesse.engine.facts import Facts, HistoryQuery, KitCounting, Limit, kit_units, limit_query
from largesse.engine.measures import scaled
from largesse.engine.money import Currency
from largesse.engine.running import Line, Lot
from largesse.engine.window import Calendar


class Scene:
    """A cart at the start of a stage, with its circumstances and facts. Reading only."""

    __slots__ = (
        "_amounts",
        "_has_free",
        "_measures",
        "_units",
        "calendar",
        "cart",
        "codes",
        "currency",
        "facts",
        "lines",
        "lots",
    )

    def __init__(
        self,
        cart: Cart,
        facts: Facts,
        lines: Sequence[Line],
        currency: Currency,
        calendar: Calendar,
        codes: frozenset[str],
    ):
        self.cart = cart
        self.facts = facts
        self.lines = lines
        self.currency = currency
        self.calendar = calendar
        self.codes = codes
        # Lots are never changed, so keeping them keeps the cart as it stands now.
        self.lots: list[tuple[Lot, ...]] = [line.lots for line in lines]
        self._has_free = any([lot.free for lots in self.lots for lot in lots])
        self._units: dict[object, int] = {}
        self._amounts: dict[object, int] = {}
        self._measures: dict[object, int] = {}

    @property
    def customer(self) -> Customer | None:
        return self.cart.customer

    @property
    def channel(self) -> Channel:
        return self.cart.channel

    @property
    def at(self) -> datetime:
        return self.cart.at

    def units(
        self,
        include: ProductGroup | None,
        exclude: ProductGroup | None = None,
        *,
        kits: KitCounting = KitCounting.PARENT,
        free: bool = True,
        promotional: bool = True,
    ) -> int:
        """Units of the cart in the groups; without free or promotional ones if so asked."""
        key = (include, exclude, kits, free, promotional)
        counted = self._units.get(key)
        if counted is None:
            if kits is KitCounting.PARENT and (free or not self._has_free) and promotional:
                counted = sum(
                    [line.units for line in self.lines if selected(line.sku, include, exclude)]
                )
            else:
                counted = sum(
                    self._units_of(line, lots, include, exclude, kits, free, promotional)
                    for line, lots in zip(self.lines, self.lots, strict=True)
                )
            self._units[key] = counted
        return counted

    def _units_of(
        self,
        line: Line,
        lots: tuple[Lot, ...],
        include: ProductGroup | None,
        exclude: ProductGroup | None,
        kits: KitCounting,
        free: bool,
        promotional: bool,
    ) -> int:
        if exclude is not None and line.sku in exclude.products:
            return 0
        if not line.product.components and include is not None and line.sku not in include.products:
            return 0
        units = line.units
        if not (free and promotional):
            units = sum(
                lot.units
                for lot in lots
                if (free or not lot.free) and (promotional or not lot.marks)
            )
        return kit_units(line.product, units, include, kits) if line.product.components else units

    def amount(
        self,
        include: ProductGroup | None = None,
        exclude: ProductGroup | None = None,
        *,
        original: bool = False,
    ) -> int:
        """The subtotal of the lines in the groups: original, or as the stages before left it."""
        key = (include, exclude, original)
        summed = self._amounts.get(key)
        if summed is None:
            summed = sum(
                [
                    line.gross if original else sum([lot.net for lot in lots])
                    for line, lots in zip(self.lines, self.lots, strict=True)
                    if selected(line.sku, include, exclude)
                ]
            )
            self._amounts[key] = summed
        return summed

    def measure(self, name: str, include: ProductGroup | None = None) -> int:
        """A measure of the lines in a group, as the stages before scaled it."""
        key = (name, include)
        summed = self._measures.get(key)
        if summed is None:
            half_even = self.currency.half_even
            summed = self._measures[key] = sum(
                [
                    scaled(line, name, lots=lots, half_even=half_even)
                    for line, lots in zip(self.lines, self.lots, strict=True)
                    if selected(line.sku, include, None)
                ]
            )
        return summed

    def distinct(self, include: ProductGroup | None = None) -> int:
        """How many different products of a group the cart has."""
        return len({line.sku for line in self.lines if selected(line.sku, include, None)})

    @property
    def today(self) -> date:
        """The business's day."""
        return self.calendar.day_of(self.cart.at)

    def left(self, promotion: str, limit: Limit, most: int) -> int:
        """What is left of a promotion's limit for this cart; nothing of one for an unknown customer."""
        if limit == "uses_per_customer" and self.cart.customer is None:
            return 0
        query = limit_query(promotion, limit, self.cart, self.calendar)
        return most - self.facts.used.get(query, 0)

    def bought(self, query: HistoryQuery) -> int:
        """What was bought before, in the query's measure; what was not told counts as none."""
        return self.facts.history.get(query, 0)
