"""What a sale at a till holds; each change of it makes a new value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from largesse.engine.cart import UNITS_MAX
from largesse.orders.tenders import Tender
from largesse.till.line_discounts import LineDiscount
from largesse.till.models import Sale

LINES_MAX: Final = 500
"""The most lines of one sale."""

DEEDS_KEPT: Final = 30
"""How many deeds of a sale are remembered: more than a till can have under way."""


class Rung(Struct, frozen=True, omit_defaults=True):
    """A line that was rung up. A printed label says its `gross`, in minor units."""

    id: str
    sku: str
    quantity: int | Decimal = 1
    gross: int | None = None
    discount: LineDiscount | None = None

    @property
    def can_grow(self) -> bool:
        """Whether more of the product goes on this line."""
        return self.gross is None and self.discount is None and isinstance(self.quantity, int)


class Rings(Struct, frozen=True):
    """The lines of a sale, the codes entered for it, its voucher, and what was taken for it.

    `credit` is the most that each credit account of the customer pays, in minor units.
    """

    lines: tuple[Rung, ...] = ()
    codes: tuple[str, ...] = ()
    voucher: str = ""
    tenders: tuple[Tender, ...] = ()
    credit: Mapping[str, int] = msgspec.field(default_factory=dict)

    def line(self, line_id: str) -> Rung | None:
        """The line of an id, if it is still there."""
        return next((each for each in self.lines if each.id == line_id), None)

    @property
    def taken(self) -> int:
        """What tenders have paid so far."""
        return sum(each.amount for each in self.tenders)

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.codes or self.voucher or self.tenders)


# Met once, at import: two threads that first met the type at once would crash.
msgspec.convert({}, Rings)


def rings_of(sale: Sale | None) -> Rings:
    """What a stored sale holds; nothing where there is none."""
    if sale is None:
        return Rings()
    told = {name: getattr(sale, name) for name in Rings.__struct_fields__}
    return msgspec.convert(told, Rings, strict=False)


def columns_of(rings: Rings) -> dict[str, Any]:
    """The columns that hold it."""
    told: dict[str, Any] = msgspec.to_builtins(rings)
    return {name: list(v) if isinstance(v, tuple) else v for name, v in told.items()}


# --- lines -------------------------------------------------------------------------------------------


def with_rung(
    rings: Rings, sku: str, quantity: int | Decimal, gross: int | None = None
) -> tuple[Rings, str]:
    """More of a product, and the id of its line: the last one that can grow, or a new one.

    What is weighed is a line of its own each time.
    """
    if gross is None and isinstance(quantity, int):
        for line in reversed(rings.lines):
            if line.sku == sku and line.can_grow:
                wanted = min(UNITS_MAX, line.quantity + quantity)
                return with_quantity(rings, line.id, wanted), line.id
    made = Rung(_fresh_id(rings.lines), sku, min(UNITS_MAX, quantity), gross)
    return replace(rings, lines=(*rings.lines, made)), made.id


def with_quantity(rings: Rings, line_id: str, quantity: int | Decimal) -> Rings:
    """Another quantity on a line; 0 takes it out. A label's price is of its own quantity: it goes."""
    changed = (
        replace(line, quantity=quantity, gross=None) if line.id == line_id else line
        for line in rings.lines
    )
    return replace(rings, lines=tuple(line for line in changed if line.quantity))


def with_discount(rings: Rings, line_id: str, discount: LineDiscount | None) -> Rings:
    """A line with another discount by hand, or none."""
    lines = (
        replace(line, discount=discount) if line.id == line_id else line for line in rings.lines
    )
    return replace(rings, lines=tuple(lines))


def with_put_back(rings: Rings, line: Rung, place: int) -> Rings:
    """A line that was taken out, where it was."""
    if rings.line(line.id) is not None:
        line = replace(line, id=_fresh_id(rings.lines))
    lines = rings.lines
    return replace(rings, lines=(*lines[:place], line, *lines[place:]))


def _fresh_id(lines: Sequence[Rung]) -> str:
    return str(max((int(line.id) for line in lines), default=0) + 1)
