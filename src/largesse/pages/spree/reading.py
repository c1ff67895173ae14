"""What a card of the reward list sends: so many units, one more, one fewer, or the first one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from largesse.engine.cart import UNITS_MAX, SpreeChoice
from largesse.orders.rewards.choosing import CHOICES_MAX, with_choice

_NO_NUMBER = "Enter a whole number, such as 2."


class Wrong(NamedTuple):
    """What was typed on a product's card, and why it is no number of units."""

    sku: str
    typed: str
    error: str


class Picked(NamedTuple):
    """What a card asks for. `units` are as typed; `step` is added to them, or to what is kept where
    nothing was typed, so that two quick presses are two steps.
    """

    promotion: str
    sku: str
    units: int
    step: int = 0
    is_typed: bool = True

    def chosen_in(self, kept: Sequence[SpreeChoice]) -> tuple[SpreeChoice, ...]:
        """What is chosen, once that is, where some is kept already."""
        units = self.units
        if not self.is_typed:
            mine = (self.promotion, self.sku)
            units = sum(each.units for each in kept if (each.promotion, each.sku) == mine)
        return with_choice(kept, self.promotion, self.sku, max(0, units + self.step))


def picked(post: Mapping[str, str]) -> Picked | Wrong:
    """What the fields of a card's form ask for."""
    promotion, sku = post.get("promotion", ""), post.get("sku", "")
    typed = post.get("units", "").strip()
    if not typed.isdecimal() or not typed.isascii():
        return Wrong(sku, typed, _NO_NUMBER)
    if len(typed) > len(str(UNITS_MAX)) or int(typed) > UNITS_MAX:
        return Wrong(sku, typed, f"Enter {UNITS_MAX:,} or less.")
    step = {"1": 1, "-1": -1}.get(post.get("step", ""), 0)
    return Picked(promotion, sku, int(typed), step, not step or typed != post.get("was"))


def first_of(post: Mapping[str, str]) -> tuple[str, ...]:
    """The SKUs whose cards stood first when a form was shown."""
    return tuple(post.get("first", "").splitlines()[:CHOICES_MAX])
