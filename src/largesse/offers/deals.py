"""Deals by revisions, as promotions are (DE-1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from largesse.engine.book import OfferBook
from largesse.engine.offers.deal import TITLE_MAX
from largesse.engine.offers.deal import Deal as Value
from largesse.offers.contents import Kind
from largesse.offers.deal_definitions import read_all
from largesse.offers.definitions import Read
from largesse.offers.models import Deal, DealRevision
from largesse.offers.revising import Revising


class _Deals(Revising[Deal, Value]):
    model = Deal
    revisions = DealRevision
    kind: ClassVar = Kind.DEAL
    section: ClassVar = "deals"
    columns: ClassVar = ("high_priority", "manual", "pinned", "referable")
    title_max: ClassVar = TITLE_MAX

    def read_all(self, definitions: Sequence[Any], book: OfferBook) -> list[Read[Value]]:
        return read_all(definitions, book)

    def fill(self, new: Sequence[tuple[Deal, Value]]) -> None:
        for record, value in new:
            for name in self.columns:
                setattr(record, name, getattr(value, name))


DEALS: Final = _Deals()

revise = DEALS.revise
revise_all = DEALS.revise_all
definition_of = DEALS.definition_of
set_active = DEALS.set_active
archive = DEALS.archive
restore = DEALS.restore
duplicate = DEALS.duplicate
