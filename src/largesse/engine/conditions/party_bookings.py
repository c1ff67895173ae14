"""Party bookings: how many further parties were booked at the party (CO-4)."""

from __future__ import annotations

from typing import ClassVar

from largesse.engine.conditions.of_party import OfParty
from largesse.engine.facts import PartyTotals
from largesse.engine.money import Currency


class PartyBookings(OfParty, frozen=True, kw_only=True, eq=False):
    """Between `minimum` and `maximum` further parties were booked at the party, both inclusive.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "party_bookings"
    label: ClassVar[str] = "Party bookings"
    noun: ClassVar[str] = "a number of bookings"

    minimum: int = 1
    """The least number of bookings."""
    maximum: int | None = None
    """The greatest number of bookings; empty is no limit."""

    def of(self, party: PartyTotals) -> int:
        return party.bookings

    def said(self, currency: Currency) -> str:
        return f"the party has {self.range_said('bookings')}"
