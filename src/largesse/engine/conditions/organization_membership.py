"""Organization membership: the buyer belongs to one of some organizations, or to all (CO-4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from largesse.engine.cart import Customer
from largesse.engine.conditions.of_buyer import OfBuyer
from largesse.engine.money import Currency
from largesse.engine.refusals import RefusalCode, Shortfall

if TYPE_CHECKING:
    from largesse.engine.scene import Scene


class OrganizationMembership(OfBuyer, frozen=True, kw_only=True, eq=False):
    """The buyer is known and a member of any of the organizations, or of all of them."""

    kind: ClassVar[str] = "organization_membership"
    label: ClassVar[str] = "Organization membership"

    organizations: frozenset[str]
    """The codes of the organizations."""
    match: Literal["any", "all"] = "any"
    """Whether one of the organizations is enough."""

    def holds(self, buyer: Customer, scene: Scene) -> bool:
        if self.match == "all":
            return self.organizations <= buyer.organizations
        return bool(self.organizations & buyer.organizations)

    def lack(self, buyer: Customer, scene: Scene) -> Shortfall:
        return Shortfall(RefusalCode.MEMBERS_ONLY, f"{self.for_whom}; this buyer is none.")

    @property
    def for_whom(self) -> str:
        return f"For members of {self._asked}"

    @property
    def _asked(self) -> str:
        return (" and " if self.match == "all" else " or ").join(sorted(self.organizations))

    def faults(self) -> Iterable[tuple[str, str]]:
        if not self.organizations:
            yield "organizations", "names at least one organization"

    def said(self, currency: Currency) -> str:
        return f"the buyer is a member of {self._asked}"
