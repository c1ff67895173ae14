"""What views hand to parts that show more than one figure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rung:
    """One stage of a ladder. `off` is what the stage gave, in minor units and positive: 0 where it
    ran and gave nothing, None for the first and last rung; `left` is the sum after it.
    """

    stage: str
    left: int
    off: int | None = None
    why: str = ""
