"""The search for which awards that tie units together are in, with a bound on what could be saved.

An award that is in takes its units before the line-by-line awards, in the order of its rank, on the
lines where it can beat them; an amount to spread asks for as few lines as carry it. Parts that share
no line are searched apart: the whole tree of plans where the steps may suffice, otherwise greedily.
No step is a second (CH-2).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from largesse.engine.actions.base import Offered, Take
from largesse.engine.award import Award
from largesse.engine.choice import Choice, Lots, take_units
from largesse.engine.money import ONE, first_units
from largesse.engine.running import Lot
from largesse.engine.settlement import Given, place_of_given, settle

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
    lines = choice.lines
    decided = [choice.line_by_line(i, line.lots) for i, line in enumerate(lines)]
    savings = [saving for saving, _ in decided]
    lots = [lots for _, lots in decided]
    given: list[Given] = []
    gap, left = 0, steps
    apart: set[int] = set()
    if any([live.tied for live in choice.live]):
        candidates, gap = _candidates(choice, savings, lots)
        for part in connected(candidates):
            search = Search(choice, part, savings, left)
            best = search.run()
            gap += search.gap
            left = search.steps
            if search.stacks:
                for i, marked in search.marked_by(best).items():
                    lots[i] = marked
            elif best.chosen:
                apart.update(search.lines)
                for i, reduced in search.applied(best, given).items():
                    lots[i] = reduced
    shared: list[int] = []
    for i, line in enumerate(lines):
        if lots[i] is line.lots or i in apart:
            continue
        award = _sole(lots[i])
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
        )
        for i, settled in zip(shared, after, strict=True):
            lots[i] = settled
        given.extend(more)
    given.sort(key=place_of_given)
    return Found(lots, given, gap, steps - left)


def _sole(lots: Lots) -> Award | None:
    """The line-by-line award that has all units of a line to itself, if one has."""
    if len(lots) == 1 and len(lots[0].marks) == 1:
        award = lots[0].marks[0]
        if award.by_line and not award.joins_own:
            return award
    return None


def _candidates(
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
                narrow = _fewest(choice, award, targets, savings)
            tried.append(Candidate(award, narrow or targets, gain, targets))
    return tried, missed


def _fewest(
    choice: Choice, award: Award, targets: Sequence[int], savings: Sequence[int]
) -> tuple[int, ...]:
    """The unclaimed lines, and if they can't carry an amount, those claimed that cost least."""
    assert award.most is not None
    lines = choice.lines
    taken = {i for i in targets if not savings[i]}
    carried = sum([lines[i].net for i in taken])
    if carried < award.most:
        # The smallest saving for its value first; ties go to the earlier line.
        for i in sorted(targets, key=lambda i: (savings[i] * 10**12 // lines[i].net, i)):
            if carried >= award.most:
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


def _has(plan: Plan, award: Award) -> bool:
    return any([candidate.award is award for candidate in plan.chosen])


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
                len(lines[i].lots) > 1 or lines[i].lots[0].marks or choice.live[i].stacking
                for i in self.lines
            ]
        ) or any([c.award.joins_own for c in part])
        units, nets = [0] * len(lines), [0] * len(lines)
        for i in self.lines:
            lot = lines[i].lots[0]
            if not lot.free:
                units[i], nets[i] = lot.units, lot.net
        self.whole = Left(units, nets, 0)
        self.nothing = Plan((), self.base, (self.whole,))
        self._weighed: dict[tuple[int, int], int] = {}

    def run(self) -> Plan:
        """The best plan: by the whole tree of plans where the steps may suffice, else greedily."""
        if 2 ** len(self.part) <= self.steps:
            best, complete = self.branch()
            best = self.widened(best)
            if complete:
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

    def widened(self, best: Plan) -> Plan:
        """The plan with candidates on all the lines that they could take from, while that improves it.

        Lines that an amount did not ask for, because others save on them, may yet carry it better when
        another candidate takes those that it asked for.
        """
        wide = [c._replace(lines=c.wide) for c in self.part if c.wide != c.lines]
        improved = bool(wide)
        while improved and self.steps > 0:
            improved = False
            for candidate in wide:
                if any([candidate is chosen for chosen in best.chosen]) or self.steps <= 0:
                    continue
                self.steps -= 1
                plan = self.plan(self.without(best, candidate.award), candidate)
                if plan.value > best.value:
                    best, improved = plan, True
        return best

    def without(self, plan: Plan, award: Award) -> Plan:
        """The plan without an award."""
        if not _has(plan, award):
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
            for i, units, amount in left.takes if left is not before else ():
                lot, whole = rest[i], rest[i]
                if units < whole.units:
                    lot, rest[i] = whole.split(units)
                else:
                    del rest[i]
                after[i].append(lot.marked(award).less(amount))
                given.append(Given(award, choice.lines[i], units, lot.net, amount))
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

    def _takes(self, candidate: Candidate, left: Left) -> list[Take]:
        """The lines that a tied award takes from, the units, and what it takes off them."""
        award, targets, _, _ = candidate
        units, nets = left.units, left.nets
        where = [i for i in targets if units[i]]
        lines = self.choice.lines
        values = rooms = [nets[i] for i in where]
        if not award.action.below_floor and any([lines[i].floor for i in where]):
            rooms = [max(0, nets[i] - lines[i].floor * units[i]) for i in where]
        offered = Offered([lines[i] for i in where], [units[i] for i in where], values, rooms)
        qualification = self.choice.qualification
        takes = award.action.take(offered, qualification.times(award), qualification.scene)
        return [(where[place], taken, amount) for place, taken, amount in takes]

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
        return sum(g.amount for g in settle(involved, before, after, self.choice.qualification)[1])
