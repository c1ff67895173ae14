"""A promotion gives no more than its budget has left: what exceeds it is cut, in proportion (PR-5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from largesse.engine.award import Award
from largesse.engine.money import share_out
from largesse.engine.running import Line, Lot
from largesse.engine.settlement import Given

if TYPE_CHECKING:
    from largesse.engine.stages.pricing_state import Pricing

Lots = tuple[Lot, ...]


def over_budget(pricing: Pricing, given: Iterable[Given]) -> dict[str, int]:
    """The promotions that would give more than they have left, and what that is."""
    sums: dict[str, int] = {}
    promotions = {}
    for one in given:
        if one.award.promotion.budget is not None:
            promotions[one.award.code] = one.award.promotion
            sums[one.award.code] = sums.get(one.award.code, 0) + one.amount
    left = {code: pricing.budget_left(promotion) or 0 for code, promotion in promotions.items()}
    return {code: left[code] for code, total in sums.items() if total > left[code]}


def cut_to_budgets(
    lines: Sequence[Line], lots: Sequence[Lots], given: Sequence[Given], left: Mapping[str, int]
) -> tuple[list[Lots], list[Given]]:
    """The lots and what is given, where these promotions give no more than is left of their budgets."""
    after, cut = list(lots), list(given)
    places = {line.index: i for i, line in enumerate(lines)}
    for code, most in left.items():
        ours = [k for k, one in enumerate(cut) if one.award.code == code]
        amounts = [cut[k].amount for k in ours]
        for k, amount in zip(ours, share_out(most, amounts, amounts), strict=True):
            one, i = cut[k], places[cut[k].line.index]
            after[i] = _dearer(after[i], one.award, one.amount - amount)
            cut[k] = one._replace(amount=amount)
    return after, cut


def _dearer(lots: Lots, award: Award, amount: int) -> Lots:
    """The lots that an award took, with an amount of its discount taken back."""
    rooms = [lot.gross - lot.net if award in lot.marks else 0 for lot in lots]
    back = share_out(amount, rooms, rooms)
    return tuple([lot.less(-part) if part else lot for lot, part in zip(lots, back, strict=True)])
