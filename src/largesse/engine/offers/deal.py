"""A deal is a trigger and a benefit to which whole order lines are assigned, one deal a line."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from largesse.engine.benefits.base import Benefit
from largesse.engine.cart import Channel
from largesse.engine.catalog import ProductGroup, selected
from largesse.engine.money import Money
from largesse.engine.window import ALWAYS, Window

TITLE_MAX = 20
"""The most characters of a deal's title: it is read on small screens (DE-1)."""


class ProductSet(Struct, frozen=True, kw_only=True, eq=False):
    """Products that a deal covers, and how many units of them it needs whatever tier it reaches."""

    products: ProductGroup
    """The products."""
    exclude: ProductGroup | None = None
    """Products that are not covered; exclude beats include."""
    min_units: int = 0
    """The units that the deal needs from this set."""

    def covers(self, sku: str) -> bool:
        return selected(sku, self.products, self.exclude)

    @property
    def skus(self) -> frozenset[str]:
        return self.products.products - (self.exclude.products if self.exclude else frozenset())

    @property
    def name(self) -> str:
        return self.products.title or self.products.code

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if self.min_units < 0:
            yield "min_units", "is 0 or more"


class DealTier(Struct, frozen=True, kw_only=True, eq=False):
    """A benefit, and the least that triggers it: units, and value at list price before discounts.

    Where both are asked for, both must be reached.
    """

    benefit: Benefit
    """What it gives."""
    min_units: int = 0
    """The least number of units."""
    min_value: Money = 0
    """The least value at list price, before discounts."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if self.min_units < 0:
            yield "min_units", "is 0 or more"

    @property
    def needs_units(self) -> int:
        """The least units that trigger it: bonus stock needs those that earn it once (DE-9)."""
        return max(self.min_units, self.benefit.least_units)

    def is_met(self, units: int, value: int) -> bool:
        return units >= self.needs_units and value >= self.min_value


class Deal(Struct, frozen=True, kw_only=True, eq=False):
    """What triggers it, what it gives, and to whom (DE-1, DE-2).

    The highest tier that is met holds, also where a lower one would give more. `priority` settles
    ties: the higher first, then the code.
    """

    code: str
    """What identifies the deal; unique among deals and promotions, and the last tie-breaker."""
    sets: tuple[ProductSet, ...]
    """The products that it covers."""
    tiers: tuple[DealTier, ...]
    """What it gives from which trigger on, from the lowest to the highest."""
    title: str = ""
    """What reps and buyers read: up to 20 characters, for small screens."""
    description: str = ""
    """More about it."""
    window: Window = ALWAYS
    """When it holds."""
    active: bool = True
    """Whether it is switched on."""
    archived: bool = False
    """Whether it is kept for the record only."""
    priority: int = 0
    """The higher wins ties."""
    channels: frozenset[Channel] = frozenset()
    """Where it is on offer; none named is everywhere."""
    locations: frozenset[str] = frozenset()
    """The locations where it is on offer; none named is everywhere."""
    tags: frozenset[str] = frozenset()
    """It is for customers with one of these tags; where no tag and no customer is named, for all."""
    customers: frozenset[str] = frozenset()
    """The customers whom it is for, besides those with its tags."""
    assorted: bool = True
    """Whether its lines reach the trigger together; otherwise each line by itself."""
    required: tuple[str, ...] = ()
    """The products of which the order must have a unit."""
    bought_before: ProductGroup | None = None
    """It is for buyers who bought some of these before."""
    not_bought_before: ProductGroup | None = None
    """It is for buyers who never bought any of these."""
    high_priority: bool = False
    """Whether it goes before the best choice: lines go on such deals first."""
    manual: bool = False
    """Whether lines go on it only when somebody picks it."""
    pinned: bool = False
    """Whether it is shown before others."""
    referable: bool = False
    """Whether it may be applied without its trigger, to be approved (DE-8)."""
    gives: tuple[str, ...] = ()
    """The products that are given away by themselves, in the order of preference (DE-12)."""
    selection: ProductGroup | None = None
    """The products of which the user chooses what to give away (DE-12)."""
    revision: int = 1
    """Which version of the deal this is."""

    @property
    def rank(self) -> tuple[int, str]:
        """The order in which deals are listed, and ties settled."""
        return -self.priority, self.code

    @property
    def name(self) -> str:
        return self.title or self.code

    @property
    def gives_stock(self) -> bool:
        """Whether some tier of it gives credit to give stock away."""
        return any(tier.benefit.gives_stock for tier in self.tiers)

    @property
    def skus(self) -> frozenset[str]:
        """The products that it covers."""
        return frozenset[str]().union(*(each.skus for each in self.sets))

    def covers(self, sku: str) -> bool:
        return any(each.covers(sku) for each in self.sets)

    def may_give(self, sku: str) -> bool:
        """Whether a product is one that it gives away."""
        return sku in self.gives or (self.selection is not None and sku in self.selection)

    def met_tier(self, units: int, value: int) -> DealTier | None:
        """The highest tier that so many units of such a value meet."""
        met = [tier for tier in self.tiers if tier.is_met(units, value)]
        return met[-1] if met else None

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if not self.code.strip():
            yield "code", "is not blank"
        if len(self.title) > TITLE_MAX:
            yield "title", f"has at most {TITLE_MAX} characters; it has {len(self.title)}"
        if not self.sets:
            yield "sets", "names at least one set of products"
        start, end = self.window.start, self.window.end
        if start is not None and end is not None and end <= start:
            yield "window", "ends before it starts"
        yield from self._tier_faults()
        yield from self._stock_faults()

    def _tier_faults(self) -> Iterable[tuple[str, str]]:
        if not self.tiers:
            yield "tiers", "has at least one tier"
        for lower, higher in pairwise(self.tiers):
            before = (lower.min_units, lower.min_value)
            after = (higher.min_units, higher.min_value)
            if after == before or after[0] < before[0] or after[1] < before[1]:
                yield "tiers", "go from the lowest to the highest: each asks for more than the last"
                break

    def _stock_faults(self) -> Iterable[tuple[str, str]]:
        if self.gives and self.selection is not None:
            yield "gives", "are given by themselves, or the user chooses from a selection; not both"
        if self.gives_stock and not self.gives and self.selection is None:
            yield "selection", "is missing: name what may be given away"
        if not self.gives_stock and (self.gives or self.selection is not None):
            yield "gives", "is for a deal that gives bonus stock or free stock"
