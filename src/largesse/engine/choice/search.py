"""The search for which awards that tie units together are in, with a bound on what could be saved.

An award that is in takes its units before the line-by-line awards, in the order of its rank, on the
lines where it can beat them; an amount to spread asks for as few lines as carry it. Parts that share
no line are searched apart: the whole tree of plans where the steps may suffice, otherwise greedily.
No step is a second (CH-2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from largesse.engine.actions.base import Offered, Take
from largesse.engine.award import Award
from largesse.engine.choice.candidates import Candidate
from largesse.engine.choice.line_by_line import Choice, Lots
from largesse.engine.money import ONE, first_units
from largesse.engine.qualification import Qualification
from largesse.engine.running import Line, Lot
from largesse.engine.settlement import Given, settle


class Left(NamedTuple):
    """The units and their value that are left of each line of a part.

    `taken` is what came off so far, `takes` what the last award took: lines, units, amounts.
    """

    units: list[int]
    nets: list[int]
    taken: int
    takes: Sequence[Take] = ()


class Plan(NamedTuple):
    """Candidates in the order of their rank, and what they and line-by-line awards save together.

    `left` is what was left before each of them and behind the last; an `idle` plan has one that takes
    nothing.
    """

    chosen: tuple[Candidate, ...]
    value: int
    left: tuple[Left, ...] = ()
    idle: bool = False


class Search:
    """The search of one part. `steps` are those that are left, `gap` what is not proven."""

    def __init__(
        self, choice: Choice, part: Sequence[Candidate], savings: Sequence[int], steps: int
    ):
        self.choice = choice
        self.part = part
        self.savings = savings
        self.lines = sorted({i for candidate in part for i in candidate.wide})
        self.base = sum([savings[i] for i in self.lines])
        self.steps = steps
        self.gap = 0
        lines = choice.lines
        self.stacks = any(
            [
                len(lines[i].lots) > 1
                or lines[i].lots[0].marks
                or lines[i].lots[0].deal
                or choice.live[i].stacking
                for i in self.lines
            ]
        ) or any([c.award.joins_own for c in part])
        # A budget ties lines together, too: then plans are settled as a whole.
        self.stacks = self.stacks or bool(choice.budgets)
        self.floors = any([lines[i].floor for i in self.lines])
        units, nets = [0] * len(lines), [0] * len(lines)
        for i in self.lines:
            lot = lines[i].lots[0]
            if not lot.free:
                units[i], nets[i] = lot.units, lot.net
        self.whole = Left(units, nets, 0)
        self.nothing = Plan((), self.base, (self.whole,))
        self._weighed: dict[tuple[int, int], int] = {}
        # By candidate, and the units left of the lines that it takes from: the nets follow from these.
        self._known_takes: dict[int, dict[tuple[int, ...], Sequence[Take]]] = {}

    def run(self) -> Plan:
        """The best plan: by the whole tree of plans where the steps may suffice, else greedily."""
        if 2 ** len(self.part) <= self.steps:
            best, complete = self.branch()
            best, tried = self.widened(best)
            if complete and tried:
                return best
        else:
            best = self.greedy()
        self.gap = max(0, self.upper_bound() - best.value)
        return best

    def greedy(self) -> Plan:
        """Each candidate in turn, the most promising first, kept if it improves the plan."""
        best = self.nothing
        for candidate in self.part:
            if self.steps <= 0:
                break
            if self.stacks or self._may_improve(candidate, best):
                self.steps -= 1
                plan = self.plan(best, candidate)
                if not plan.idle:
                    best = self.better(plan, best)
        return best

    def widened(self, best: Plan) -> tuple[Plan, bool]:
        """The plan with candidates on all the lines that they could take from, while that improves it;
        and whether the steps sufficed to try.

        Lines that an amount did not ask for, because others save on them, may yet carry it better when
        another candidate takes those that it asked for.
        """
        wide = [c._replace(lines=c.wide) for c in self.part if c.wide != c.lines]
        improved = bool(wide)
        while improved:
            improved = False
            for candidate in wide:
                if any([candidate is chosen for chosen in best.chosen]):
                    continue
                if self.steps <= 0:
                    return best, False
                self.steps -= 1
                plan = self.plan(self.without(best, candidate.award), candidate)
                if plan.value > best.value:
                    best, improved = plan, True
        return best, True

    def without(self, plan: Plan, award: Award) -> Plan:
        """The plan without an award."""
        if all([candidate.award is not award for candidate in plan.chosen]):
            return plan
        rest = self.nothing
        for candidate in plan.chosen:
            if candidate.award is not award:
                rest = self.plan(rest, candidate)
        return rest

    def branch(self) -> tuple[Plan, bool]:
        """Depth first over which candidates are in; True when nothing better can be left."""
        part = self.part
        # What the candidates from each place on can add at most.
        gains = [0] * (len(part) + 1)
        for k in range(len(part) - 1, -1, -1):
            gains[k] = gains[k + 1] + part[k].gain
        best = self.nothing
        stack = [(0, best, self.base)]
        while stack:
            k, parent, reach = stack.pop()
            if k == len(part) or reach + gains[k] < best.value:
                continue
            without = (k + 1, parent, reach)
            if self.steps <= 0:
                return best, False
            self.steps -= 1
            plan = self.plan(parent, part[k])
            # One that takes nothing in this company may still take something in a larger one.
            if not plan.idle:
                best = self.better(plan, best)
            # What improves is followed first.
            with_it = (k + 1, plan, reach + part[k].gain)
            stack.extend((without, with_it) if plan.value > parent.value else (with_it, without))
        return best, True

    def better(self, one: Plan, other: Plan) -> Plan:
        """The larger saving; then the higher priority; then the earlier code (CH-1)."""
        if one.value != other.value:
            return one if one.value > other.value else other
        return one if self.ranks(one) < self.ranks(other) else other

    def ranks(self, plan: Plan) -> list[tuple[int, str, int]]:
        """The ranks of all awards that a plan applies."""
        lots = self.marked_by(plan).values()
        return sorted({mark.rank for line in lots for lot in line for mark in lot.marks})

    def upper_bound(self) -> int:
        """No plan of the part saves more: the gains together, or each line at its best rate.

        Awards with a limit add at most that limit to either.
        """
        by_gain = self.base + sum(candidate.gain for candidate in self.part)
        if any(candidate.award.shares for candidate in self.part):
            return by_gain
        by_rate = sum(c.gain for c in self.part if c.award.most is not None)
        rates = dict.fromkeys(self.lines, 0)
        for award, _, _, lines in self.part:
            if award.most is None:
                for i in lines:
                    rates[i] = max(rates[i], award.bound)
        for i in self.lines:
            most = (2 * self.choice.lines[i].net * rates[i] + ONE) // (2 * ONE) + 1
            by_rate += max(self.savings[i], most)
        return min(by_gain, by_rate)

    def marked_by(self, plan: Plan) -> dict[int, Lots]:
        """The lots as a plan marks them, the line-by-line awards filled in."""
        choice = self.choice
        lots = {i: choice.lines[i].lots for i in self.lines}
        for award, lines, _, _ in plan.chosen:
            take_units(award, choice.lines, lots, lines, choice.qualification)
        for i in self.lines:
            lots[i] = choice.line_by_line(i, lots[i])[1]
        return lots

    def applied(self, plan: Plan, given: list[Given]) -> dict[int, Lots]:
        """The lots as a plan leaves them where nothing stacks; `given` gets what each award gives."""
        choice = self.choice
        after: dict[int, list[Lot]] = {i: [] for i in self.lines}
        rest = {i: choice.lines[i].lots[0] for i in self.lines}
        for candidate, (before, left) in zip(plan.chosen, pairwise(plan.left), strict=True):
            award = candidate.award
            wanted = self._wanted(candidate, before) if self.floors else {}
            for i, units, amount in left.takes if left is not before else ():
                lot, whole = rest[i], rest[i]
                if units < whole.units:
                    lot, rest[i] = whole.split(units)
                else:
                    del rest[i]
                after[i].append(lot.marked(award).less(amount))
                want = wanted.get(i, amount)
                given.append(Given(award, choice.lines[i], units, lot.net, amount, want))
        for i, lot in rest.items():
            saving, marks = choice.weigh(choice.lines[i], lot, choice.live[i])
            if marks:
                given.append(Given(marks[0], choice.lines[i], lot.units, lot.net, saving))
                lot = lot.marked(*marks).less(saving)
            after[i].append(lot)
        return {i: tuple(lots) for i, lots in after.items()}

    def plan(self, parent: Plan, candidate: Candidate) -> Plan:
        """A plan with one more candidate.

        Where nothing stacks, a line is the units taken and one lot of units left, and the amounts that
        tied awards take are final. Otherwise the plan is marked and settled.
        """
        rank = candidate.award.rank
        place = len(parent.chosen)
        while place and parent.chosen[place - 1].award.rank > rank:
            place -= 1
        chosen = (*parent.chosen[:place], candidate, *parent.chosen[place:])
        if self.stacks:
            return Plan(chosen, self._settled(Plan(chosen, 0)))
        left = list(parent.left[: place + 1])
        idle = False
        for following in chosen[place:]:
            before = left[-1]
            after = self._take(following, before)
            idle = idle or after is before
            left.append(after)
        units, nets, value, _ = left[-1]
        whole, savings = self.whole.units, self.savings
        for i in self.lines:
            remain = units[i]
            if remain == whole[i]:
                value += savings[i]
            elif remain:
                value += self._weigh(i, remain, nets[i])
        return Plan(chosen, value, tuple(left), idle)

    def _take(self, candidate: Candidate, left: Left) -> Left:
        """What is left when a tied award took its units; the same where it takes nothing."""
        takes = self._takes(candidate, left)
        total = sum([amount for _, _, amount in takes])
        if not total:
            return left
        units, nets = left.units.copy(), left.nets.copy()
        for i, taken, _ in takes:
            if taken == units[i]:
                units[i] = nets[i] = 0
            else:
                nets[i] -= first_units(nets[i], units[i], taken)
                units[i] -= taken
        return Left(units, nets, left.taken + total, takes)

    def _takes(self, candidate: Candidate, left: Left) -> Sequence[Take]:
        """The lines that a tied award takes from, the units, and what it takes off them.

        Plans have many states of few lines in common, so what was computed for one is kept.
        """
        award, targets, _, _ = candidate
        units, nets = left.units, left.nets
        known = self._known_takes.setdefault(id(candidate), {})
        state = tuple([units[i] for i in targets])
        takes = known.get(state)
        if takes is None:
            where = [i for i in targets if units[i]]
            lines = self.choice.lines
            values = rooms = [nets[i] for i in where]
            if self.floors and not award.action.below_floor:
                rooms = [max(0, nets[i] - lines[i].floor * units[i]) for i in where]
            offered = Offered([lines[i] for i in where], [units[i] for i in where], values, rooms)
            qualification = self.choice.qualification
            found = award.action.take(offered, qualification.times(award), qualification.scene)
            takes = known[state] = [(where[place], taken, off) for place, taken, off in found]
        return takes

    def _wanted(self, candidate: Candidate, left: Left) -> dict[int, int]:
        """What a tied award would take off each line, if no floor held (MO-5)."""
        award, targets, _, _ = candidate
        where = [i for i in targets if left.units[i]]
        nets = [left.nets[i] for i in where]
        lines = [self.choice.lines[i] for i in where]
        offered = Offered(lines, [left.units[i] for i in where], nets, nets)
        qualification = self.choice.qualification
        found = award.action.take(offered, qualification.times(award), qualification.scene)
        return {where[place]: off for place, _, off in found}

    def _weigh(self, i: int, units: int, net: int) -> int:
        """What the line-by-line awards save on the units left of a line."""
        saving = self._weighed.get((i, units))
        if saving is None:
            line = self.choice.lines[i]
            saving = self.choice.weigh(line, Lot(units, net, net), self.choice.live[i])[0]
            self._weighed[i, units] = saving
        return saving

    def _may_improve(self, candidate: Candidate, plan: Plan) -> bool:
        """Whether the award could add anything on the units that the plan leaves."""
        award, lines, _, _ = candidate
        units, nets, _, _ = plan.left[-1]
        bound = award.bound
        for i in lines:
            net = nets[i]
            if net and (2 * net * bound + ONE) // (2 * ONE) > self._weigh(i, units[i], net):
                return True
        return False

    def _settled(self, plan: Plan) -> int:
        """What a plan comes to where discounts stack."""
        lots = self.marked_by(plan)
        involved = [self.choice.lines[i] for i in self.lines]
        before = [line.lots for line in involved]
        after = [lots[i] for i in self.lines]
        choice = self.choice
        return sum(
            g.amount
            for g in settle(involved, before, after, choice.qualification, choice.budgets)[1]
        )


def take_units(
    award: Award,
    lines: Sequence[Line],
    lots: dict[int, Lots],
    where: Iterable[int],
    qualification: Qualification,
) -> None:
    """Mark, in `lots`, the units that a tied award takes; none if they get nothing off."""
    places = [(i, j) for i in where for j, lot in enumerate(lots[i]) if award.may_take(lot)]
    places.sort(key=lambda place: (-lots[place[0]][place[1]].unit_price, place))
    offered = [(lines[i], lots[i][j]) for i, j in places]
    takes = award.take(offered, qualification.times(award), qualification.scene)
    if not any([amount for _, _, amount in takes]):
        return
    units = {places[place]: taken for place, taken, _ in takes}
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
