"""Whole numbers that prove a bound: anyone can add them up, however they were found.

Each line has a price. A deal's lines, taken together, can bring only so much beyond their prices; so no
plan brings more than all prices and what each deal brings beyond them. That holds for any prices, and
good ones make the bound meet the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

PRICE_SCALE: Final = 64
"""Prices are in parts of a minor unit, so many to one."""

MULTIPLIER_SCALE: Final = 1 << 20
"""Multipliers are in parts of a minor unit for each unit or minor unit of value, so many to one."""


MULTIPLES_MAX: Final = 40
"""A bonus of more whole multiples than this on all lines of a deal is not taken apart into them."""


class Way(NamedTuple):
    """One way to meet a deal: a tier and, with bonus stock taken apart, how many whole multiples."""

    deal: int
    tier: int
    multiple: int = 0


class Branch(NamedTuple):
    """A line that is decided: it is on one of the part's deals, or (None) on none of them.

    A deal that is not there is a leaf: with the line on it the part brings no more than is said.
    """

    line: int
    on: Mapping[int | None, Branch]


class PartProof(NamedTuple):
    """Deals that no plan gets more from than `most`, beyond what their lines get alone; and the
    decisions that show it, None if none is needed."""

    deals: tuple[int, ...]
    most: int
    tree: Branch | None = None


class Certificate(NamedTuple):
    """What each line gets alone, at most, and its price; for each way to meet a deal what its minimums
    are worth; the groups of deals over few lines for which all plans are tried; those of few deals with
    minimums of units only, whose units are counted up; and the other parts.

    Both are in parts of a minor unit. A line's price is what deals of its part must beat. A price is
    at least what the line gets alone, and that is 0 or more, but for held lines that no other deal has.

    A multiplier for units, one for value, and one for each need. It is 0 or more for a minimum; below
    0 for a limit (a higher tier that must not be met); the checker keeps limits anyhow.
    """

    alone: tuple[int, ...]
    prices: tuple[int, ...]
    multipliers: Mapping[Way, tuple[int, ...]]
    tried: tuple[tuple[int, ...], ...] = ()
    counted: tuple[tuple[int, ...], ...] = ()
    parts: tuple[PartProof, ...] = ()
