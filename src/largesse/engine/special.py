"""The promotions of a book that need more than the cart: facts, limits, codes, the shopper's answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from largesse.engine.offers.promotion import Promotion, Suggest
from largesse.engine.window import Calendar


class Special(NamedTuple):
    """The codes of promotions, by what they need."""

    asking: frozenset[str]
    """Those whose conditions ask about the world."""
    acting: frozenset[str]
    """Those whose actions do."""
    limited: frozenset[str]
    """Those with a limit of uses, or a budget (PR-5)."""
    coded: frozenset[str]
    """Those with single-use codes (PR-6)."""
    suggested: frozenset[str]
    """Those that shoppers are asked about (PR-3)."""

    def changed(self, codes: Collection[str], coming: Special) -> Special:
        """With the promotions of some codes as they are coming."""
        gone = frozenset(codes)
        return Special(*[(old - gone) | new for old, new in zip(self, coming, strict=True)])


def special(promotions: Iterable[Promotion], calendar: Calendar) -> Special:
    """What is special among promotions."""
    found = tuple(promotions)
    live = [p for p in found if p.active and not p.archived]
    return Special(
        asking=frozenset(p.code for p in live if _asks(p, calendar)),
        acting=frozenset(p.code for p in live if any([a.asks() for a in p.actions])),
        limited=frozenset(p.code for p in found if p.limits),
        coded=frozenset(p.code for p in found if p.single_use_codes),
        suggested=frozenset(p.code for p in found if p.suggest is not Suggest.NO),
    )


def _asks(promotion: Promotion, calendar: Calendar) -> bool:
    """Whether a promotion's conditions must be told something about the world."""
    sample = datetime(2000, 1, 3, tzinfo=UTC)
    return any(
        any(True for _ in chain(c.history(sample, calendar), c.asks()))
        for c in promotion.conditions
    )
