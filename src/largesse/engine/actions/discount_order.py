"""Discount order: a percentage or an amount off all lines together, or tiers by subtotal (AC-7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from largesse.engine.actions.base import Action, Offered, Take, products_said, spread
from largesse.engine.catalog import ProductGroup
from largesse.engine.discount import discount_faults
from largesse.engine.money import ONE, Currency, Money, Rate, part_of, percent_string
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class OrderTier(Struct, frozen=True, kw_only=True):
    """From a subtotal of `minimum` on: a percentage or an amount."""

    minimum: Money
    """The least subtotal of the tier."""
    percent: Rate | None = None
    """The percentage off."""
    amount: Money | None = None
    """The amount off, once for each time that the promotion is awarded."""


class DiscountOrder(Action, frozen=True, kw_only=True, eq=False):
    """A percentage or an amount off the order, spread over its lines by value.

    A percentage is taken of the sum of the lines and rounded once. Of tiers the highest that is met
    applies; the subtotal is that of the cart as it stood before any award, as conditions count it
    (CH-4).
    """

    kind: ClassVar[str] = "discount_order"
    label: ClassVar[str] = "Discount order"
    shown: ClassVar[str] = "Order discounts"

    percent: Rate | None = None
    """The percentage off."""
    amount: Money | None = None
    """The amount off, once for each time that the promotion is awarded."""
    tiers: tuple[OrderTier, ...] = ()
    """Percentages or amounts by subtotal, in any order, instead of one percentage or amount."""
    include: ProductGroup | None = None
    """The product group whose lines count and are discounted; empty is every line."""
    exclude: ProductGroup | None = None
    """A product group whose lines it leaves alone; exclude beats include."""

    def said(self, currency: Currency) -> str:
        every = self.include is None and self.exclude is None
        of = "the order" if every else f"{products_said(self.include, self.exclude)} together"
        if not self.tiers:
            return f"{_off(self.percent, self.amount, currency)} {of}"
        tiers = sorted(self.tiers, key=lambda tier: tier.minimum)
        steps = [
            f"{_off(tier.percent, tier.amount, currency)} {of if not i else 'it'} "
            f"from {currency.format(tier.minimum)}"
            for i, tier in enumerate(tiers)
        ]
        return ", ".join(steps)

    def targets(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        return self.include, self.exclude

    @property
    def rate_bound(self) -> int:
        rates = [tier.percent for tier in self.tiers] or [self.percent]
        return max(ONE if rate is None else rate for rate in rates)

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.tiers:
            yield from discount_faults(percent=self.percent, amount=self.amount)
            return
        if self.percent is not None or self.amount is not None:
            yield "tiers", "are instead of a percentage or an amount"
        for i, tier in enumerate(self.tiers):
            for _, message in discount_faults(percent=tier.percent, amount=tier.amount):
                yield "tiers", f"tier {i + 1}: {message}"
        if len({tier.minimum for tier in self.tiers}) < len(self.tiers):
            yield "tiers", "no two tiers have the same minimum"

    @property
    def gives_amounts(self) -> bool:
        return self.amount is not None or any(tier.amount is not None for tier in self.tiers)

    def most(self, times: int) -> int | None:
        amounts = [tier.amount for tier in self.tiers] or [self.amount]
        largest = 0
        for amount in amounts:
            if amount is None:
                return None
            largest = max(largest, amount * times)
        return largest

    def spreads(self, net: int, times: int, scene: Scene) -> int | None:
        percent, amount = self.percent, self.amount
        if self.tiers:
            found = scene.amount(self.include, self.exclude)
            met = [tier for tier in self.tiers if tier.minimum <= found]
            if not met:
                return 0
            tier = max(met, key=lambda tier: tier.minimum)
            percent, amount = tier.percent, tier.amount
        if percent is not None:
            return part_of(net, percent, half_even=scene.currency.half_even)
        assert amount is not None
        return amount * times

    def take(self, offered: Offered, times: int, scene: Scene) -> Sequence[Take]:
        total = self.spreads(sum(offered.nets), times, scene)
        return spread(total, offered) if total else ()

    def shortfall(self, scene: Scene) -> Shortfall | None:
        found = scene.amount(self.include, self.exclude)
        least = min((tier.minimum for tier in self.tiers), default=0)
        if found >= least:
            return None
        money = scene.currency.format
        return Shortfall(
            RefusalCode.SUBTOTAL_TOO_LOW,
            f"Its first tier needs a subtotal of {money(least)}, found {money(found)}.",
            least,
            found,
            "money",
            add_amount=least - found,
            add_from=self.include,
        )


def _off(percent: int | None, amount: int | None, currency: Currency) -> str:
    if percent is not None:
        return f"{percent_string(percent)} % off"
    return f"{currency.format(amount or 0)} off"
