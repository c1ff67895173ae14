"""How good the best plan is, is guessed: what no plan that good can use is left out, the rest is small.

At given prices every option, and every line on it, loses something against the best that its deal
could do. In a plan near the bound all losses together are small; so what loses more by itself is in
none. If a plan as good as guessed is found in what is left, it is the best one; if not, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from largesse.engine.assignment.branching import Tree
from largesse.engine.assignment.milp import Narrowed

GUESSES: Final = (0.0004, 0.0016, 0.0064)
"""How far below the bound the best plan is guessed to be, as a share of what the part brings."""


def guesses(bound: float, brings: int, total: float) -> Iterator[float]:
    """How far below the bound to look; at last as far as the known plan, at once if the total is 0."""
    known = bound - brings
    for share in GUESSES:
        if 0 < share * total < known:
            yield share * total
    yield known


def narrowed(tree: Tree, bound: float, slack: float) -> Narrowed:
    """What plans can have that bring at most `slack` less than the bound."""
    exact = tree.exact
    relaxed = exact.relaxed
    most = np.array([term.brings for term in tree.root])
    # What was found out in the tree about all deals together counts for each of them.
    root = float(tree.prices.sum() + most.sum())
    room = slack + (root - bound)
    reach = np.array(tree.reach)
    left = reach - (most[relaxed.deal] - room) + 1e-6
    may, must = {}, {}
    for k in np.flatnonzero(left >= 0).tolist():
        start = int(relaxed.start[k])
        counts = tree.counts[start : start + len(relaxed.options[k].lines)]
        near = np.abs(counts) <= left[k]
        may[k] = frozenset(np.flatnonzero(near).tolist())
        must[k] = frozenset(np.flatnonzero(~near & (counts > 0)).tolist())
    part_lines = [i for option in relaxed.options for i in option.lines]
    line_of = dict(zip(relaxed.line.tolist(), part_lines, strict=True))
    deals = [exact.deals[d] for d in np.flatnonzero(most > room + 1e-6).tolist()]
    lines = [line_of[at] for at in np.flatnonzero(tree.prices > room + 1e-6).tolist()]
    return Narrowed(may, must, frozenset(deals), frozenset(lines))
