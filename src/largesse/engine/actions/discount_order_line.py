"""Discount order line: a percentage, amount or fixed price on units of the order (AC-1, AC-2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.actions.base import Action, Offered, Take, products_said
from largesse.engine.cart import UNITS_MAX
from largesse.engine.catalog import ProductGroup
from largesse.engine.discount import Discount, discount_faults
from largesse.engine.money import Currency, Money, Rate
from largesse.engine.refusals import units_of
from largesse.engine.running import unit_price

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class ApplyTo(StrEnum):
    """Which units a limited quantity takes, in the order of unit price that the name says (AC-2)."""

    LOWEST_PRICE_FIRST = "lowest_price_first"
    HIGHEST_PRICE_FIRST = "highest_price_first"
    NEW_ITEM = "new_item"


class DiscountOrderLine(Action, frozen=True, kw_only=True, eq=False):
    """A percentage, an amount off each unit, or a fixed unit price, on up to `quantity` units.

    `apply_to` new item adds `quantity` units (one if empty) of `product` to the order, discounted.
    Otherwise it takes units that are already there; ties of price go to the earlier line.
    """

    kind: ClassVar[str] = "discount_order_line"
    label: ClassVar[str] = "Discount order line"
    shown: ClassVar[str] = "Item discounts"

    percent: Rate | None = None
    """The percentage off."""
    amount: Money | None = None
    """The amount off each unit."""
    price: Money | None = None
    """The price that each unit shall cost."""
    quantity: int | None = None
    """The most units that one award takes; empty is all."""
    include: ProductGroup | None = None
    """The product group whose units it takes; empty is every product."""
    exclude: ProductGroup | None = None
    """A product group whose units it never takes; exclude beats include."""
    apply_to: ApplyTo = ApplyTo.HIGHEST_PRICE_FIRST
    """Which units it takes first, or that it adds the product as a new item."""
    product: str | None = None
    """The product that a new item is of."""

    def said(self, currency: Currency) -> str:
        if self.apply_to is ApplyTo.NEW_ITEM:
            more = self.discount.said(self.product or "", currency)
            return f"{units_of(self.quantity or 1)} more: {more}"
        of = products_said(self.include, self.exclude)
        if self.quantity is None:
            return self.discount.said(of, currency)
        cheapest = self.apply_to is ApplyTo.LOWEST_PRICE_FIRST
        first = "the cheapest first" if cheapest else "the dearest first"
        return f"{self.discount.said(of, currency)}, {units_of(self.quantity)} at most, {first}"

    def targets(self) -> tuple[ProductGroup | None, ProductGroup | None]:
        return self.include, self.exclude

    @property
    def acts_on(self) -> Literal["lines", "new_item"]:
        return "new_item" if self.apply_to is ApplyTo.NEW_ITEM else "lines"

    @property
    def by_line(self) -> bool:
        return self.quantity is None and self.apply_to is not ApplyTo.NEW_ITEM

    @property
    def discount(self) -> Discount:
        return Discount(self.percent, self.amount, self.price)

    @property
    def rate_bound(self) -> int:
        return self.discount.rate_bound

    @property
    def fixed_terms(self) -> Discount | None:
        return self.discount if self.by_line else None

    @property
    def gives_amounts(self) -> bool:
        return self.amount is not None

    @property
    def adds(self) -> str | None:
        return self.product if self.apply_to is ApplyTo.NEW_ITEM else None

    def units_added(self, times: int) -> int:
        return (self.quantity or 1) * times

    def terms(self, scene: Scene) -> Discount | None:
        return self.discount

    def faults(self) -> Iterable[tuple[str, str]]:
        yield from discount_faults(percent=self.percent, amount=self.amount, price=self.price)
        if self.quantity is not None and self.quantity < 1:
            yield "quantity", "is 1 or more"
        if self.apply_to is ApplyTo.NEW_ITEM and self.product is None:
            yield "product", "is missing; a new item needs the product that it is of"
        if self.apply_to is not ApplyTo.NEW_ITEM and self.product is not None:
            yield "product", "is for a new item only; choose products on the order by include"

    def take(self, offered: Offered, times: int, scene: Scene) -> Sequence[Take]:
        discount, half_even = self.discount, scene.currency.half_even
        left = UNITS_MAX if self.quantity is None else self.quantity * times
        takes: list[Take] = []
        for i in self._in_order(offered):
            units = min(offered.units[i], left)
            if not units:
                break
            net, room = offered.part(i, units)
            off = min(room, discount.off(offered.lines[i], net, units, half_even))
            if off:
                # Units that it gets nothing off don't use up the quantity.
                takes.append((i, units, off))
                left -= units
        return takes

    def _in_order(self, offered: Offered) -> Sequence[int]:
        places = range(len(offered.lines))
        if self.apply_to is not ApplyTo.LOWEST_PRICE_FIRST:
            return places
        # A stable sort: ties stay in the order of lines.
        return sorted(places, key=lambda i: unit_price(offered.nets[i], offered.units[i]))
