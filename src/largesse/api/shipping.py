"""What shipping costs is the business's to say: an order from the shop pays its location's charge."""

from __future__ import annotations

import time
from typing import Final

from largesse.catalog.models import Location

REMEMBERED_SECONDS: Final = 0.8

_charges: dict[str, int] = {}
_until = 0.0


def charge_at(location: str | None) -> int:
    """The shipping charge of an order from the shop, in minor units, at most a second old."""
    global _charges, _until  # noqa: PLW0603
    if location is None:
        return 0
    if time.monotonic() >= _until:
        _charges = dict(Location.objects.values_list("code", "shipping"))
        _until = time.monotonic() + REMEMBERED_SECONDS
    return _charges.get(location, 0)
