"""Party total: what the party's orders came to so far (CO-4)."""

from __future__ import annotations

from typing import ClassVar

from largesse.engine.conditions.of_party import OfParty
from largesse.engine.facts import PartyTotals
from largesse.engine.money import Currency, Money


class PartyTotal(OfParty, frozen=True, kw_only=True, eq=False):
    """The party's orders came to at least `minimum` and at most `maximum` after discounts, both
    inclusive, without this order.

    Under a cumulative promotion it is met once for each full `minimum`; above the maximum not at
    all.
    """

    kind: ClassVar[str] = "party_total"
    label: ClassVar[str] = "Party total"
    in_money: ClassVar[bool] = True
    noun: ClassVar[str] = "a total"

    minimum: Money = 0
    """The least amount."""
    maximum: Money | None = None
    """The greatest amount; empty is no limit."""

    def of(self, party: PartyTotals) -> int:
        return party.total

    def said(self, currency: Currency) -> str:
        return f"the party has a total of {self.range_said(currency=currency)}"
