"""All, any, not: conditions made of conditions, nested as deep as one likes (PR-7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.facts import Ask, HistoryQuery
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall
from largesse.engine.window import Calendar

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class All(Condition, frozen=True, kw_only=True, eq=False):
    """Every condition is met; as often as the one that is met least often (PR-4)."""

    kind: ClassVar[str] = "all"
    label: ClassVar[str] = "All of"

    of: tuple[Condition, ...]
    """The conditions that must all be met."""

    def times(self, scene: Scene) -> int:
        fewest = UNBOUNDED
        for condition in self.of:
            fewest = min(fewest, condition.times(scene))
            if not fewest:
                break
        return fewest

    def shortfall(self, scene: Scene) -> Shortfall:
        return next(c.shortfall(scene) for c in self.of if not c.times(scene))

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        return (query for c in self.of for query in c.history(at, calendar))

    def asks(self) -> Iterable[Ask]:
        return (ask for c in self.of for ask in c.asks())

    def promo_codes(self) -> Iterable[str]:
        return (code for c in self.of for code in c.promo_codes())

    def products_needed(self) -> frozenset[str] | None:
        needed = [n for c in self.of if (n := c.products_needed()) is not None]
        return min(needed, key=len, default=None)

    def said(self, currency: Currency) -> str:
        return " and ".join(_part_said(c, currency) for c in self.of) or "the order is any"


class Any(Condition, frozen=True, kw_only=True, eq=False):
    """At least one condition is met; as often as the one that is met most often."""

    kind: ClassVar[str] = "any"
    label: ClassVar[str] = "Any of"

    of: tuple[Condition, ...]
    """The conditions of which one is enough."""

    def times(self, scene: Scene) -> int:
        return max((c.times(scene) for c in self.of), default=0)

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.of:
            yield "of", "names at least one condition, or it could never be met"

    def shortfall(self, scene: Scene) -> Shortfall:
        first, *others = (c.shortfall(scene) for c in self.of)
        if not others:
            return first
        sentence = " Or: ".join(s.sentence for s in (first, *others))
        return Shortfall(first.code, f"None of these holds. {sentence}")

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        return (query for c in self.of for query in c.history(at, calendar))

    def asks(self) -> Iterable[Ask]:
        return (ask for c in self.of for ask in c.asks())

    def promo_codes(self) -> Iterable[str]:
        return (code for c in self.of for code in c.promo_codes())

    def products_needed(self) -> frozenset[str] | None:
        needed = [c.products_needed() for c in self.of]
        if not needed or any(n is None for n in needed):
            return None
        return frozenset().union(*(n for n in needed if n is not None))

    def said(self, currency: Currency) -> str:
        return " or ".join(_part_said(c, currency) for c in self.of)


class Not(Condition, frozen=True, kw_only=True, eq=False):
    """The condition is not met."""

    kind: ClassVar[str] = "not"
    label: ClassVar[str] = "Not"

    condition: Condition
    """The condition that must not be met."""

    def times(self, scene: Scene) -> int:
        return 0 if self.condition.times(scene) else UNBOUNDED

    def shortfall(self, scene: Scene) -> Shortfall:
        return Shortfall(
            RefusalCode.CONDITION_EXCLUDES, "Excluded by a condition that must not be met, and is."
        )

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        return self.condition.history(at, calendar)

    def asks(self) -> Iterable[Ask]:
        return self.condition.asks()

    def promo_codes(self) -> Iterable[str]:
        return self.condition.promo_codes()

    def said(self, currency: Currency) -> str:
        return f"it is not so that {_part_said(self.condition, currency)}"


def _part_said(condition: Condition, currency: Currency) -> str:
    """A condition among others, in parentheses where its own words join several."""
    several = isinstance(condition, (All, Any)) and len(condition.of) > 1
    said = condition.said(currency)
    return f"({said})" if several else said
