"""Conditions that count: between a least and a greatest number, in this order or in earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.facts import HistoryQuery, Whose
from largesse.engine.money import Currency
from largesse.engine.refusals import Shortfall
from largesse.engine.window import Calendar, Period

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class Ranged(Condition, frozen=True, kw_only=True, eq=False):
    """A number between `minimum` and `maximum`, both inclusive.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at all.
    """

    minimum: int = 1
    """The least number."""
    maximum: int | None = None
    """The greatest number; empty is no limit."""

    def found(self, scene: Scene) -> int:
        """The number that is compared."""
        raise NotImplementedError

    def too_low(self, scene: Scene, found: int) -> Shortfall:
        """What is said when the number is below the least."""
        raise NotImplementedError

    def too_high(self, scene: Scene, found: int, maximum: int) -> Shortfall:
        """What is said when the number is above the greatest."""
        raise NotImplementedError

    def times(self, scene: Scene) -> int:
        found = self.found(scene)
        if found < self.minimum or (self.maximum is not None and found > self.maximum):
            return 0
        return found // self.minimum if self.minimum > 0 else UNBOUNDED

    def shortfall(self, scene: Scene) -> Shortfall:
        found = self.found(scene)
        if found < self.minimum:
            return self.too_low(scene, found)
        assert self.maximum is not None
        return self.too_high(scene, found, self.maximum)

    def faults(self) -> Iterable[tuple[str, str]]:
        if self.minimum < 0:
            yield "minimum", "is 0 or more"
        if self.maximum is not None and self.maximum < self.minimum:
            yield "maximum", "is below the minimum"

    def range_said(self, what: str = "", currency: Currency | None = None) -> str:
        """The range in words: of so many of `what`, or of an amount in a currency.

        >>> Ranged(minimum=2, maximum=5).range_said("units")
        'from 2 to 5 units'
        """

        def said(number: int) -> str:
            return f"{number:,}" if currency is None else currency.format(number)

        return f"{_range_said(self.minimum, self.maximum, said)} {what}".rstrip()


def _range_said(minimum: int, maximum: int | None, said: Callable[[int], str]) -> str:
    if maximum is None:
        return f"at least {said(minimum)}"
    if minimum == maximum:
        return f"exactly {said(minimum)}"
    return f"from {said(minimum)} to {said(maximum)}" if minimum else f"at most {said(maximum)}"


class ApplicableOrders(StrEnum):
    """Which orders of the period count."""

    ALL = "all"
    ONLY_CURRENT = "only_current"
    ALL_EXCEPT_CURRENT = "all_except_current"


PERIODS_SAID: Final = {
    Period.YEAR: "of the last twelve months",
    Period.CALENDAR_YEAR: "of this calendar year",
    Period.CALENDAR_MONTH: "of this calendar month",
    Period.WEEK: "of this week",
    Period.DAY: "of today",
}


class OverOrders(Ranged, frozen=True, kw_only=True, eq=False):
    """A number of this order, of earlier orders, or of both together.

    Earlier orders count once they are posted, with what was not given back (CO-3).
    """

    orders: ApplicableOrders = ApplicableOrders.ONLY_CURRENT
    """Whether this order, prior orders, or both count."""
    period: Period = Period.YEAR
    """How far back prior orders count."""
    whose: Whose = "buyer"
    """Whose prior orders count: this buyer's, rep and customer orders apart, or everyone's."""

    def found_now(self, scene: Scene) -> int:
        """The number of this order."""
        raise NotImplementedError

    def query(self, since: datetime) -> HistoryQuery:
        """The question about prior orders."""
        raise NotImplementedError

    @property
    def counts_now(self) -> bool:
        return self.orders is not ApplicableOrders.ALL_EXCEPT_CURRENT

    @property
    def counts_prior(self) -> bool:
        return self.orders is not ApplicableOrders.ONLY_CURRENT

    def found(self, scene: Scene) -> int:
        if self.orders is ApplicableOrders.ONLY_CURRENT:
            return self.found_now(scene)
        before = scene.bought(self.query(scene.calendar.since(self.period, scene.at)))
        return before + self.found_now(scene) if self.counts_now else before

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        return (self.query(calendar.since(self.period, at)),) if self.counts_prior else ()

    def needs_one_of(self, products: ProductGroup | None) -> frozenset[str] | None:
        """The products of which this order must have one, where only these count."""
        if products is None or self.counts_prior or self.minimum < 1:
            return None
        return products.products

    @property
    def orders_said(self) -> str:
        """The orders in words, with the verb that follows."""
        if not self.counts_prior:
            return "the order has"
        whose = "the buyer's" if self.whose == "buyer" else "everyone's"
        prior = f"{whose} earlier orders {PERIODS_SAID[self.period]} have"
        return f"the order and {prior} together" if self.counts_now else prior


def of_products(products: ProductGroup | None, exclude: ProductGroup | None = None) -> str:
    """The products that count, in words that follow a number.

    >>> of_products(ProductGroup("MUGS", frozenset(), "mugs"))
    ' of mugs'
    """
    said = f" of {products.title or products.code}" if products else ""
    return f"{said} without {exclude.title or exclude.code}" if exclude else said
