"""Party order count: how many orders the party has so far (CO-4)."""

from __future__ import annotations

from typing import ClassVar

from largesse.engine.conditions.of_party import OfParty
from largesse.engine.facts import PartyTotals
from largesse.engine.money import Currency


class PartyOrderCount(OfParty, frozen=True, kw_only=True, eq=False):
    """The party has between `minimum` and `maximum` orders, both inclusive, without this one.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "party_order_count"
    label: ClassVar[str] = "Party order count"
    noun: ClassVar[str] = "a number of orders"

    minimum: int = 1
    """The least number of orders."""
    maximum: int | None = None
    """The greatest number of orders; empty is no limit."""

    def of(self, party: PartyTotals) -> int:
        return party.orders

    def said(self, currency: Currency) -> str:
        return f"the party has {self.range_said('orders')}"
