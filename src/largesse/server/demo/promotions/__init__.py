"""The promotions of Alder & Finch, in the file format: they use all that promotions can do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from largesse.server.demo.promotions import (
    asked,
    circumstances,
    departments,
    for_some,
    gifts,
    not_now,
    parts,
    rewards,
    shipping,
    storewide,
)
from largesse.server.demo.promotions.dates import Definition, days_before

EXCLUSION_GROUPS: Final = (
    # code, title, mode, order
    ("STOREWIDE", "Storewide, best wins", "best", 0),
    ("CANDLES", "Candles, first by priority", "first", 1),
    ("THANKS", "Small thanks, the lowest", "lowest", 2),
    ("SERVICE", "Services, all of them", "stack", 3),
)

SHARED_CONDITIONS: Final = parts.CONDITIONS
SHARED_ACTIONS: Final = parts.ACTIONS
PREFERRED_SKU: Final = parts.PREFERRED_SKU

_THEMES: Final = (
    storewide,
    departments,
    gifts,
    asked,
    shipping,
    rewards,
    for_some,
    circumstances,
    not_now,
)


def promotions(today: date) -> Iterator[Definition]:
    """Every promotion, as it stands on the demo's last day."""
    day = days_before(today)
    for theme in _THEMES:
        yield from theme.promotions(day)
