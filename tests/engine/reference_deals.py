"""What assignments of lines to deals bring, told from the specification alone; the best by trying all:
it shares no code with the engine's deals.

Values are those of a plain order: whole units, no floors, no allotments, no discounts by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any, NamedTuple

Plain = dict[str, Any]


class Row(NamedTuple):
    """An order line: amounts in minor units."""

    sku: str
    units: int
    price: int
    listed: int

    @property
    def net(self) -> int:
        return self.units * self.price


def cents(text: str | None) -> int:
    return int(Decimal(text or "0") * 100)


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def covers(deal: Plain, row: Row, groups: dict[str, set[str]]) -> bool:
    return any(in_set(each, row, groups) for each in deal["sets"])


def may_be_on(deal: Plain, row: Row, groups: dict[str, set[str]]) -> bool:
    """A deal that asks each line by itself takes only those that reach a tier (DE-7)."""
    by_itself = not deal.get("assorted", True)
    return covers(deal, row, groups) and (not by_itself or tier_met(deal, [row]) is not None)


def in_set(wanted: Plain, row: Row, groups: dict[str, set[str]]) -> bool:
    return row.sku in groups[wanted["products"]] - groups.get(wanted.get("exclude", ""), set())


def tier_met(deal: Plain, rows: Sequence[Row]) -> Plain | None:
    """The highest tier whose minimums these rows reach together (DE-2, DE-9)."""
    units = sum(row.units for row in rows)
    value = sum(row.units * row.listed for row in rows)
    found = None
    for tier in deal["tiers"]:
        least = max(tier.get("min_units", 0), tier["benefit"].get("every", 0))
        if units >= least and value >= cents(tier.get("min_value")):
            found = tier
    return found


def benefit(
    deal: Plain, on: Sequence[Row], order: Sequence[Row], groups: dict[str, set[str]]
) -> int:
    """What a deal brings with exactly these rows on it (DE-3, DE-9, DE-10, DE-11)."""
    for wanted in deal["sets"]:
        if sum(r.units for r in on if in_set(wanted, r, groups)) < wanted.get("min_units", 0):
            return 0
    if not deal.get("assorted", True):
        return sum(given(tier_met(deal, [row]), [row], [row]) for row in on)
    return given(tier_met(deal, on), on, [row for row in order if covers(deal, row, groups)])


def given(tier: Plain | None, on: Sequence[Row], covered: Sequence[Row]) -> int:
    if tier is None:
        return 0
    said = tier["benefit"]
    match said["kind"]:
        case "percentage":
            return sum(rounded(r.net * Decimal(said["percent"]) / 100) for r in on)
        case "amount_off":
            return sum(min(r.net, r.units * cents(said["amount"])) for r in on)
        case "fixed_price":
            return sum(max(0, r.net - r.units * cents(said["price"])) for r in on)
        case "rebate" if "percent" in said:
            return sum(rounded(r.net * Decimal(said["percent"]) / 100) for r in on)
        case "rebate" | "free_stock":
            return cents(said["amount"])
        case "bonus_stock":
            each = cents(said["value"]) if "value" in said else min(r.listed for r in covered)
            times = Decimal(sum(r.units for r in on)) / said["every"]
            worth = said.get("units", 1) * each
            rule = said.get("remainder", "floor")
            if rule == "proportional":
                return rounded(times * worth)
            if rule == "whole_multiples" and times != int(times):
                return 0
            return int(times) * worth
        case unknown:
            raise AssertionError(unknown)


def best(order: Sequence[Row], deals: Sequence[Plain], groups: dict[str, set[str]]) -> int:
    """What the best assignment brings: each row on one of the deals that it may be on, or on none."""
    choices = [
        [None, *(j for j, deal in enumerate(deals) if may_be_on(deal, row, groups))]
        for row in order
    ]
    return max(sum(parts(plan, order, deals, groups)) for plan in product(*choices))


def parts(
    plan: Sequence[int | None], order: Sequence[Row], deals: Sequence[Plain], groups: Any
) -> Iterator[int]:
    for j, deal in enumerate(deals):
        on = [row for row, place in zip(order, plan, strict=True) if place == j]
        if on:
            yield benefit(deal, on, order, groups)
