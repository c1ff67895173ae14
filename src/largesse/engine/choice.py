"""Which of the promotions that compete for the same units apply: the largest saving, with proof (CH-1, CH-4).

Awards that decide line by line are weighed on each lot. An award that ties units together (an amount
over several lines, buy X get Y, a limited quantity) is in or out as a whole; it takes its units before
those that decide line by line, or what they leave. What is in and out is searched, part by connected
part, within a number of steps; no step is a second (CH-2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from largesse.engine.actions.base import Offered
from largesse.engine.award import Award
from largesse.engine.money import ONE
from largesse.engine.qualification import Qualification
from largesse.engine.running import Line, Lot
from largesse.engine.settlement import settle
from largesse.engine.stage import PromotionStage

Lots = tuple[Lot, ...]


class Rivals(NamedTuple):
    """The live awards that may decide on a line by itself: alone by bound, stacking by rank."""

    alone: Sequence[Award]
    stacking: Sequence[Award]


class Candidate(NamedTuple):
    """A tied award that may be worth having, and where.

    `gain` bounds how much it can add to what line-by-line awards save, in any company.
    """

    award: Award
    lines: tuple[int, ...]
    """The lines that it targets, by unit price, the dearest first."""
    gain: int


class Option(NamedTuple):
    """A candidate that takes its units first, or what the line-by-line awards leave."""

    candidate: Candidate
    last: bool


@dataclass
class Outcome:
    """The lots of each line with their new marks, and how far from the best the choice may be."""

    lots: list[Lots]
    gap: int = 0


class Plan(NamedTuple):
    """Some options, and what they and the line-by-line awards save together on the lines of a part."""

    options: tuple[Option, ...]
    value: int
    idle: bool = False
    """Whether one of the options takes nothing."""


@dataclass
class Choice:
    """One competition: the lines, the awards that may act on each, and what they may cost to choose."""

    lines: Sequence[Line]
    rivals: Sequence[Rivals]
    tied: Sequence[Sequence[Award]]
    """Tied awards that target each line, in `tied_order`."""
    qualification: Qualification
    stage: PromotionStage
    steps: int
    """How many plans may still be tried."""

    def decide(self) -> Outcome:
        """The best plan that was found, and the gap to the bound where the steps ran out."""
        outcome = Outcome([line.lots for line in self.lines])
        savings = []
        for i, line in enumerate(self.lines):
            saving, outcome.lots[i] = self.line_by_line(i, line.lots)
            savings.append(saving)
        if any(self.tied):
            candidates, outcome.gap = self.candidates(savings)
            for part in connected(candidates):
                lots, gap = self.search(part, savings, outcome.lots)
                outcome.gap += gap
                for i in lots:
                    outcome.lots[i] = lots[i]
        return outcome

    # Line by line

    def line_by_line(self, i: int, lots: Lots) -> tuple[int, Lots]:
        """The best that the line-by-line awards do for a line: what they save, and the lots they mark."""
        line, rivals = self.lines[i], self.rivals[i]
        if not rivals.alone and not rivals.stacking:
            return 0, lots
        if len(lots) == 1:
            saving, marks = self.weigh(line, lots[0], rivals)
            return saving, ((_marked(lots[0], marks),) if marks else lots)
        total, after, changed = 0, [], False
        for lot in lots:
            saving, marks = self.weigh(line, lot, rivals)
            total += saving
            changed = changed or bool(marks)
            after.append(_marked(lot, marks) if marks else lot)
        return total, (tuple(after) if changed else lots)

    def weigh(self, line: Line, lot: Lot, rivals: Rivals) -> tuple[int, tuple[Award, ...]]:
        """The best single award that stands alone, or all that stack: the larger saving, then the rank."""
        best, chosen = 0, None
        if lot.free:
            return 0, ()
        terms, half_even, net = self.qualification.terms, self.qualification.half_even, lot.net
        # None that stands alone joins an award of its own stage.
        alone_may = not lot.marks or all(mark.stage is not self.stage for mark in lot.marks)
        for award in rivals.alone if alone_may else ():
            most = (2 * net * award.bound + ONE) // (2 * ONE)
            if most < best:
                # Sorted by bound: none that follows can save as much.
                break
            if not most or (chosen is not None and most == best and award.rank > chosen.rank):
                continue
            discount = terms(award)
            if discount is None or (lot.marks and not award.may_take(lot)):
                continue
            saving = discount.off(line, net, lot.units, half_even)
            if line.floor and saving:
                saving = min(saving, award.room(line, lot))
            if saving > best or (chosen is not None and saving == best and award.rank < chosen.rank):
                best, chosen = saving, award
        alone = () if chosen is None else (chosen,)
        if not rivals.stacking:
            return best, alone
        stacked, marks = self.stack(line, lot, rivals.stacking)
        if stacked > best or (stacked == best and marks and chosen and marks[0].rank < chosen.rank):
            return stacked, marks
        return best, alone

    def stack(
        self, line: Line, lot: Lot, awards: Sequence[Award]
    ) -> tuple[int, tuple[Award, ...]]:
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
                running = Lot(
                    lot.units, lot.gross, running.net - off, (*running.marks, award), lot.free
                )
        return lot.net - running.net, tuple(marks)

    # Tied awards

    def candidates(self, savings: Sequence[int]) -> tuple[list[Candidate], int]:
        """The tied awards that qualify and may add to what the line-by-line awards save, the most first.

        And what those may add in all for which there are no steps.

        Every unit's saving belongs to one award at a time, and a tied one takes at most its bound of a
        unit's value: so on each line it can add at most that less what the line saves anyway.
        """
        gains: dict[Award, int] = {}
        for i, line in enumerate(self.lines):
            saving = savings[i]
            net = line.net
            for award in self.tied[i]:
                most = (2 * net * award.bound + ONE) // (2 * ONE)
                if award.joins_own or award.action.below_floor:
                    gain = most
                elif most <= saving:
                    # Those that stack come first, then by bound: none that follows can add anything.
                    break
                else:
                    gain = most - saving
                # One more for the rounding of lines that it splits.
                gains[award] = gains.get(award, 0) + gain + 1
        for award in gains:
            if award.most is not None:
                gains[award] = min(gains[award], award.most)
        found: list[Candidate] = []
        missed = 0
        dearest_first = sorted(
            range(len(self.lines)), key=lambda i: -self.lines[i].lots[0].unit_price
        )
        for award, gain in sorted(gains.items(), key=lambda item: (-item[1], item[0].rank)):
            if len(found) == self.steps:
                # There is no step left to try it in.
                missed += gain
            elif self.qualification.times(award):
                lines = tuple([i for i in dearest_first if award.targets(self.lines[i].sku)])
                found.append(Candidate(award, lines, gain))
        return found, missed

    def search(
        self, part: Sequence[Candidate], savings: Sequence[int], lots: Sequence[Lots]
    ) -> tuple[dict[int, Lots], int]:
        """The lots of the best plan of one connected part, and its gap to the bound if the steps ran out."""
        lines = sorted({i for candidate in part for i in candidate.lines})
        valuer = Valuer(self, lines, savings)
        options = []
        # The most promising first, so that the bound cuts early.
        for candidate in part:
            options.append(Option(candidate, False))
            if self.leaves_units(candidate, lots):
                options.append(Option(candidate, True))
        best, complete = self.branch(options, valuer)
        gap = 0 if complete else max(0, self.upper_bound(part, lines, savings) - best.value)
        return self.marked_by(best.options, lines), gap

    def branch(self, options: Sequence[Option], valuer: Valuer) -> tuple[Plan, bool]:
        """Depth first over which options are in; True when nothing that could be better is left."""
        # What options from each place on can add at most, each candidate once.
        gains = [0] * (len(options) + 1)
        for k in range(len(options) - 1, -1, -1):
            gains[k] = gains[k + 1] + (0 if options[k].last else options[k].candidate.gain)
        best = Plan((), valuer.base)
        stack: list[tuple[int, Plan, int]] = [(0, best, valuer.base)]
        while stack:
            k, parent, reach = stack.pop()
            chosen = parent.options
            if k < len(options) and chosen and chosen[-1].candidate is options[k].candidate:
                k += 1
            if k == len(options) or reach + gains[k] < best.value:
                continue
            if self.steps <= 0:
                return best, False
            self.steps -= 1
            option = options[k]
            plan = valuer.plan((*parent.options, option))
            without = (k + 1, parent, reach)
            with_it = (k + 1, plan, reach + option.candidate.gain)
            if plan.idle:
                # It takes nothing in this company, nor in any larger one.
                stack.append(without)
                continue
            best = self.better(plan, best, valuer.lines)
            # What improves is followed first.
            stack.extend((without, with_it) if plan.value > parent.value else (with_it, without))
        return best, True

    def better(self, one: Plan, other: Plan, lines: Sequence[int]) -> Plan:
        """The larger saving; then the higher priority; then the earlier code (CH-1)."""
        if one.value != other.value:
            return one if one.value > other.value else other
        return one if self.ranks(one, lines) < self.ranks(other, lines) else other

    def ranks(self, plan: Plan, lines: Sequence[int]) -> list[tuple[int, str, int]]:
        """The ranks of all awards that a plan applies to the lines."""
        lots = self.marked_by(plan.options, lines).values()
        return sorted({mark.rank for line in lots for lot in line for mark in lot.marks})

    def upper_bound(
        self, part: Sequence[Candidate], lines: Sequence[int], savings: Sequence[int]
    ) -> int:
        """No plan of the part saves more: the gains together, or each line at its best rate if lower.

        Awards with a limit add at most that limit to either.
        """
        base = sum(savings[i] for i in lines)
        by_gain = base + sum(c.gain for c in part)
        if any(c.award.joins_own for c in part):
            return by_gain
        by_rate = sum(c.gain for c in part if c.award.most is not None)
        rates = dict.fromkeys(lines, 0)
        for candidate in part:
            if candidate.award.most is None:
                for i in candidate.lines:
                    rates[i] = max(rates[i], candidate.award.bound)
        for i in lines:
            most = (2 * self.lines[i].net * rates[i] + ONE) // (2 * ONE) + 1
            by_rate += max(savings[i], most)
        return min(by_gain, by_rate)

    def leaves_units(self, candidate: Candidate, lots: Sequence[Lots]) -> bool:
        """Whether the line-by-line awards leave something that the candidate may take."""
        return any(
            candidate.award.may_take(lot) for i in candidate.lines for lot in lots[i] if lot.net
        )

    def marked_by(self, options: Sequence[Option], lines: Sequence[int]) -> dict[int, Lots]:
        """The lots of some lines as a set of options marks them, the line-by-line awards filled in."""
        lots = {i: self.lines[i].lots for i in lines}
        in_order = sorted(options, key=lambda o: o.candidate.award.rank)
        for last in (False, True):
            for option in in_order:
                if option.last is last:
                    candidate = option.candidate
                    take_units(
                        candidate.award, self.lines, lots, candidate.lines, self.qualification
                    )
            if not last:
                for i in lines:
                    lots[i] = self.line_by_line(i, lots[i])[1]
        return lots


class Valuer:
    """What sets of options are worth on the lines of one part, without marking anything.

    Where nothing stacks, each line is the units taken and one lot of units left, and the amounts that
    tied awards take are final. Otherwise the plan is marked and settled.
    """

    def __init__(self, choice: Choice, lines: Sequence[int], savings: Sequence[int]):
        self.choice = choice
        self.lines = lines
        self.savings = savings
        self.base = sum(savings[i] for i in lines)
        self.stacks = any(
            len(choice.lines[i].lots) > 1
            or choice.lines[i].lots[0].marks
            or choice.rivals[i].stacking
            or any(award.joins_own for award in choice.tied[i])
            for i in lines
        )

    def plan(self, options: tuple[Option, ...]) -> Plan:
        return Plan(options, self.settled(options)) if self.stacks else self.apart(options)

    def apart(self, options: tuple[Option, ...]) -> Plan:
        """The value where every unit belongs to one award alone."""
        lines, rivals = self.choice.lines, self.choice.rivals
        left: dict[int, Lot | None] = {}
        value = self.base
        idle = False
        in_order = options if len(options) == 1 else sorted(options, key=lambda o: o.candidate.award.rank)
        for option in in_order:
            if not option.last:
                taken = self.take(option.candidate, left)
                value += taken
                idle = idle or not taken
        for i, lot in left.items():
            value -= self.savings[i]
            if lot is not None:
                value += self.choice.weigh(lines[i], lot, rivals[i])[0]
        for option in in_order:
            if option.last:
                unclaimed = {
                    i: self.unclaimed(i, left[i] if i in left else lines[i].lots[0])
                    for i in option.candidate.lines
                }
                taken = self.take(option.candidate, unclaimed)
                value += taken
                idle = idle or not taken
                left.update(unclaimed)
        return Plan(options, value, idle)

    def unclaimed(self, i: int, lot: Lot | None) -> Lot | None:
        """The lot, unless a line-by-line award claims it."""
        if lot is None or self.choice.weigh(self.choice.lines[i], lot, self.choice.rivals[i])[1]:
            return None
        return lot

    def take(self, candidate: Candidate, left: dict[int, Lot | None]) -> int:
        """What a tied award takes off the units left, which become fewer."""
        award, lines = candidate.award, self.choice.lines
        places: list[int] = []
        offered: list[Offered] = []
        for i in candidate.lines:
            line = lines[i]
            lot = left[i] if i in left else line.lots[0]
            if lot is not None and not lot.free:
                places.append(i)
                offered.append(Offered(line, lot, award.room(line, lot) if line.floor else lot.net))
        qualification = self.choice.qualification
        times, scene = qualification.times(award), qualification.scene
        total = award.action.total(offered, times, scene)
        if total is not None:
            total = min(total, sum([o.room for o in offered]))
            if total:
                left.update(dict.fromkeys(places))
            return total
        takes = award.action.take(offered, times, scene)
        total = sum([take.amount for take in takes])
        if total:
            for taken, units, _ in takes:
                lot = offered[taken].lot
                left[places[taken]] = None if units == lot.units else lot.split(units)[1]
        return total

    def settled(self, options: tuple[Option, ...]) -> int:
        """The value where discounts stack: what settling the plan comes to."""
        lots = self.choice.marked_by(options, self.lines)
        involved = [self.choice.lines[i] for i in self.lines]
        before = [line.lots for line in involved]
        after = [lots[i] for i in self.lines]
        return sum(g.amount for g in settle(involved, before, after, self.choice.qualification)[1])


def take_units(
    award: Award,
    lines: Sequence[Line],
    lots: dict[int, Lots],
    where: Iterable[int],
    qualification: Qualification,
) -> None:
    """Mark, in `lots`, the units that a tied award takes; nothing if they get nothing off."""
    places = [(i, j) for i in where for j, lot in enumerate(lots[i]) if award.may_take(lot)]
    places.sort(key=lambda place: (-lots[place[0]][place[1]].unit_price, place))
    offered = [(lines[i], lots[i][j]) for i, j in places]
    takes = award.take(offered, qualification.times(award), qualification.scene)
    if not any(take.amount for take in takes):
        return
    units = {places[take.offered]: take.units for take in takes}
    for i in {i for i, _ in units}:
        after: list[Lot] = []
        for j, lot in enumerate(lots[i]):
            taken = units.get((i, j), 0)
            if not taken:
                after.append(lot)
            elif taken == lot.units:
                after.append(lot.marked(award))
            else:
                first, rest = lot.split(taken)
                after.extend((first.marked(award), rest))
        lots[i] = tuple(after)


def connected(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Parts that share no line, each in the order given."""
    parts: list[tuple[set[int], list[Candidate]]] = []
    for candidate in candidates:
        lines = set(candidate.lines)
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


def _marked(lot: Lot, marks: tuple[Award, ...]) -> Lot:
    return Lot(lot.units, lot.gross, lot.net, lot.marks + marks, lot.free)
