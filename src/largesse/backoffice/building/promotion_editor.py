"""How promotions are built: action, conditions, promotion, in this order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from largesse.backoffice.building.cards import Cards, cards
from largesse.backoffice.building.draft import Draft, finished, outer_match, read_draft
from largesse.backoffice.building.editor import Editor
from largesse.backoffice.building.promotion_preview import promotion_previewed
from largesse.backoffice.building.sharing import owned, shared_first
from largesse.engine.summary import summary
from largesse.offers.promotions import PROMOTIONS

EXAMPLE: Final[Mapping[str, Any]] = {
    "code": "SUMMER10",
    "title": "10 % off in summer",
    "starts": "2027-06-01",
    "ends": "2027-08-31",
    "conditions": [{"kind": "subtotal", "minimum": "50.00"}],
    "actions": [{"kind": "discount_order", "percent": "10"}],
}


def _steps(draft: Draft, shown: Cards, is_stored: bool) -> Sequence[tuple[str, bool]]:
    has_action = bool(shown.actions.items) and not any(p.errors for p in shown.actions.items)
    has_conditions = bool(outer_match(draft).items) or is_stored or "code" in draft
    return (("Action", has_action), ("Conditions", has_conditions), ("Promotion", False))


PROMOTION_EDITOR: Final = Editor(
    revising=PROMOTIONS,
    new={"actions": [{"kind": "discount_order_line"}], "conditions": []},
    example=EXAMPLE,
    template="backoffice/builder/cards.html",
    read=read_draft,
    finished=finished,
    cards=cards,
    steps=_steps,
    summary=summary,
    preview=promotion_previewed,
    warnings=lambda value, known: (),
    before_saving=shared_first,
    own_deeds={"own": owned},
)
