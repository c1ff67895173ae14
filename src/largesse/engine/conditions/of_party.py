"""Conditions that ask what the order's party came to, without this order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.conditions.ranged import Ranged
from largesse.engine.facts import Ask, PartyTotals
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class OfParty(Ranged, frozen=True, kw_only=True, eq=False):
    """The order belongs to a party, of which a number is between `minimum` and `maximum`."""

    in_money: ClassVar[bool] = False
    """Whether the number is an amount."""
    noun: ClassVar[str]
    """What is counted."""

    def of(self, party: PartyTotals) -> int:
        """The number of the party."""
        raise NotImplementedError

    def times(self, scene: Scene) -> int:
        return 0 if scene.facts.party is None else super().times(scene)

    def found(self, scene: Scene) -> int:
        return 0 if scene.facts.party is None else self.of(scene.facts.party)

    def asks(self) -> Iterable[Ask]:
        return ("party",)

    def shortfall(self, scene: Scene) -> Shortfall:
        if scene.facts.party is None:
            return Shortfall(
                RefusalCode.PARTY_NEEDED, "For orders of a party; this one is of none."
            )
        return super().shortfall(scene)

    def too_low(self, scene: Scene, found: int) -> Shortfall:
        least, has = self._said(scene, self.minimum), self._said(scene, found)
        told = f"Needs a party with {self.noun} of {least}, found {has}."
        return self._shortfall(RefusalCode.PARTY_TOO_SMALL, told, self.minimum, found)

    def too_high(self, scene: Scene, found: int, maximum: int) -> Shortfall:
        most, has = self._said(scene, maximum), self._said(scene, found)
        told = f"Allows a party with {self.noun} of at most {most}, found {has}."
        return self._shortfall(RefusalCode.PARTY_TOO_LARGE, told, maximum, found)

    def _said(self, scene: Scene, number: int) -> str:
        return scene.currency.format(number) if self.in_money else f"{number:,}"

    def _shortfall(self, code: RefusalCode, told: str, needed: int, found: int) -> Shortfall:
        return Shortfall(code, told, needed, found, "money" if self.in_money else "units")
