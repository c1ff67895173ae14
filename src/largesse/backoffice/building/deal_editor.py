"""How deals are built: products, what they give from where on, for whom, the deal, in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from largesse.backoffice.building.cards import marks_in
from largesse.backoffice.building.deal_cards import (
    DealCards,
    deal_cards,
    finished_deal,
    read_deal,
)
from largesse.backoffice.building.deal_preview import deal_previewed, tier_warnings
from largesse.backoffice.building.draft import Draft
from largesse.backoffice.building.editor import Editor
from largesse.backoffice.building.form_values import Field
from largesse.engine.deals.summary import summary
from largesse.offers.deals import DEALS

EXAMPLE: Final[Mapping[str, Any]] = {
    "code": "MUGS-TRADE",
    "title": "Mugs for the trade",
    "sets": [{"products": "mugs"}],
    "tiers": [
        {"min_units": 12, "benefit": {"kind": "percentage", "percent": "5"}},
        {"min_units": 48, "benefit": {"kind": "percentage", "percent": "8"}},
    ],
    "tags": ["wholesale"],
}


def _steps(draft: Draft, shown: DealCards, is_stored: bool) -> Sequence[tuple[str, bool]]:
    has_products = any(isinstance(s, dict) and s.get("products") for s in draft.get("sets", []))
    tiers: Sequence[Any] = draft.get("tiers", [])
    gives = bool(tiers) and all(isinstance(t, dict) and _says_more(t.get("benefit")) for t in tiers)
    return (
        ("Products", has_products and not _is_marked(shown.sets)),
        ("Benefit", gives and not _is_marked(shown.tiers)),
        ("For whom", is_stored or "code" in draft),
        ("Deal", False),
    )


def _says_more(benefit: Any) -> bool:
    """Whether a benefit says more than its kind."""
    return isinstance(benefit, dict) and len(benefit) > 1


def _is_marked(field: Field) -> bool:
    return any(True for _ in marks_in(field))


DEAL_EDITOR: Final = Editor(
    revising=DEALS,
    new={"sets": [{}], "tiers": [{"benefit": {"kind": "percentage"}}]},
    example=EXAMPLE,
    template="backoffice/builder/deal_cards.html",
    read=read_deal,
    finished=finished_deal,
    cards=deal_cards,
    steps=_steps,
    summary=summary,
    preview=deal_previewed,
    warnings=tier_warnings,
    before_saving=lambda draft, request: draft,
    own_deeds={},
)
