"""The decision of a competition: line by line where that is all, by search where units are tied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from largesse.engine.award import Award
from largesse.engine.choice.candidates import connected, find_candidates
from largesse.engine.choice.line_by_line import Choice, Lots
from largesse.engine.choice.search import Search
from largesse.engine.settlement import Given, place_of_given, settle


class Found(NamedTuple):
    """The lots of each line as the plan leaves them, what each award gives, and how sure it is.

    `gap` is how far from the best the plan may be, `steps` what the search used.
    """

    lots: list[Lots]
    given: list[Given]
    gap: int
    steps: int


def decide(choice: Choice, steps: int) -> Found:
    """The best plan that was found in so many steps, applied."""
    decided = [choice.line_by_line(i, line.lots) for i, line in enumerate(choice.lines)]
    savings = [saving for saving, _ in decided]
    lots = [lots for _, lots in decided]
    given: list[Given] = []
    gap, left, done = 0, steps, set[int]()
    if any([live.tied for live in choice.live]):
        candidates, gap = find_candidates(choice, savings, lots)
        for part in connected(candidates):
            search = Search(choice, part, savings, left)
            best = search.run()
            gap += search.gap
            left = search.steps
            if search.stacks:
                found = search.marked_by(best)
            else:
                found = search.applied(best, given) if best.chosen else {}
                done.update(found)
            for i in found:
                lots[i] = found[i]
    _settle_rest(choice, savings, lots, given, done)
    given.sort(key=place_of_given)
    return Found(lots, given, gap, steps - left)


def _settle_rest(
    choice: Choice, savings: Sequence[int], lots: list[Lots], given: list[Given], done: set[int]
) -> None:
    """Compute what newly marked lots get, on the lines where that is not done yet."""
    lines = choice.lines
    shared: list[int] = []
    for i, line in enumerate(lines):
        if lots[i] is line.lots or i in done:
            continue
        award = None if choice.budgets else _sole(lots[i])
        if award is None:
            shared.append(i)
        else:
            # It has the whole line to itself: what it was weighed at is what it gives.
            (lot,) = lots[i]
            lots[i] = (lot.less(savings[i]),)
            given.append(Given(award, line, lot.units, lot.net, savings[i]))
    if shared:
        after, more = settle(
            [lines[i] for i in shared],
            [lines[i].lots for i in shared],
            [lots[i] for i in shared],
            choice.qualification,
            choice.budgets,
        )
        for i, settled in zip(shared, after, strict=True):
            lots[i] = settled
        given.extend(more)


def _sole(lots: Lots) -> Award | None:
    """The line-by-line award that has all units of a line to itself, if one has."""
    if len(lots) == 1 and len(lots[0].marks) == 1:
        award = lots[0].marks[0]
        if award.by_line and not award.joins_own:
            return award
    return None
