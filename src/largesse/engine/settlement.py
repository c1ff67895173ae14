"""Who takes which units is decided first; here is computed, in one fixed order, how much comes off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from largesse.engine.award import Award
from largesse.engine.money import share_out
from largesse.engine.qualification import Qualification
from largesse.engine.running import Line, Lot

NO_BUDGETS: Mapping[str, int] = {}


class Given(NamedTuple):
    """What one award takes off one line: the units it took, what they cost, what comes off them.

    `wanted` is what would have come off, had there been room, where that was looked at.
    """

    award: Award
    line: Line
    units: int
    net: int
    amount: int
    wanted: int = 0


def settle(
    lines: Sequence[Line],
    before: Sequence[tuple[Lot, ...]],
    marked: Sequence[tuple[Lot, ...]],
    qualification: Qualification,
    budgets: Mapping[str, int] = NO_BUDGETS,
) -> tuple[list[tuple[Lot, ...]], list[Given]]:
    """Compute what newly marked lots get, award by award in order of rank, on the running price
    (AC-4).

    `before` are the lots as they were, `marked` with the new marks, `budgets` what promotions may give
    in all. Returns the lots with their new nets, and what each award gives each line. A percentage over
    several lots of a line is taken of their sum and rounded once (MO-3).
    """
    after = list(marked)
    left = dict(budgets)
    given: list[Given] = []
    taken: dict[Award, list[tuple[int, int]]] = {}
    for i, lots in enumerate(marked):
        if lots is before[i]:
            continue
        known = {mark for lot in before[i] for mark in lot.marks}
        for j, lot in enumerate(lots):
            for mark in lot.marks:
                if mark not in known:
                    taken.setdefault(mark, []).append((i, j))
    for award in sorted(taken, key=lambda a: a.rank) if len(taken) > 1 else taken:
        places = taken[award]
        amounts: Sequence[int]
        if award.by_line:
            amounts = []
            for i, ours in groupby(places, key=lambda place: place[0]):
                lots = tuple(after[i][j] for _, j in ours)
                amounts.extend(_by_line(award, lines[i], lots, qualification))
        else:
            amounts = _tied(award, lines, after, places, qualification)
        wanted: Sequence[int] = amounts
        if not award.by_line and _may_be_floored(award, lines, places):
            wanted = _tied(award, lines, after, places, qualification, floored=False)
        if award.code in left:
            # What exceeds the budget is cut from all in proportion.
            amounts = share_out(min(left[award.code], sum(amounts)), amounts, amounts)
            left[award.code] -= sum(amounts)
        for (i, j), amount, want in zip(places, amounts, wanted, strict=True):
            lot = after[i][j]
            if amount:
                cheaper = lot.less(amount)
                after[i] = (
                    (cheaper,)
                    if len(after[i]) == 1
                    else (*after[i][:j], cheaper, *after[i][j + 1 :])
                )
            if given and given[-1].award is award and given[-1].line is lines[i]:
                last = given.pop()
                given.append(
                    Given(
                        award,
                        last.line,
                        last.units + lot.units,
                        last.net + lot.net,
                        last.amount + amount,
                        last.wanted + want,
                    )
                )
            else:
                given.append(Given(award, lines[i], lot.units, lot.net, amount, want))
    given.sort(key=place_of_given)
    return after, given


def place_of_given(given: Given) -> tuple[int, tuple[int, str, int]]:
    """Adjustments stand by line, then in the order in which they apply."""
    return given.line.index, given.award.rank


def _by_line(
    award: Award, line: Line, lots: Sequence[Lot], qualification: Qualification
) -> Sequence[int]:
    """What comes off each of the lots of a line that an award took."""
    discount = qualification.terms(award)
    assert discount is not None
    if len(lots) == 1:
        lot = lots[0]
        off = discount.off(line, lot.net, lot.units, qualification.half_even)
        return (min(off, award.room(line, lot)) if line.floor else off,)
    net, units = sum(lot.net for lot in lots), sum(lot.units for lot in lots)
    off = discount.off(line, net, units, qualification.half_even)
    return share_out(off, [lot.net for lot in lots], [award.room(line, lot) for lot in lots])


def _tied(
    award: Award,
    lines: Sequence[Line],
    lots: Sequence[tuple[Lot, ...]],
    places: Sequence[tuple[int, int]],
    qualification: Qualification,
    *,
    floored: bool = True,
) -> list[int]:
    """What comes off each of the lots that an award took; without their floors, if so asked."""
    dearest_first = sorted(
        range(len(places)), key=lambda k: -lots[places[k][0]][places[k][1]].unit_price
    )
    offered = [(lines[places[k][0]], lots[places[k][0]][places[k][1]]) for k in dearest_first]
    amounts = [0] * len(places)
    times = qualification.times(award)
    takes = award.take(offered, times, qualification.scene, floored=floored)
    for i, _, amount in takes:
        amounts[dearest_first[i]] = amount
    return amounts


def _may_be_floored(award: Award, lines: Sequence[Line], places: Sequence[tuple[int, int]]) -> bool:
    return not award.action.below_floor and any([lines[i].floor for i, _ in places])
