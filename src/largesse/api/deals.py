"""Deals as programs read and write them (DE-1)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta
from ninja import Field, Router

from largesse.api.offers import OfferFilters, OfferIn, OfferOut, Sort, register
from largesse.offers.deals import DEALS
from largesse.offers.models import Deal

router: Final = Router(tags=["deals"])

Definition = Annotated[
    dict[str, Any],
    Meta(
        description="The deal in the file format: product sets, tiers with benefits, and all else.",
        extra_json_schema={"$ref": "#/components/schemas/DealDefinition"},
    ),
]


class DealOut(OfferOut, frozen=True, kw_only=True):
    """A deal as its latest revision has it."""

    object: Literal["deal"] = "deal"
    high_priority: Annotated[bool, Meta(description="Whether it goes before the best choice.")]
    manual: Annotated[bool, Meta(description="Whether lines go on it only when it is picked.")]
    pinned: Annotated[bool, Meta(description="Whether it is shown before others.")]
    referable: Annotated[bool, Meta(description="Whether it may be applied to be approved.")]
    definition: Definition


class DealIn(OfferIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A deal as it shall be from now on; what it was stays in its revisions."""

    definition: Definition


class DealFilters(OfferFilters):
    """Which deals are listed."""

    high_priority: bool | None = Field(None, description="Only those of high priority, or not.")
    manual: bool | None = Field(None, description="Only those that must be picked, or not.")
    pinned: bool | None = Field(None, description="Only those that are pinned, or not.")
    referable: bool | None = Field(None, description="Only those that may be referred, or not.")


def _tell(deal: Deal) -> dict[str, Any]:
    return {name: getattr(deal, name) for name in DEALS.columns}


register(
    router,
    Sort(
        DEALS,
        DealIn,
        DealOut,
        DealFilters,
        DEALS.columns,
        _tell,
        {
            "definition": {
                "code": "MUGS-10-1",
                "title": "One mug in ten free",
                "sets": [{"products": "mugs"}],
                "tiers": [{"min_units": 10, "benefit": {"kind": "bonus_stock", "every": 10}}],
                "selection": "mugs",
                "tags": ["wholesale"],
                "channels": ["rep"],
            },
            "reason": "The trade fair.",
        },
    ),
)
