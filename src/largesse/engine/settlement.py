"""Who takes which units is decided first; here is computed, in one fixed order, how much comes off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from largesse.engine.award import Award
from largesse.engine.money import share_out
from largesse.engine.qualification import Qualification
from largesse.engine.running import Line, Lot


class Given(NamedTuple):
    """What one award takes off one line: the units it took, and the amount in minor units."""

    award: Award
    line: Line
    units: int
    amount: int


def settle(
    lines: Sequence[Line],
    before: Sequence[tuple[Lot, ...]],
    marked: Sequence[tuple[Lot, ...]],
    qualification: Qualification,
) -> tuple[list[tuple[Lot, ...]], list[Given]]:
    """Compute what newly marked lots get, award by award in order of rank, on the running price (AC-4).

    `before` are the lots as they were, `marked` with the new marks. Returns the lots with their new
    nets, and what each award gives each line. A percentage over several lots of a line is taken of
    their sum and rounded once (MO-3).
    """
    known = {mark for lots in before for lot in lots for mark in lot.marks}
    after = list(marked)
    taken: dict[Award, list[tuple[int, int]]] = {}
    for i, lots in enumerate(marked):
        if lots is before[i]:
            continue
        for j, lot in enumerate(lots):
            for mark in lot.marks:
                if mark not in known:
                    taken.setdefault(mark, []).append((i, j))
    given: list[Given] = []
    for award in sorted(taken, key=lambda a: a.rank) if len(taken) > 1 else taken:
        places = taken[award]
        amounts = (
            _by_line(award, lines, after, places, qualification)
            if award.by_line
            else _tied(award, lines, after, places, qualification)
        )
        for (i, j), amount in zip(places, amounts, strict=True):
            lot = after[i][j]
            if amount:
                cheaper = lot.less(amount)
                after[i] = (cheaper,) if len(after[i]) == 1 else (*after[i][:j], cheaper, *after[i][j + 1 :])
            if given and given[-1].award is award and given[-1].line is lines[i]:
                last = given.pop()
                given.append(Given(award, last.line, last.units + lot.units, last.amount + amount))
            else:
                given.append(Given(award, lines[i], lot.units, amount))
    return after, given


def _by_line(
    award: Award,
    lines: Sequence[Line],
    lots: Sequence[tuple[Lot, ...]],
    places: Sequence[tuple[int, int]],
    qualification: Qualification,
) -> list[int]:
    discount = qualification.terms(award)
    assert discount is not None
    half_even = qualification.half_even
    amounts: list[int] = []
    start = 0
    while start < len(places):
        i = places[start][0]
        line = lines[i]
        end = start + 1
        while end < len(places) and places[end][0] == i:
            end += 1
        ours = [lots[i][j] for _, j in places[start:end]]
        if len(ours) == 1:
            lot = ours[0]
            off = discount.off(line, lot.net, lot.units, half_even)
            amounts.append(min(off, award.room(line, lot)))
        else:
            net, units = sum(lot.net for lot in ours), sum(lot.units for lot in ours)
            off = discount.off(line, net, units, half_even)
            rooms = [award.room(line, lot) for lot in ours]
            amounts.extend(share_out(off, [lot.net for lot in ours], rooms))
        start = end
    return amounts


def _tied(
    award: Award,
    lines: Sequence[Line],
    lots: Sequence[tuple[Lot, ...]],
    places: Sequence[tuple[int, int]],
    qualification: Qualification,
) -> list[int]:
    dearest_first = sorted(
        range(len(places)), key=lambda k: -lots[places[k][0]][places[k][1]].unit_price
    )
    offered = [(lines[places[k][0]], lots[places[k][0]][places[k][1]]) for k in dearest_first]
    amounts = [0] * len(places)
    for take in award.take(offered, qualification.times(award), qualification.scene):
        amounts[dearest_first[take.offered]] = take.amount
    return amounts
