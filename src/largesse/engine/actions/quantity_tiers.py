"""Quantity tiers: the more units, the larger the discount on each (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from largesse.engine.actions.base import Action, products_said
from largesse.engine.catalog import ProductGroup
from largesse.engine.discount import Discount, discount_faults
from largesse.engine.money import ONE, Currency, Money, Rate
from largesse.engine.refusals import Shortfall, too_few_units, units_of

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class QuantityTier(Struct, frozen=True, kw_only=True):
    """From `minimum` units on: a percentage, an amount off each unit, or a fixed unit price."""

    minimum: int
    """The least number of units of the tier."""
    percent: Rate | None = None
    """The percentage off."""
    amount: Money | None = None
    """The amount off each unit."""
    price: Money | None = None
    """The price that each unit shall cost."""


class QuantityTiers(Action, frozen=True, kw_only=True, eq=False):
    """The highest tier that is met applies to all units.

    Units are counted on the cart as it stood before any award, as conditions count them (CH-4).
    """

    kind: ClassVar[str] = "quantity_tiers"
    label: ClassVar[str] = "Quantity tiers"
    shown: ClassVar[str] = "Quantity discounts"

    tiers: tuple[QuantityTier, ...]
    """The tiers, in any order."""
    include: ProductGroup | None = None
    """The product group that counts and is discounted; empty is every product."""
    exclude: ProductGroup | None = None
    """A product group that neither counts nor is discounted; exclude beats include."""

    def said(self, currency: Currency) -> str:
        of = products_said(self.include, self.exclude)
        steps = [
            f"{Discount(t.percent, t.amount, t.price).said('these' if i else of, currency)} "
            f"from {units_of(t.minimum)}"
            for i, t in enumerate(sorted(self.tiers, key=lambda tier: tier.minimum))
        ]
        return ", ".join(steps)

    def targets(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        return self.include, self.exclude

    @property
    def by_line(self) -> bool:
        return True

    @property
    def rate_bound(self) -> int:
        return max((ONE if t.percent is None else t.percent for t in self.tiers), default=0)

    @property
    def gives_amounts(self) -> bool:
        return any(tier.amount is not None for tier in self.tiers)

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.tiers:
            yield "tiers", "has at least one tier"
        for i, tier in enumerate(self.tiers):
            for _, message in discount_faults(
                percent=tier.percent, amount=tier.amount, price=tier.price
            ):
                yield "tiers", f"tier {i + 1}: {message}"
            if tier.minimum < 1:
                yield "tiers", f"tier {i + 1}: minimum is 1 or more"
        if len({tier.minimum for tier in self.tiers}) < len(self.tiers):
            yield "tiers", "no two tiers have the same minimum"

    def terms(self, scene: Scene) -> Discount | None:
        found = scene.units(self.include, self.exclude, free=False)
        met = [tier for tier in self.tiers if tier.minimum <= found]
        if not met:
            return None
        tier = max(met, key=lambda tier: tier.minimum)
        return Discount(tier.percent, tier.amount, tier.price)

    def shortfall(self, scene: Scene) -> Shortfall | None:
        found = scene.units(self.include, self.exclude, free=False)
        next_minimum = min(tier.minimum for tier in self.tiers)
        if found >= next_minimum:
            return None
        return too_few_units(next_minimum, found, self.include)
