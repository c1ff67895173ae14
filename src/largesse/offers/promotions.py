"""Promotions by revisions: what they share stands in each with its text (PR-8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import transaction

from largesse.business.models import User
from largesse.engine.book import OfferBook
from largesse.engine.offers.promotion import Promotion as Value
from largesse.offers.contents import Kind
from largesse.offers.current import current
from largesse.offers.definitions import Definition, Read
from largesse.offers.models import ExclusionGroup, Part, Promotion, PromotionRevision
from largesse.offers.promotion_definitions import NONE, read_all
from largesse.offers.revising import Revising


def hold_parts() -> None:
    """No shared part changes until the caller's transaction ends: what is read of it now holds."""
    list(Part.objects.select_for_update().order_by("pk").values_list("pk"))


class _Promotions(Revising[Promotion, Value]):
    model = Promotion
    revisions = PromotionRevision
    kind: ClassVar = Kind.PROMOTION
    section: ClassVar = "promotions"
    columns: ClassVar = ("stage", "exclusion_group", "promo_code")

    def hold(self) -> None:
        hold_parts()

    def read_all(self, definitions: Sequence[Any], book: OfferBook) -> list[Read[Value]]:
        return read_all(definitions, book)

    def fill(self, new: Sequence[tuple[Promotion, Value]]) -> None:
        groups = {each.code: each for each in ExclusionGroup.objects.all()}
        for record, value in new:
            record.stage = value.stage.value
            group = value.exclusion_group
            record.exclusion_group = groups[group] if group else None
            record.promo_code = value.promo_code or ""

    def revise_all(
        self,
        definitions: Sequence[Definition],
        *,
        by: User | None,
        at: datetime,
        reason: str = "",
        expected: int | None = None,
        coming: Mapping[str, Value] = NONE,
    ) -> list[Promotion]:
        """Create or change many promotions, all or none. Raises `Faults`, as of a file's `promotions`.

        They may name promotions that are `coming` in the same transaction.
        """
        with transaction.atomic():
            self.hold()
            found = read_all(definitions, current(fresh=True).book, coming)
            return self.write(found, by, at, reason, expected)


PROMOTIONS: Final = _Promotions()

revise = PROMOTIONS.revise
revise_all = PROMOTIONS.revise_all
definition_of = PROMOTIONS.definition_of
definitions_of = PROMOTIONS.definitions_of
set_active = PROMOTIONS.set_active
archive = PROMOTIONS.archive
restore = PROMOTIONS.restore
duplicate = PROMOTIONS.duplicate
