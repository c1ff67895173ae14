"""How often a cart meets each condition of one promotion, so that its author can see it."""

from __future__ import annotations

from msgspec import Struct

from largesse.engine.conditions.base import Condition
from largesse.engine.offers.promotion import Promotion
from largesse.engine.quote import Quote
from largesse.engine.refusals import Shortfall
from largesse.engine.scene import Scene


class Met(Struct, frozen=True):
    """A condition, how often the cart of a quote meets it, and where it doesn't, what is missing.

    `within` are those that a condition made of conditions has, each judged by itself.
    """

    condition: Condition
    times: int
    shortfall: Shortfall | None
    within: tuple[Met, ...] = ()


def conditions_met(quote: Quote, promotion: Promotion) -> tuple[Met, ...]:
    """Each condition of a promotion of the quote's book, as the promotion's stage judged it."""
    scene = quote._pricing.qualification(promotion.stage).scene
    return tuple(_met(condition, scene) for condition in promotion.conditions)


def _met(condition: Condition, scene: Scene) -> Met:
    times = condition.times(scene)
    within = tuple(_met(each, scene) for each in _parts_of(condition))
    return Met(condition, times, None if times else condition.shortfall(scene), within)


def _parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that a condition is made of."""
    found: list[Condition] = []
    for name in condition.__struct_fields__:
        value = getattr(condition, name)
        many = value if isinstance(value, tuple) else (value,)
        found += [each for each in many if isinstance(each, Condition)]
    return tuple(found)
