"""Country: where the order is shipped to (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.conditions.one_of import OneOf
from largesse.engine.refusals import RefusalCode

if TYPE_CHECKING:
    from largesse.engine.cart import Cart


class InCountry(OneOf, frozen=True, kw_only=True, eq=False):
    """The order is shipped to one of some countries."""

    kind: ClassVar[str] = "country"
    label: ClassVar[str] = "Country"
    field: ClassVar[str] = "countries"
    noun: ClassVar[str] = "country"
    preposition: ClassVar[str] = "to"
    refusal: ClassVar[RefusalCode] = RefusalCode.OTHER_COUNTRY

    countries: frozenset[str]
    """The countries, by their ISO 3166 codes of two letters, such as AT."""

    def word(self, cart: Cart) -> str | None:
        return cart.country.upper() if cart.country else None

    def faults(self) -> Iterable[tuple[str, str]]:
        yield from super().faults()
        wrong = [c for c in self.countries if not (len(c) == 2 and c.isascii() and c.isupper())]
        if wrong:
            yield "countries", f"has codes of two capital letters, such as AT, not {min(wrong)}"
