"""Order lines as deals see them: the units that are charged, at list price before discounts (DE-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from largesse.engine.offers.deal import DealTier
from largesse.engine.running import Line, Lot, times_quantity


class DealLine(NamedTuple):
    """A line whose charged units may be on a deal. Amounts are minor units, for all these units."""

    line: Line
    lot: Lot
    """The units that are charged: those that an allotment made free count toward no deal (ST-2)."""
    list_price: int
    """What one unit costs at list price."""
    value: int
    """What they are worth at list price."""
    pick: str | None
    """The deal that the user picked, empty for none; None leaves the line to the best choice (DE-6)."""

    @property
    def units(self) -> int:
        return self.lot.units

    def off(self, tier: DealTier, *, half_even: bool) -> int:
        """What a tier takes off it, down to its floor (FL-1)."""
        off = tier.benefit.off(self.line, self.lot.net, self.units, half_even=half_even)
        return min(off, self.line.room(self.lot))

    def rebate(self, tier: DealTier, *, half_even: bool) -> int:
        """What a tier credits for it once the order is posted."""
        return tier.benefit.rebate(self.lot.net, half_even=half_even)


def deal_lines(lines: Iterable[Line], picks: Iterable[str | None]) -> Iterator[DealLine]:
    """The lines with units that are charged."""
    for line, pick in zip(lines, picks, strict=True):
        for lot in line.lots:
            if lot.free:
                continue
            each = line.product.listed
            value = times_quantity(each, line.quantity) if line.weighed else each * lot.units
            yield DealLine(line, lot, each, value, pick)
            break


def unit_value(tier: DealTier, covered: Iterable[DealLine]) -> int:
    """The value of a unit of bonus stock: what the tier says, else the lowest list price among the
    order's lines that the deal covers, whether or not they end up on it (DE-10).
    """
    own = tier.benefit.unit_value
    return min((each.list_price for each in covered), default=0) if own is None else own
