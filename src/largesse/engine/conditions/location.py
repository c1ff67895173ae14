"""Location: where the order is sold (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.conditions.one_of import OneOf
from largesse.engine.refusals import RefusalCode

if TYPE_CHECKING:
    from largesse.engine.cart import Cart


class AtLocation(OneOf, frozen=True, kw_only=True, eq=False):
    """The order is sold at one of some locations."""

    kind: ClassVar[str] = "location"
    label: ClassVar[str] = "Location"
    field: ClassVar[str] = "locations"
    noun: ClassVar[str] = "location"
    preposition: ClassVar[str] = "at"
    refusal: ClassVar[RefusalCode] = RefusalCode.OTHER_LOCATION

    locations: frozenset[str]
    """The codes of the locations."""

    def mentions(self) -> Iterable[tuple[Literal["location"], str, str]]:
        return (("location", "locations", code) for code in sorted(self.locations))

    def word(self, cart: Cart) -> str | None:
        return cart.location
