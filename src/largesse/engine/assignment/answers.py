"""What was found out about one part of a problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from largesse.engine.assignment.certificate import PartProof, Way


class Answer(NamedTuple):
    """The deal of each line of a part; what no plan of it brings more than, and what is proven so.

    `proof` is None where all plans of the part can be tried, or where its units are `counted` up;
    `prices` are those of its lines.
    """

    deal: Mapping[int, int | None]
    bound: int
    checked: int
    steps: int
    proof: PartProof | None = None
    counted: bool = False
    prices: Mapping[int, int] = {}
    multipliers: Mapping[Way, tuple[int, ...]] = {}
