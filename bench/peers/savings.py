"""What a group of lines saves by one promotion: bare arithmetic, in hundredths of a minor unit.

Hundredths, because a whole percentage of a whole amount is a whole number of them: nothing is
rounded before the end, and savings and their bounds compare exactly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple, Protocol, assert_never

from bench.workload import Cart, Promotion

_PRICE = attrgetter("price")


class BareLine(NamedTuple):
    """`place` counts the cart's lines from 0; `price` is one unit's, `amount` the whole line's."""

    place: int
    sku: str
    quantity: int
    price: int
    amount: int


class Rule(Protocol):
    """One promotion, without its collection."""

    @property
    def rate(self) -> Fraction:
        """The bound: no group saves a larger part of its amount than this many per cent."""
        ...

    def shares(self, group: Sequence[BareLine]) -> list[int]:
        """What each line of the group, dearest unit first, saves if exactly these lines join."""
        ...


@dataclass(frozen=True, slots=True)
class Percent:
    percent: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.percent)

    def shares(self, group: Sequence[BareLine]) -> list[int]:
        percent = self.percent
        return [percent * line.amount for line in group]


@dataclass(frozen=True, slots=True)
class CheapestOfEach:
    """The units, dearest first, are cut into bundles; the last of each full one are cheaper.

    That way round a bundle's cheaper units never cost more than its average: hence the bound.
    """

    buy: int
    get: int
    percent: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.percent * self.get, self.buy + self.get)

    def shares(self, group: Sequence[BareLine]) -> list[int]:
        bundle = self.buy + self.get
        units = sum([line.quantity for line in group])
        if units < bundle:
            return [0] * len(group)
        bundled = units - units % bundle
        shares, seen, cheaper = [], 0, 0
        for line in group:
            seen = min(seen + line.quantity, bundled)
            until_here = seen // bundle * self.get + max(0, seen % bundle - self.buy)
            shares.append((until_here - cheaper) * line.price * self.percent)
            cheaper = until_here
        return shares


@dataclass(frozen=True, slots=True)
class PercentAbove:
    threshold: int
    percent: int

    @property
    def rate(self) -> Fraction:
        return Fraction(self.percent)

    def shares(self, group: Sequence[BareLine]) -> list[int]:
        amounts = [line.amount for line in group]
        percent = self.percent if sum(amounts) >= self.threshold else 0
        return [percent * amount for amount in amounts]


@dataclass(frozen=True, slots=True)
class FixedAbove:
    """The fixed amount is split over the lines by what they cost, running, so that it adds up."""

    threshold: int
    fixed: int

    @property
    def rate(self) -> Fraction:
        return Fraction(100 * self.fixed, self.threshold)

    def shares(self, group: Sequence[BareLine]) -> list[int]:
        total = sum([line.amount for line in group])
        if total < self.threshold:
            return [0] * len(group)
        fixed = 100 * self.fixed
        shares, running, given = [], 0, 0
        for line in group:
            running += line.amount
            until_here = fixed * running // total
            shares.append(until_here - given)
            given = until_here
        return shares


@dataclass(frozen=True, slots=True)
class Tiered:
    """The tiers are (quantity, percentage), the highest first."""

    tiers: tuple[tuple[int, int], ...]

    @property
    def rate(self) -> Fraction:
        return Fraction(self.tiers[0][1])

    def shares(self, group: Sequence[BareLine]) -> list[int]:
        units = sum([line.quantity for line in group])
        for quantity, percent in self.tiers:
            if units >= quantity:
                return [percent * line.amount for line in group]
        return [0] * len(group)


def rule(promotion: Promotion) -> Rule:
    """The arithmetic of a neutral promotion."""
    if promotion["kind"] == "percent_off":
        return Percent(promotion["percent"])
    if promotion["kind"] == "bxgy":
        return CheapestOfEach(promotion["buy"], promotion["get"], promotion["percent"])
    if promotion["kind"] == "order_threshold":
        if promotion["fixed"] is not None:
            return FixedAbove(promotion["threshold"], promotion["fixed"])
        return PercentAbove(promotion["threshold"], promotion["percent"] or 0)
    if promotion["kind"] == "qty_tier":
        tiers = [(tier["min_qty"], tier["percent"]) for tier in promotion["tiers"]]
        return Tiered(tuple(sorted(tiers, reverse=True)))
    assert_never(promotion)


def bare_lines(cart: Cart) -> list[BareLine]:
    """The cart's lines, read."""
    return [
        BareLine(place, line["sku"], line["qty"], line["price"], line["qty"] * line["price"])
        for place, line in enumerate(cart["lines"])
    ]


def dearest_first(lines: Iterable[BareLine]) -> list[BareLine]:
    """By the price of one unit; groups taken from the result are in this order too."""
    return sorted(lines, key=_PRICE, reverse=True)


def minor(hundredths: Sequence[int]) -> list[int]:
    """Each line's saving in whole minor units, halves up."""
    return [(saving + 50) // 100 for saving in hundredths]
