"""A condition says how often a cart meets it, and if it does not, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from msgspec import Struct

from largesse.engine.facts import Ask, HistoryQuery
from largesse.engine.money import Currency
from largesse.engine.refusals import Shortfall
from largesse.engine.window import Calendar

if TYPE_CHECKING:
    from largesse.engine.scene import Scene

UNBOUNDED: Final = 1_000_000_000
"""How often a condition is met that does not count: as often as anybody else asks."""


class Condition(Struct, frozen=True, kw_only=True, eq=False):
    """One kind of condition: its fields, its decision, its sentences. `kind` names it in files."""

    kind: ClassVar[str]
    label: ClassVar[str]
    """What people call the kind."""

    name: str = ""
    """What promotions that share the condition call it by; empty is one of one promotion alone."""

    def times(self, scene: Scene) -> int:
        """How often the cart meets the condition; 0 is not at all."""
        raise NotImplementedError

    def shortfall(self, scene: Scene) -> Shortfall:
        """Why `times` is 0. Asked only then."""
        raise NotImplementedError

    def said(self, currency: Currency) -> str:
        """What it asks for, in words that follow "if": "the order has at least 2 units of Mugs"."""
        raise NotImplementedError

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        return ()

    def history(self, at: datetime, calendar: Calendar) -> Iterable[HistoryQuery]:
        """The purchases that the condition asks about."""
        return ()

    def asks(self) -> Iterable[Ask]:
        """What else than purchases it must be told about the world."""
        return ()

    def mentions(self) -> Iterable[tuple[Literal["location", "promotion"], str, str]]:
        """What it names besides products: which sort of thing, the field that does, and its code."""
        return ()

    def promo_codes(self) -> Iterable[str]:
        """The promo codes that it asks for, so that they are not taken for voucher numbers."""
        return ()

    def products_needed(self) -> frozenset[str] | None:
        """Products of which the cart must have one for the condition to be met; None: it may do
        without.
        """
        return None
