"""Conditions that compare one word of the cart with some words: its country, channel, location."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.conditions.base import UNBOUNDED, Condition
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.cart import Cart
    from largesse.engine.scene import Scene


class OneOf(Condition, frozen=True, kw_only=True, eq=False):
    """A word of the cart is one of some."""

    field: ClassVar[str]
    """The field that names the words."""
    refusal: ClassVar[RefusalCode]
    """What is said of another word, and of none."""
    preposition: ClassVar[str] = "in"
    """What stands before the words in a sentence."""
    noun: ClassVar[str]
    """What the word is of the cart."""

    def word(self, cart: Cart) -> str | None:
        """The word of the cart, if it has one."""
        raise NotImplementedError

    @property
    def words(self) -> frozenset[str]:
        words: frozenset[str] = getattr(self, self.field)
        return words

    def times(self, scene: Scene) -> int:
        return UNBOUNDED if self.word(scene.cart) in self.words else 0

    def shortfall(self, scene: Scene) -> Shortfall:
        word = self.word(scene.cart)
        has = f"the {self.noun} of this one is {word}" if word else f"this one has no {self.noun}"
        told = f"For orders {self.preposition} {self._listed}; {has}."
        return Shortfall(self.refusal, told)

    @property
    def _listed(self) -> str:
        return " or ".join(sorted(self.words))

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.words:
            yield self.field, f"names at least one {self.noun}"

    def said(self, currency: Currency) -> str:
        return f"the order is {self.preposition} {self._listed}"
