"""The floor: a hand-written evaluator with an index from product to promotions, and nothing else.

It takes promotions greedily, the largest saving first. It gives no reasons, no near misses and no
proof of a best combination, and knows only the four kinds of the neutral workload.
"""

import platform
from collections import defaultdict

from bench.clock import cpu_microseconds
from bench.workload import Promotion, Workload

from . import PeerResult
from .savings import BareLine, bare_lines, dearest_first, minor, rule


class Bare:
    """Promotions compiled to rules, with the promotions of every product."""

    def __init__(self, promotions: list[Promotion]) -> None:
        self._rules = [rule(promotion) for promotion in promotions]
        postings: defaultdict[str, list[int]] = defaultdict(list)
        for number, promotion in enumerate(promotions):
            for sku in promotion["skus"]:
                postings[sku].append(number)
        self._postings = dict(postings)

    def savings(self, lines: list[BareLine]) -> list[int]:
        """Each line's saving in minor units.

        The promotion that would save most alone comes first; on a tie, the earlier one. A later one
        gets those of its lines that are still free, and what they save without the others.
        """
        saved = [0] * len(lines)
        free = set(range(len(saved)))
        for _, number, wanted, wanted_shares in self._ranked(dearest_first(lines)):
            group, shares = wanted, wanted_shares
            if len(free) < len(saved):
                group = [line for line in wanted if line.place in free]
                if len(group) < len(wanted):
                    shares = self._rules[number].shares(group)
            if not any(shares):
                continue
            for line, share in zip(group, shares, strict=True):
                saved[line.place] = share
                free.remove(line.place)
            if not free:
                break
        return minor(saved)

    def _ranked(self, lines: list[BareLine]) -> list[tuple[int, int, list[BareLine], list[int]]]:
        """(minus the saving, promotion, its lines, their shares), the best first."""
        groups: defaultdict[int, list[BareLine]] = defaultdict(list)
        postings = self._postings
        for line in lines:
            for number in postings.get(line.sku, ()):
                groups[number].append(line)
        ranked = []
        for number, group in groups.items():
            shares = self._rules[number].shares(group)
            ranked.append((-sum(shares), number, group, shares))
        ranked.sort()
        return ranked


def measure(workload: Workload, size: str, carts: int) -> PeerResult:
    """The floor's time and savings; the promotions are compiled, and the carts read, before."""
    evaluator = Bare(workload["promotions"])
    chosen = [bare_lines(cart) for cart in workload["carts"][size][:carts]]
    return PeerResult(
        name="bare evaluator",
        version=f"Python {platform.python_version()}",
        microseconds=tuple(cpu_microseconds(evaluator.savings, lines) for lines in chosen),
        savings=tuple(sum(evaluator.savings(lines)) for lines in chosen),
        note="inverted index, greedy; no reasons, no near misses",
    )
