"""The amounts of cash that a buyer is likely to hand over, offered so that none has to be typed."""

from __future__ import annotations

from typing import Final

OFFERED: Final = 4
_LARGEST_STEP: Final = 1000
"""In minor units: whoever pays much pays it nearly to the ten, in most currencies."""


def notes_for(due: int) -> tuple[int, ...]:
    """What is offered for an amount due in minor units: exactly that, and what notes come to above it.

    >>> notes_for(4000), notes_for(1337), notes_for(23400)
    ((4000, 5000, 6000, 10000), (1337, 1500, 2000, 5000), (23400, 24000, 25000, 30000))
    """
    if due <= 0:
        return ()
    step = min(10 ** (len(str(due)) - 1), _LARGEST_STEP)
    steps = [step, 2 * step, 5 * step, 10 * step]
    if due < 2 * step:
        steps.append(step // 2)
    above = {(due // each + 1) * each for each in steps if each}
    return tuple(sorted({due, *above})[:OFFERED])
