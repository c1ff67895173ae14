"""The lower floor: the best percentage of each product is known before any cart comes.

Whatever can't beat that percentage on a product, by a bound that holds for every cart, has no entry
in that product's index. The entries left say by how much they could beat it, so that promotions are
tried in the order of what they could gain, until no line is left.
"""

import platform
from collections import defaultdict
from math import ceil

from bench.clock import cpu_microseconds
from bench.workload import Promotion, Workload

from . import PeerResult
from .savings import BareLine, bare_lines, dearest_first, minor, rule


class Pruned:
    """Each product's best percentage, and the promotions that could save more on it."""

    def __init__(self, promotions: list[Promotion]) -> None:
        self._percent: defaultdict[str, int] = defaultdict(int)
        for promotion in promotions:
            if promotion["kind"] == "percent_off":
                for sku in promotion["skus"]:
                    self._percent[sku] = max(self._percent[sku], promotion["percent"])
        self._rules = [rule(promotion) for promotion in promotions]
        self._postings = self._postings_of(promotions)

    def savings(self, lines: list[BareLine]) -> list[int]:
        """Each line's saving in minor units: the best percentage, or a promotion that gains on it.

        The promotion that could gain most comes first; on a tie, the earlier one. A later one gets
        its lines that still have their percentage. One that gains nothing on them leaves them.
        """
        percent = self._percent
        saved = [percent.get(line.sku, 0) * line.amount for line in lines]
        free = set(range(len(saved)))
        for _, number, wanted in self._ranked(dearest_first(lines)):
            group = [line for line in wanted if line.place in free]
            shares = self._rules[number].shares(group)
            if sum(shares) <= sum([saved[line.place] for line in group]):
                continue
            for line, share in zip(group, shares, strict=True):
                saved[line.place] = share
                free.remove(line.place)
            if not free:
                break
        return minor(saved)

    def _postings_of(self, promotions: list[Promotion]) -> dict[str, list[tuple[int, int]]]:
        """For each product: a promotion, and the most it could gain, in parts of 10,000."""
        postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, promotion in enumerate(promotions):
            rate = ceil(100 * self._rules[number].rate)
            for sku in promotion["skus"]:
                gain = rate - 100 * self._percent[sku]
                if gain > 0:
                    postings[sku].append((number, gain))
        return dict(postings)

    def _ranked(self, lines: list[BareLine]) -> list[tuple[int, int, list[BareLine]]]:
        """(minus the bound on the gain, promotion, its lines), the largest bound first."""
        groups: defaultdict[int, list[BareLine]] = defaultdict(list)
        bounds: defaultdict[int, int] = defaultdict(int)
        postings = self._postings
        for line in lines:
            for number, gain in postings.get(line.sku, ()):
                groups[number].append(line)
                bounds[number] -= gain * line.amount
        return sorted([(bounds[number], number, group) for number, group in groups.items()])


def measure(workload: Workload, size: str, carts: int) -> PeerResult:
    """The lower floor's time and savings; the pruning is done, and the carts read, before."""
    evaluator = Pruned(workload["promotions"])
    chosen = [bare_lines(cart) for cart in workload["carts"][size][:carts]]
    return PeerResult(
        name="bare evaluator, pruned",
        version=f"Python {platform.python_version()}",
        microseconds=tuple(cpu_microseconds(evaluator.savings, lines) for lines in chosen),
        savings=tuple(sum(evaluator.savings(lines)) for lines in chosen),
        note="best percentage per product, pruned postings, greedy; no reasons, no near misses",
    )
