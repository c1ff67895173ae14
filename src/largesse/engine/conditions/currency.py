"""Currency: in which one the order is priced (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from largesse.engine.conditions.one_of import OneOf
from largesse.engine.refusals import RefusalCode

if TYPE_CHECKING:
    from largesse.engine.cart import Cart


class InCurrency(OneOf, frozen=True, kw_only=True, eq=False):
    """The order is in one of some currencies."""

    kind: ClassVar[str] = "currency"
    label: ClassVar[str] = "Currency"
    field: ClassVar[str] = "currencies"
    noun: ClassVar[str] = "currency"
    preposition: ClassVar[str] = "in"
    refusal: ClassVar[RefusalCode] = RefusalCode.OTHER_CURRENCY

    currencies: frozenset[str]
    """The currencies, by their ISO 4217 codes, such as EUR."""

    def word(self, cart: Cart) -> str | None:
        return cart.currency

    def faults(self) -> Iterable[tuple[str, str]]:
        yield from super().faults()
        wrong = [c for c in self.currencies if not (len(c) == 3 and c.isascii() and c.isupper())]
        if wrong:
            yield "currencies", f"has codes of three capital letters, such as EUR, not {min(wrong)}"
