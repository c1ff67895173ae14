"""The prices of the lowest bound, by steps along subgradients to a level somewhat below the best.

The level comes nearer when the bound stops falling (a level method: Brännlund 1995, Goffin and Kiwiel
1999). Rounds are counted, so the prices are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from largesse.engine.assignment.relaxing import Flags, Floats, Round

PATIENCE: Final = 8
"""After so many rounds without progress the level comes nearer."""

NEARER: Final = 0.6
MEMORY: Final = 0.3
"""The share of the last direction in the next one."""


def lowest(
    look: Callable[[Floats], Round],
    prices: Floats,
    free: Flags,
    rounds: int,
    aim: float,
    stop: float,
) -> tuple[Round, Floats]:
    """The best look at prices, and these prices.

    `free` lines may have prices below 0. The first level is `aim` below the bound; no more rounds are
    made when it is nearer than `stop`.
    """
    best = look(prices)
    at = prices
    now = best
    direction = np.zeros_like(prices)
    stalled = 0
    for _ in range(rounds):
        towards = (1.0 - MEMORY) * (1.0 - now.wanted) + MEMORY * direction
        direction = np.where((prices <= 0) & (towards > 0) & ~free, 0.0, towards)
        length = float(direction @ direction)
        if length < 1e-12 or aim < stop:
            break
        moved = prices - (now.bound - best.bound + aim) / length * direction
        prices = np.where(free, moved, np.maximum(moved, 0.0))
        now = look(prices)
        stalled = 0 if best.bound - now.bound > 0.1 * aim else stalled + 1
        if now.bound < best.bound:
            best, at = now, prices
        if stalled >= PATIENCE:
            aim *= NEARER
            stalled = 0
            now, prices = best, at
            direction = np.zeros_like(prices)
    return best, at
