"""A till shows one sale, and the tills of a location share those on hold.

Whoever changes a sale says which version they saw, so that two pages never undo each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from msgspec import Struct

from largesse.business.models import User
from largesse.catalog.models import Location
from largesse.ids import parse_id
from largesse.till.models import Sale
from largesse.till.ringing import DEEDS_KEPT, Rings, columns_of, rings_of


class Counter(Struct, frozen=True):
    """A till: a number at a location."""

    location: Location
    till: int

    @property
    def name(self) -> str:
        return f"Till {self.till}"

    @property
    def _sales(self) -> QuerySet[Sale]:
        return Sale.objects.filter(location=self.location).select_related("customer", "order")

    def shown(self) -> Sale | None:
        """The sale that the till shows, with its customer and order."""
        rows = self._sales.filter(till=self.till, on_screen=True)
        return rows.defer("order__quote").first()

    def held(self) -> QuerySet[Sale]:
        """The sales on hold at the location, the latest first."""
        return self._sales.filter(state=Sale.State.HELD).order_by("-held_at")

    def past(self, shown_id: str) -> Sale:
        """A sale of this location that was sold. Raises ValueError or DoesNotExist."""
        return self._sales.filter(state=Sale.State.SOLD).get(id=parse_id(Sale.prefix, shown_id))

    def opened(self, cashier: User, now: datetime) -> Sale:
        """A new sale on the till, in the place of one that is over; or the one that another request has
        opened meanwhile.
        """
        made = Sale(
            location=self.location, till=self.till, cashier=cashier, opened_at=now, changed_at=now
        )
        try:
            with transaction.atomic():
                self._sales.filter(till=self.till, on_screen=True, state=Sale.State.SOLD).update(
                    on_screen=False
                )
                made.save(force_insert=True)
        except IntegrityError:
            shown = self.shown()
            if shown is None:
                raise
            return shown
        return made


def keep(sale: Sale, rings: Rings, now: datetime, deed: str, **more: Any) -> bool:
    """Write a changed sale; False where somebody changed it since it was read.

    `deed` is the page's name for what it did: the same is not done again when an answer is lost.
    """
    columns = {
        **columns_of(rings),
        **more,
        "changed_at": now,
        "version": sale.version + 1,
        "deeds": [*sale.deeds, deed][-DEEDS_KEPT:] if deed else sale.deeds,
    }
    unchanged = Sale.objects.filter(pk=sale.pk, version=sale.version, state=Sale.State.OPEN)
    if not unchanged.update(**columns):
        return False
    for name, value in columns.items():
        setattr(sale, name, value)
    return True


def hold(sale: Sale, now: datetime) -> bool:
    """Take a sale off the screen until some till of the location recalls it."""
    return keep(sale, rings_of(sale), now, "", state=Sale.State.HELD, held_at=now, on_screen=False)


def recall(counter: Counter, sale: Sale, cashier: User, now: datetime) -> bool:
    """Put a held sale on a till's screen, which is free; False where another till was quicker."""
    held = Sale.objects.filter(pk=sale.pk, state=Sale.State.HELD)
    columns = {
        "state": Sale.State.OPEN,
        "on_screen": True,
        "till": counter.till,
        "cashier": cashier,
        "held_at": None,
        "changed_at": now,
        "version": sale.version + 1,
    }
    return bool(held.update(**columns))


def clear(sale: Sale, now: datetime) -> bool:
    """Give a sale up."""
    return keep(sale, rings_of(sale), now, "", state=Sale.State.CLEARED, on_screen=False)


def leave(sale: Sale) -> None:
    """Take a finished sale off the screen."""
    Sale.objects.filter(pk=sale.pk, state=Sale.State.SOLD).update(on_screen=False)
