"""What an event of an order means for its party, to be part of the same plan."""

from __future__ import annotations

from typing import Final, NamedTuple

from largesse.ledger.plan import Change, Insert, Movement
from largesse.orders.answers import Corrected


class Consequence(NamedTuple):
    """What else a plan changes, because the order is one of a party's."""

    changes: tuple[Change, ...] = ()
    inserts: tuple[Insert, ...] = ()
    movements: tuple[Movement, ...] = ()
    correction: Corrected | None = None
    """The correction of the award that it makes."""
    waived: tuple[str, ...] = ()
    """The open corrections that lapse."""


NOTHING: Final = Consequence()
"""That of every order without a party."""
