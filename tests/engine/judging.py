"""How a cart is judged by one condition: as a promotion that gives 0.01 each time would be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

import largesse as lg
from largesse.engine.facts import answer
from largesse.engine.naming import groups_of
from tests.words import cart, customer, order_off, priced, promotion


class Judged(msgspec.Struct, frozen=True):
    """How often a condition was met, or why it was not."""

    times: int
    refusal: lg.Refusal | None

    @property
    def code(self) -> str | None:
        return None if self.refusal is None else self.refusal.code.value

    @property
    def sentence(self) -> str:
        assert self.refusal is not None, "it was met"
        return self.refusal.sentence

    def __bool__(self) -> bool:
        return self.times > 0


def past(
    day: str, *lines: lg.PastLine | tuple[Any, ...], buyer: str | None = "anna", **fields: Any
) -> lg.PastOrder:
    """A posted order of Anna's, on a day at noon or at an instant."""
    at = datetime.fromisoformat(day if "T" in day else f"{day}T12:00:00+00:00")
    made = (line if isinstance(line, lg.PastLine) else lg.PastLine(*line) for line in lines)
    return lg.PastOrder(at, tuple(made), buyer, **fields)


def judged(
    condition: lg.Condition,
    *lines: str,
    history: Iterable[lg.PastOrder] = (),
    others: Iterable[lg.Promotion] = (),
    post: bool = False,
    products: Iterable[lg.Product] = (),
    calendar: lg.Calendar = lg.Calendar(),  # noqa: B008
    referred: int = 0,
    party: lg.PartyTotals | None = None,
    **fields: Any,
) -> Judged:
    """How a cart of these lines, Anna's if not told otherwise, is judged by a condition."""
    basket = cart(*(lines or ("1 mug @ 20.00",)), **{"customer": customer(), **fields})
    stage = lg.PromotionStage.POST if post else lg.PromotionStage.STANDARD
    award = order_off("0.01", stacking=lg.Stacking.BOTH)
    offer = promotion(award, condition, code="JUDGED", cumulative=True, stage=stage)
    groups = {group.code: group for group in groups_of(offer)}
    sold = {each.sku: each for each in products}
    told = {
        query: answer(query, history, basket, sold, groups)
        for query in condition.history(basket.at, calendar)
    }
    quote = priced(
        basket, *others, offer, products=products, groups=groups, calendar=calendar,
        history=told, referred=referred, party=party,
    )  # fmt: skip
    return Judged(quote.discount_by_offer().get("JUDGED", 0), quote.explain("JUDGED").refusal)
