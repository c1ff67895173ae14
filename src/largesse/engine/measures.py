"""Measures of a line as its discounts scaled them: original × multipliers, whatever the price
(AC-5).
"""

from __future__ import annotations

from collections.abc import Sequence

from largesse.engine.money import ONE, first_units, round_div
from largesse.engine.running import Line, Lot, times_quantity


def original(line: Line, measure: str) -> int:
    """A measure of the whole line before any discount; the price stands in where none is set."""
    each = getattr(line.product.measures, measure)
    return line.gross if each is None else times_quantity(each, line.quantity)


def scaled(
    line: Line,
    measure: str,
    *,
    lots: Sequence[Lot] = (),
    for_tax: bool = False,
    half_even: bool = False,
) -> int:
    """A measure of the whole line as the discounts on its units scale it, rounded once for each
    lot: on those of `lots`, or as the line stands now.

    Multipliers that stack compound. For the tax, awards that leave the tax as it was are passed
    over (AC-6). Free units count nothing for it (AL-12), unless an award made them free: then its
    multipliers scale the part that it pays for, and the rest counts whole (SP-8).
    """
    whole = original(line, measure)
    lots = lots or line.lots
    if len(lots) == 1:
        return _scaled_lot(lots[0], whole, measure, for_tax, half_even)
    total, seen = 0, 0
    for lot in lots:
        part = first_units(whole, line.units, seen + lot.units) - first_units(
            whole, line.units, seen
        )
        seen += lot.units
        total += _scaled_lot(lot, part, measure, for_tax, half_even)
    return total


def _scaled_lot(lot: Lot, amount: int, measure: str, for_tax: bool, half_even: bool) -> int:
    paid = 0
    if lot.free:
        if for_tax and not lot.marks:
            return 0
        paid = lot.net
    numerator, denominator = amount, 1
    for award in lot.marks:
        rate = getattr(award.action.multipliers, measure)
        if rate != ONE and not (for_tax and not award.action.recompute_tax):
            numerator, denominator = numerator * rate, denominator * ONE
    if paid:
        numerator = numerator * (lot.gross - paid) + amount * paid * denominator
        denominator *= lot.gross
    return round_div(numerator, denominator, half_even=half_even)
