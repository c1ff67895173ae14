"""Who buys is said by a customer's number or id; what offers ask about it is in the records."""

from __future__ import annotations

import time
from typing import Final

from largesse.crm.models import Customer as CustomerRecord
from largesse.crm.values import active_buyer
from largesse.engine.cart import Customer
from largesse.ids import parse_id

REMEMBERED_SECONDS: Final = 0.8
REMEMBERED_MAX: Final = 10_000


def buyer(said: str) -> Customer | None:
    """The active customer with a number or an id."""
    try:
        found = active_buyer(id=parse_id(CustomerRecord.prefix, said))
    except ValueError:
        found = None
    return found or active_buyer(number=said)


_remembered: dict[str, tuple[float, Customer]] = {}


def remembered_buyer(said: str) -> Customer | None:
    """The same, at most a second old: who asks for many quotes asks for the same buyer."""
    known = _remembered.get(said)
    if known is not None and time.monotonic() < known[0]:
        return known[1]
    found = buyer(said)
    if found is None:
        _remembered.pop(said, None)
        return None
    if len(_remembered) >= REMEMBERED_MAX:
        _remembered.clear()
    _remembered[said] = (time.monotonic() + REMEMBERED_SECONDS, found)
    return found
