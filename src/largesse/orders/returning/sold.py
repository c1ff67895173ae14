"""The lines of a stored order, read back as values."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import prefetch_related_objects

from largesse.orders.models import Order, OrderLine, Part
from largesse.orders.returning.shares import SoldLine, SoldPart


class StoredLine(NamedTuple):
    """A stored line with what its units bear, and its parts in the same order."""

    record: OrderLine
    sold: SoldLine
    parts: tuple[Part, ...]

    @property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        """Where each part is booked to: a kind of account and its owner."""
        return tuple((part.account, part.owner) for part in self.parts)


def lines_of(order: Order) -> tuple[StoredLine, ...]:
    """The lines of an order in their order, in two queries."""
    lines = list(order.lines.all())
    prefetch_related_objects(lines, "parts")
    return tuple(_read(line) for line in lines)


def _read(line: OrderLine) -> StoredLine:
    parts = tuple(line.parts.all())
    made = SoldLine(
        line.units,
        line.free_units,
        line.net,
        line.tax,
        line.tax_included,
        tuple(SoldPart(p.first_unit, p.units, p.amount) for p in parts),
    )
    return StoredLine(line, made, parts)
