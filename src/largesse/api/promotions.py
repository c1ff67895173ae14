"""Promotions as programs read and write them."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from msgspec import Meta
from ninja import Router

from largesse.api.offers import OfferFilters, OfferIn, OfferOut, Sort, register
from largesse.offers.models import Promotion
from largesse.offers.promotions import PROMOTIONS

router: Final = Router(tags=["promotions"])

Definition = Annotated[
    dict[str, Any],
    Meta(
        description="The promotion in the file format: conditions, actions, window and all else. A "
        "string in the place of a condition or an action names a shared one; the answer has its text.",
        extra_json_schema={"$ref": "#/components/schemas/PromotionDefinition"},
    ),
]


class PromotionOut(OfferOut, frozen=True, kw_only=True):
    """A promotion as its latest revision has it."""

    object: Literal["promotion"] = "promotion"
    stage: str
    definition: Definition


class PromotionIn(OfferIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A promotion as it shall be from now on; what it was stays in its revisions."""

    definition: Definition


def _tell(promotion: Promotion) -> dict[str, Any]:
    return {"stage": promotion.stage}


register(
    router,
    Sort(
        PROMOTIONS,
        PromotionIn,
        PromotionOut,
        OfferFilters,
        (),
        _tell,
        {
            "definition": {
                "code": "SPRING",
                "title": "A fifth off all mugs, for members",
                "conditions": ["members"],
                "actions": [{"kind": "discount_order_line", "percent": "20", "include": "mugs"}],
                "suggest": "checked",
                "max_uses_per_customer": 1,
            },
            "reason": "The spring campaign.",
        },
    ),
)
