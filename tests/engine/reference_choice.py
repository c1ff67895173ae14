"""The best choice of promotions by trying everything: slow, naive, and written apart from the engine.

For small carts where nothing stacks, nothing has a floor, and all units of a line cost the same. The
rules (CH-4): an offer that ties units together is in or out as a whole. Those that are in take their
units in the order of priority and code, each on the lines where its best rate beats what the
line-by-line offers save there; an amount asks for as few lines as carry it, those that cost least.
The units that are left of a line go to the line-by-line offer that saves most on them. No unit
belongs to two offers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product as every_combination
from typing import Literal, NamedTuple


class Line(NamedTuple):
    sku: str
    units: int
    price: int


class PercentOff(NamedTuple):
    """A percentage in millionths."""

    rate: int

    def off(self, price: int, units: int) -> int:
        return half_up(Fraction(price * units * self.rate, 1_000_000))


class AmountOff(NamedTuple):
    each: int

    def off(self, price: int, units: int) -> int:
        return min(self.each, price) * units


class FixedPrice(NamedTuple):
    each: int

    def off(self, price: int, units: int) -> int:
        return max(0, price - self.each) * units


Off = PercentOff | AmountOff | FixedPrice


class EachLine(NamedTuple):
    """So much off all units of some products."""

    off: Off


class SomeUnits(NamedTuple):
    """So much off a number of units, the dearest or the cheapest first."""

    off: Off
    units: int
    first: Literal["highest", "lowest"]


class WholeOrder(NamedTuple):
    """A percentage of the lines together, or one amount."""

    rate: int | None
    amount: int | None


class Groups(NamedTuple):
    """Of every `buy` + `get` units from the dearest down, `get` are so much off."""

    buy: int
    get: int
    rate: int
    discounted: Literal["cheapest", "dearest"]
    at_most: int | None


class Offer(NamedTuple):
    code: str
    priority: int
    skus: frozenset[str]
    action: EachLine | SomeUnits | WholeOrder | Groups

    @property
    def rank(self) -> tuple[int, str]:
        return -self.priority, self.code


Units = dict[int, int]
"""How many units of each line, by the place of the line."""


def half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


def best_saving(lines: Sequence[Line], offers: Sequence[Offer], *, wide: bool = False) -> int:
    """The largest saving of all plans; `wide` ones too, if so asked."""
    return max(saving for _, saving in plans(lines, offers, wide=wide))


def plans(
    lines: Sequence[Line], offers: Sequence[Offer], *, wide: bool = False
) -> Iterator[tuple[list[str], int]]:
    """Every plan: the codes of the tied offers that are in, and what the plan saves.

    In wide plans an amount may also be spread over all lines where it can beat the others.
    """
    in_order = sorted(offers, key=lambda offer: offer.rank)
    tied = [offer for offer in in_order if not isinstance(offer.action, EachLine)]
    each_line = [offer for offer in in_order if isinstance(offer.action, EachLine)]
    ways = ("out", "in", "wide") if wide else ("out", "in")
    for chosen_ways in every_combination(ways, repeat=len(tied)):
        chosen = [pair for pair in zip(tied, chosen_ways, strict=True) if pair[1] != "out"]
        yield [offer.code for offer, _ in chosen], saving_of(lines, chosen, each_line)


def saving_of(
    lines: Sequence[Line], tied: Sequence[tuple[Offer, str]], each_line: Sequence[Offer]
) -> int:
    """What tied offers, each with its way, and line-by-line offers save together."""

    def line_by_line(i: int, units: int) -> int:
        return max((off_line(offer, lines[i], units) for offer in each_line), default=0)

    alone = [line_by_line(i, line.units) for i, line in enumerate(lines)]
    left: Units = {i: line.units for i, line in enumerate(lines)}
    saving = 0
    for offer, way in tied:
        where = targets(offer, lines, alone, wide=way == "wide")
        taken, off = take(offer, lines, {i: left[i] for i in where})
        saving += off
        # What gets nothing off is not taken.
        for i, units in taken.items() if off else ():
            left[i] -= units
    return saving + sum(line_by_line(i, units) for i, units in left.items())


def targets(
    offer: Offer, lines: Sequence[Line], alone: Sequence[int], *, wide: bool = False
) -> list[int]:
    """The lines that a tied offer takes from, given what line-by-line offers alone save on each."""
    assert not isinstance(offer.action, EachLine)
    value = [line.units * line.price for line in lines]
    rate = best_rate(offer.action)
    beaten = [
        i
        for i, line in enumerate(lines)
        if line.sku in offer.skus and half_up(value[i] * rate) > alone[i]
    ]
    match offer.action:
        case WholeOrder(amount=int(amount)) if not wide:
            chosen = [i for i in beaten if not alone[i]]
            for i in sorted(beaten, key=lambda i: (Fraction(alone[i], value[i]), i)):
                if i not in chosen and sum(value[j] for j in chosen) < amount:
                    chosen.append(i)
            return chosen
        case _:
            return beaten


def best_rate(action: SomeUnits | WholeOrder | Groups) -> Fraction:
    """The largest share of the value of the units that it takes that can come off."""
    match action:
        case SomeUnits(off=PercentOff(rate)):
            return Fraction(rate, 1_000_000)
        case SomeUnits():
            return Fraction(1)
        case WholeOrder(rate=rate):
            return Fraction(1) if rate is None else Fraction(rate, 1_000_000)
        case Groups(discounted="dearest"):
            return Fraction(action.rate, 1_000_000)
        case Groups():
            # The cheapest of a group are worth at most their even share of it; in millionths.
            size = action.buy + action.get
            return Fraction(-(-action.rate * action.get // size), 1_000_000)


def off_line(offer: Offer, line: Line, units: int) -> int:
    assert isinstance(offer.action, EachLine)
    return offer.action.off.off(line.price, units) if line.sku in offer.skus else 0


def take(offer: Offer, lines: Sequence[Line], left: Units) -> tuple[Units, int]:
    """The units that a tied offer takes of those left on its lines, and what comes off them."""
    mine = {i: units for i, units in left.items() if units}
    match offer.action:
        case WholeOrder() as order:
            return whole_order(order, lines, mine)
        case SomeUnits() as some:
            return some_units(some, lines, mine)
        case Groups() as groups:
            return in_groups(groups, lines, mine)
        case EachLine():
            raise AssertionError("is not tied")


def whole_order(order: WholeOrder, lines: Sequence[Line], mine: Units) -> tuple[Units, int]:
    value = sum(lines[i].price * units for i, units in mine.items())
    if order.rate is not None:
        return mine, half_up(Fraction(value * order.rate, 1_000_000))
    assert order.amount is not None
    return mine, min(value, order.amount)


def some_units(some: SomeUnits, lines: Sequence[Line], mine: Units) -> tuple[Units, int]:
    """Units that get nothing off are not taken, and don't use up the number."""
    sign = -1 if some.first == "highest" else 1
    taken: Units = {}
    saving = 0
    wanted = some.units
    for i in sorted(mine, key=lambda i: (sign * lines[i].price, i)):
        units = min(wanted, mine[i])
        off = some.off.off(lines[i].price, units)
        if off:
            taken[i] = units
            saving += off
            wanted -= units
    return taken, saving


def in_groups(groups: Groups, lines: Sequence[Line], mine: Units) -> tuple[Units, int]:
    size = groups.buy + groups.get
    dearest_first = [
        i for i in sorted(mine, key=lambda i: (-lines[i].price, i)) for _ in range(mine[i])
    ]
    count = len(dearest_first) // size
    if groups.at_most is not None:
        count = min(count, groups.at_most)
    taken: Units = {}
    discounted: Units = {}
    for place, i in enumerate(dearest_first[: count * size]):
        taken[i] = taken.get(i, 0) + 1
        within = place % size
        if within < groups.get if groups.discounted == "dearest" else within >= groups.buy:
            discounted[i] = discounted.get(i, 0) + 1
    return taken, sum(
        half_up(Fraction(lines[i].price * units * groups.rate, 1_000_000))
        for i, units in discounted.items()
    )
