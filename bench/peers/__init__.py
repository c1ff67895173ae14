"""Other pricing engines, and the floor under all of them, on one neutral workload.

Each peer is a module here with a function `measure(workload, size, carts)`. What was mapped to
what, and whom the comparison favours, stands in this folder's README.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bench.workload import Workload


@dataclass(frozen=True, slots=True)
class PeerResult:
    """What one peer needed for, and saved on, the first carts of one size, in the carts' order."""

    name: str
    version: str
    microseconds: tuple[float, ...]
    """CPU time per cart, warmed up."""
    savings: tuple[int, ...]
    """Minor units per cart. Peers disagree on what may stack: this shows it, it ranks nobody."""
    note: str


Measure = Callable[[Workload, str, int], PeerResult | None]
"""Price the first so many carts of a size; None, with a sentence on stderr, if that can't be."""
