"""The awards that tie units together and may be worth having, with a bound on what each can add."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from largesse.engine.award import Award
from largesse.engine.choice.line_by_line import Choice, Lots
from largesse.engine.money import ONE

CANDIDATES_MAX: Final = 32
"""So many tied awards, the most promising, are tried on a cart; others widen the gap (CH-2)."""


class Candidate(NamedTuple):
    """A tied award that may be worth having.

    `lines` are those that it takes from, by unit price, the dearest first, and `wide` all that it could
    take from: more, where it asks for few. `gain` bounds how much it
    can add to what line-by-line awards save, in any company.
    """

    award: Award
    lines: tuple[int, ...]
    gain: int
    wide: tuple[int, ...]


def find_candidates(
    choice: Choice, savings: Sequence[int], lots: Sequence[Lots]
) -> tuple[list[Candidate], int]:
    """The tied awards that qualify and may add to what line-by-line awards save, the most first.

    And what the others may add in all, beyond so many. Every unit's saving belongs to one
    award at a time, and a tied one takes at most its bound of a unit's value: so on each line it adds
    at most that less what the line saves anyway, and lines where that is nothing are not its own.
    """
    lines, live = choice.lines, choice.live
    reach: dict[Award, tuple[list[int], list[int]]] = {}
    for i in sorted(range(len(lines)), key=lambda i: -lines[i].lots[0].unit_price):
        net, saving = lines[i].net, savings[i]
        for award in live[i].tied:
            gain = (2 * net * award.bound + ONE) // (2 * ONE)
            if not award.shares:
                gain -= saving
                if gain <= 0:
                    # Those that share come first, then by bound: none that follows adds anything.
                    break
            known = reach.get(award)
            if known is None:
                reach[award] = ([i], [gain])
            else:
                known[0].append(i)
                known[1].append(gain)
    found: list[Candidate] = []
    for award, (where, gains) in reach.items():
        # One more a line for the rounding of lines that it splits.
        gain = sum(gains) + len(gains)
        if award.most is not None and award.most < gain:
            gain = award.most
        found.append(Candidate(award, tuple(where), gain, tuple(where)))
    found.sort(key=lambda c: (-c.gain, c.award.rank))
    tried: list[Candidate] = []
    missed = 0
    for award, targets, gain, _ in found:
        if len(tried) >= CANDIDATES_MAX:
            missed += gain
        elif choice.qualification.times(award):
            narrow = targets
            if award.shares:
                narrow = tuple([i for i in targets if _is_open(award, lots[i])])
            elif award.most is not None:
                times = choice.qualification.times(award)
                amount = award.action.spreads(0, times, choice.qualification.scene)
                narrow = _fewest(choice, amount or 0, targets, savings)
            tried.append(Candidate(award, narrow or targets, gain, targets))
    return tried, missed


def _fewest(
    choice: Choice, amount: int, targets: Sequence[int], savings: Sequence[int]
) -> tuple[int, ...]:
    """The unclaimed lines, and if they can't carry an amount, those claimed that cost least."""
    lines = choice.lines
    taken = {i for i in targets if not savings[i]}
    carried = sum([lines[i].net for i in taken])
    if carried < amount:
        # The smallest saving for its value first; ties go to the earlier line.
        for i in sorted(targets, key=lambda i: (savings[i] * 10**12 // lines[i].net, i)):
            if carried >= amount:
                break
            if i not in taken:
                taken.add(i)
                carried += lines[i].net
    return tuple([i for i in targets if i in taken])


def _is_open(award: Award, lots: Lots) -> bool:
    """Whether an award may take units that line-by-line awards claimed."""
    return any([lot.net and award.may_take(lot) for lot in lots])


def connected(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Parts that share no line, the candidates of each by gain, the largest first."""
    parts: list[tuple[set[int], list[Candidate]]] = []
    for candidate in candidates:
        lines = set(candidate.wide)
        members = [candidate]
        apart = []
        for part in parts:
            if part[0] & lines:
                lines |= part[0]
                members = part[1] + members
            else:
                apart.append(part)
        parts = [*apart, (lines, members)]
    return [sorted(members, key=lambda c: (-c.gain, c.award.rank)) for _, members in parts]
