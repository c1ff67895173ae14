"""What each unit of a sold line bears of its price, its discounts and its tax.

The units of a line are numbered from 0 in the order in which they are given back: first those that
were charged, then those that an allotment or a reward made free. What came off a line is shared equally
by the units that were charged, whichever of them an offer took: two mugs of one line are given back at
the same price. Odd minor units are the earlier units' (MO-4). So refunds in parts give back exactly
what one refund at once does, and no refund moves what the remaining units bear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from largesse.engine.money import first_units, share_out
from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment, QuoteLine
from largesse.engine.stage import Stage

FREE_STAGES: Final = frozenset({Stage.ALLOTMENT, Stage.REWARD})
"""The stages that make units free: they bear what the stage took, and no charged unit does."""


class SoldPart(Struct, frozen=True):
    """What one offer took off the units of a line from `first_unit` on."""

    first_unit: int
    units: int
    amount: int


class SoldLine(Struct, frozen=True):
    """A line as it was sold, as far as its units matter. Amounts are minor units.

    `net` and the tax lie on the units that were charged; on all of them, where none was.
    """

    units: int
    free_units: int
    net: int
    tax: int
    tax_included: int
    parts: tuple[SoldPart, ...]

    @property
    def bearing(self) -> int:
        """How many units bear the net and the tax."""
        return (self.units - self.free_units) or self.units


class Share(Struct, frozen=True):
    """What some units of a line bear; `parts` are in the order of the line's parts."""

    net: int
    tax: int
    tax_included: int
    parts: tuple[int, ...]

    @property
    def gross(self) -> int:
        """What they cost before discounts."""
        return self.net + sum(self.parts)

    @property
    def total(self) -> int:
        """What the buyer paid for them."""
        return self.net + self.tax


def sold(line: QuoteLine, quote: Quote) -> tuple[SoldLine, tuple[Adjustment, ...]]:
    """A quoted line as it is sold, with the adjustment behind each of its parts."""
    ours = tuple(a for a in quote.adjustments if a.line == line.id)
    free = sum(a.units for a in ours if a.stage in FREE_STAGES)
    charged = line.units - free
    parts: list[SoldPart] = []
    next_free = charged
    for adjustment in ours:
        if adjustment.stage in FREE_STAGES:
            parts.append(SoldPart(next_free, adjustment.units, adjustment.amount))
            next_free += adjustment.units
        else:
            # Staff may have taken something off units that then became free: it lies on these.
            parts.append(SoldPart(0, charged or line.units, adjustment.amount))
    made = SoldLine(line.units, free, line.net, line.tax, line.tax_included, tuple(parts))
    return made, ours


def share_of(line: SoldLine, start: int, stop: int) -> Share:
    """What the units from `start` to before `stop` of a line bear."""

    def borne(amount: int, first: int, units: int) -> int:
        after = first_units(amount, units, _within(stop - first, units))
        return after - first_units(amount, units, _within(start - first, units))

    return Share(
        borne(line.net, 0, line.bearing),
        borne(line.tax, 0, line.bearing),
        borne(line.tax_included, 0, line.bearing),
        tuple(borne(part.amount, part.first_unit, part.units) for part in line.parts),
    )


def credit_shares(
    amount: int, lines: Sequence[SoldLine], returned: Sequence[int]
) -> tuple[int, ...]:
    """What goes back of a credit on each of its lines, once so many units of each were given back.

    The credit lies on the lines in proportion to what they came to, by largest remainder (ties: the
    earlier line), and on each line's units as its net does. So the parts come to the whole, and no
    refund moves what the rest bears (MO-4). Where nothing was paid it lies on the units.
    """
    weights = [line.net for line in lines]
    if not any(weights):
        weights = [line.units for line in lines]
    parts = share_out(amount, weights)
    return tuple(
        first_units(part, line.bearing, _within(count, line.bearing))
        for part, line, count in zip(parts, lines, returned, strict=True)
    )


def units_of_part(part: SoldPart, start: int, stop: int) -> int:
    """How many of a part's units are from `start` to before `stop`."""
    last = part.first_unit + part.units
    return max(0, min(stop, last) - max(start, part.first_unit))


def _within(count: int, units: int) -> int:
    return max(0, min(count, units))
