"""Awards that decide line by line compete on each lot: the best alone, or all that stack (CH-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from largesse.engine.award import Award
from largesse.engine.money import ONE
from largesse.engine.posting import Live
from largesse.engine.qualification import Qualification
from largesse.engine.running import Line, Lot
from largesse.engine.stage import PromotionStage

Lots: TypeAlias = tuple[Lot, ...]


@dataclass
class Choice:
    """One competition: the lines, and the live awards that may act on each."""

    lines: Sequence[Line]
    live: Sequence[Live]
    qualification: Qualification
    stage: PromotionStage
    budgets: Mapping[str, int] = field(default_factory=dict)
    """What promotions may give in all, of those that would give more (PR-5)."""

    def line_by_line(self, i: int, lots: Lots) -> tuple[int, Lots]:
        """The best that line-by-line awards do for a line: what they save, the lots they mark."""
        line, live = self.lines[i], self.live[i]
        if not live.alone and not live.stacking:
            return 0, lots
        if len(lots) == 1:
            lot = lots[0]
            saving, marks = self.weigh(line, lot, live)
            return saving, ((lot.marked(*marks),) if marks else lots)
        total, after, changed = 0, [], False
        for lot in lots:
            saving, marks = self.weigh(line, lot, live)
            total += saving
            changed = changed or bool(marks)
            after.append(lot.marked(*marks) if marks else lot)
        return total, (tuple(after) if changed else lots)

    def weigh(self, line: Line, lot: Lot, live: Live) -> tuple[int, tuple[Award, ...]]:
        """The best award that stands alone, or all that stack: the larger saving, then the rank."""
        best, chosen = 0, None
        if lot.free:
            return 0, ()
        half_even, net = self.qualification.half_even, lot.net
        # None that stands alone joins an award of its own stage.
        alone_may = not lot.marks or all(mark.stage is not self.stage for mark in lot.marks)
        for award in live.alone if alone_may else ():
            most = (2 * net * award.bound + ONE) // (2 * ONE)
            if most < best:
                # Sorted by bound: none that follows can save as much.
                break
            if not most or (chosen is not None and most == best and award.rank > chosen.rank):
                continue
            if (lot.marks or lot.deal) and not award.may_take(lot):
                continue
            if award.rate is not None and not half_even:
                saving = most
            else:
                discount = self.qualification.terms(award)
                if discount is None:
                    continue
                saving = discount.off(line, net, lot.units, half_even)
            if line.floor and saving:
                saving = min(saving, award.room(line, lot))
            if saving > best or (
                chosen is not None and saving == best and award.rank < chosen.rank
            ):
                best, chosen = saving, award
        alone = () if chosen is None else (chosen,)
        if not live.stacking:
            return best, alone
        stacked, marks = self.stack(line, lot, live.stacking)
        if stacked > best or (stacked == best and marks and chosen and marks[0].rank < chosen.rank):
            return stacked, marks
        return best, alone

    def stack(self, line: Line, lot: Lot, awards: Sequence[Award]) -> tuple[int, tuple[Award, ...]]:
        """What all awards that stack save together: each of the price that the one before left."""
        marks: list[Award] = []
        running = lot
        for award in awards:
            if not award.may_take(running):
                continue
            discount = self.qualification.terms(award)
            if discount is None:
                continue
            off = discount.off(line, running.net, running.units, self.qualification.half_even)
            off = min(off, award.room(line, running))
            if off:
                marks.append(award)
                running = running.less(off).marked(award)
        return lot.net - running.net, tuple(marks)
