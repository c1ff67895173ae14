"""Who has which line, where several deals want the same: a tree over the lines in dispute.

At fixed prices every deal takes its best set of lines. Where two of them take the same line, or none
takes one that has a price, that line is decided: it is on one of its deals, or on none. Each decision
changes what few deals bring, so a node costs little. The node that could bring most is looked into
first; the first plan that none of the others can beat is the best one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import Final, NamedTuple

import numpy as np

from largesse.engine.assignment.exact import NEVER, Exact
from largesse.engine.assignment.relaxing import Floats

FILLS_MAX: Final = 2_000
"""The nodes of one fill in the tree."""

DIVE_EVERY: Final = 32
"""One node in so many is followed down to a plan."""

LEAST: Final = -(1 << 56)
"""What a plan that keeps the held lines brings at least. One that doesn't brings NEVER: less."""

WHOLE: Final = 1.0 - 1e-4
"""A better plan brings one minor unit more: less than that is rounding in floats."""


class Term(NamedTuple):
    """What a deal brings most beyond the prices, and its lines as bits."""

    brings: float
    lines: int


class Decided(NamedTuple):
    """A line that was decided in a node, and the nodes that were looked into, by the deal that has it.

    Those that are not there can't bring more than the plan.
    """

    line: int
    on: dict[int | None, Decided]


class Node(NamedTuple):
    """What no plan of a node brings more than, and what was decided: the lines that each deal may not
    have or must have, as bits. `free` are lines on no deal; `place` is where the node hangs."""

    bound: float
    terms: dict[int, Term]
    barred: dict[int, int]
    forced: dict[int, int]
    free: int
    place: tuple[dict[int | None, Decided], int | None]


class Grown(NamedTuple):
    """The lines of each deal in the best plan, as bits, or None if there is none; what it brings beyond
    lines alone; what no plan brings more than; the tree; and the steps."""

    lines: list[int] | None
    brings: int
    bound: float
    tree: Decided | None
    steps: int


class Tree:
    """The search at fixed prices. `stranded` lines, as bits, must be on a deal.

    `worth` says what a deal brings with exactly some lines beyond what these get alone; None where it
    is not met.
    """

    def __init__(
        self,
        exact: Exact,
        prices: Floats,
        multipliers: Floats,
        stranded: int,
        worth: Callable[[int, int], int | None],
    ):
        self.exact, self.prices, self.multipliers = exact, prices, multipliers
        self.worth, self.stranded = worth, stranded
        self.price: list[float] = prices.tolist()
        self.dear = stranded | sum([1 << i for i, price in enumerate(self.price) if price > 0])
        self.deals_of: list[list[int]] = [[] for _ in self.price]
        for d, lines in enumerate(exact.lines):
            for i in lines.tolist():
                self.deals_of[i].append(d)
        counts, reach = exact.relaxed.inner(prices, multipliers)
        self.counts, self.reach = counts, reach.tolist()
        self.large = {
            d: sorted(options, key=lambda each: -self.reach[each.k])
            for d, options in exact.large.items()
        }
        self.small = {
            int(d): (group.members, group.brings[row] - group.members @ prices[group.lines[row]])
            for group in exact.listed
            for row, d in enumerate(group.deals)
        }
        self.place = [{i: at for at, i in enumerate(lines.tolist())} for lines in exact.lines]
        self.root = [
            Term(best.brings, sum([1 << i for i in best.lines.tolist()]))
            for best in exact.best(prices, multipliers)
        ]
        self.all_of = [sum([1 << i for i in lines.tolist()]) for lines in exact.lines]
        self._terms: dict[tuple[int, int, int], Term] = {}
        self._with: dict[int, list[float]] = {}
        self.best: list[int] | None = None
        self.brings = LEAST
        self.loose = -float("inf")
        self.looked = 0

    def run(self, steps_max: int, best: list[int] | None, brings: int | None) -> Grown:
        """The best plan, or the best one within the steps and what no plan brings more than.

        A plan that is known already brings `brings`: only better ones are told.
        """
        if brings is not None:
            self.best, self.brings = best, brings
        start = self.exact.nodes
        root: dict[int | None, Decided] = {}
        bound = float(self.prices.sum()) + sum([term.brings for term in self.root])
        heap: list[tuple[float, int, Node]] = []
        order = 0
        heappush(heap, (-bound, 0, Node(bound, {}, {}, {}, 0, (root, None))))
        expanded = 0
        while heap and -heap[0][0] >= self.brings + WHOLE:
            if self.looked + self.exact.nodes - start > steps_max:
                break
            node: Node | None = heappop(heap)[2]
            dive = expanded % DIVE_EVERY == 0
            expanded += 1
            while node:
                children = self._expand(node)
                used = self.looked + self.exact.nodes - start
                node = children.pop() if dive and children and used <= steps_max else None
                for child in children:
                    order -= 1
                    heappush(heap, (-child.bound, order, child))
        most = max(self.loose, -heap[0][0] if heap else self.loose, float(self.brings))
        steps = self.looked + self.exact.nodes - start
        return Grown(self.best, self.brings, most, root.get(None), steps)

    def in_order(self, deals: Sequence[int]) -> list[int]:
        """A plan, by letting each deal in turn take its best set of the lines that are left."""
        lines = [0] * len(self.root)
        taken = 0
        for d in deals:
            mine = self.all_of[d] & taken
            term = self.root[d] if not self.root[d].lines & mine else self.term(d, mine, 0)
            lines[d] = term.lines
            taken |= term.lines
        return lines

    def _expand(self, node: Node) -> list[Node]:
        """The nodes that decide one more line, the one that brings most last."""
        # A node goes through all deals, if quickly.
        self.looked += 1 + len(self.root) // 10
        lines = [term.lines for term in self.root]
        for d, term in node.terms.items():
            lines[d] = term.lines
        used = twice = 0
        for some in lines:
            twice |= used & some
            used |= some
        left = self.dear & ~used & ~node.free
        if not twice:
            brings = self._consider(lines)
            if not left:
                if brings < node.bound - WHOLE:
                    self.loose = max(self.loose, node.bound)
                return []
        return self._children(node, self._dearest(twice or left))

    def _consider(self, lines: Sequence[int]) -> int:
        """What a plan brings; it is kept if no other brought as much. Lines of deals that are not met
        are better off alone."""
        total = used = 0
        met = list(lines)
        for d, some in enumerate(lines):
            brings = self.worth(d, some) if some else None
            if brings is None:
                met[d] = 0
            else:
                total += brings
                used |= some
        if total > self.brings and not self.stranded & ~used:
            self.brings, self.best = total, met
        return total

    def _dearest(self, lines: int) -> int:
        """The line to decide: one that must be on a deal first, then that of the highest price."""
        lines = lines & self.stranded or lines
        return max(
            [i for i in range(len(self.price)) if lines >> i & 1], key=self.price.__getitem__
        )

    def _children(self, node: Node, i: int) -> list[Node]:
        """A line is on each of its deals in turn, or on none; what brings most last."""
        bit = 1 << i
        needed = max(self.brings + WHOLE, NEVER / 2)
        terms, barred = dict(node.terms), dict(node.barred)
        deals = [d for d in self.deals_of[i] if not barred.get(d, 0) & bit]
        # What each deal loses without the line. Summed up anew for each child: a deal that can't do
        # without it loses so much that floats would forget the rest.
        losses = {}
        for d in deals:
            barred[d] = barred.get(d, 0) | bit
            now = self._now(node, d)
            if now.lines & bit:
                terms[d] = self.term(d, barred[d], node.forced.get(d, 0))
                losses[d] = terms[d].brings - now.brings
        on = Decided(i, {})
        node.place[0][node.place[1]] = on
        children = []
        bound = node.bound + sum(losses.values()) - self.price[i]
        if not self.stranded & bit and bound >= needed:
            free = node.free | bit
            children.append(Node(bound, terms, barred, node.forced, free, (on.on, None)))
        for d in deals:
            now = here = self._now(node, d)
            must = node.forced.get(d, 0) | bit
            bound = node.bound + sum([loss for other, loss in losses.items() if other != d])
            if not here.lines & bit:
                if bound - here.brings + self._most_with(d, i) < needed:
                    continue
                now = self.term(d, node.barred.get(d, 0), must)
            bound += now.brings - here.brings
            if bound >= needed:
                child_barred = {**barred, d: node.barred.get(d, 0)}
                forced = {**node.forced, d: must}
                changed = {**terms, d: now}
                place = (on.on, d)
                children.append(Node(bound, changed, child_barred, forced, node.free, place))
        return sorted(children, key=lambda child: child.bound)

    def _now(self, node: Node, d: int) -> Term:
        return node.terms.get(d, self.root[d])

    def term(self, d: int, barred: int, forced: int) -> Term:
        """The best set of lines of a deal without some lines and with some."""
        key = d, barred, forced
        found = self._terms.get(key)
        if found is None:
            self.looked += 1
            by = self._listed_term if d in self.small else self._large_term
            found = self._terms[key] = by(d, barred, forced)
        return found

    def _local(self, d: int, lines: int) -> list[int]:
        """The places of some lines among those of a deal."""
        return [at for i, at in self.place[d].items() if lines >> i & 1]

    def _listed_term(self, d: int, barred: int, forced: int) -> Term:
        members, beyond = self.small[d]
        possible = np.ones(len(beyond), dtype=bool)
        for at in self._local(d, barred):
            possible &= members[:, at] == 0
        for at in self._local(d, forced):
            possible &= members[:, at] > 0
        brings = np.where(possible, beyond, NEVER)
        best = int(brings.argmax())
        taken = self.exact.lines[d][members[best] > 0].tolist()
        return Term(float(brings[best]), sum([1 << i for i in taken]))

    def _large_term(self, d: int, barred: int, forced: int) -> Term:
        never, always = self._local(d, barred), self._local(d, forced)
        best = Term(NEVER, 0) if forced else Term(0.0, 0)
        for option in self.large[d]:
            if self.reach[option.k] <= best.brings:
                break
            counts = option.gain - self.prices[option.lines]
            counts[never] = NEVER
            must = np.zeros(len(counts), dtype=bool)
            must[always] = True
            brings, taken = self.exact.fill(
                option, counts, self.multipliers[:, option.k], best.brings, must, FILLS_MAX
            )
            if brings > best.brings:
                best = Term(brings, sum([1 << i for i in option.lines[taken].tolist()]))
        return best

    def _most_with(self, d: int, i: int) -> float:
        """What a deal could bring at most with a line, whatever else was decided."""
        found = self._with.get(d)
        if found is None:
            if d in self.small:
                members, beyond = self.small[d]
                found = np.where(members.T > 0, beyond, NEVER).max(1).tolist()
            else:
                found = self._most_by_options(d)
            self._with[d] = found
        return found[self.place[d][i]]

    def _most_by_options(self, d: int) -> list[float]:
        relaxed = self.exact.relaxed
        most = np.full(len(self.exact.lines[d]), NEVER)
        for option in self.large[d]:
            start = int(relaxed.start[option.k])
            counts = self.counts[start : start + len(most)]
            most = np.maximum(most, self.reach[option.k] + np.minimum(counts, 0.0))
        found: list[float] = most.tolist()
        return found
