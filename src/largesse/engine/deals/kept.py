"""What a deal gives for what is kept of an order: its own trigger, asked of fewer units (DE-16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from largesse.engine.deals.applying import Standing, standings
from largesse.engine.deals.formulating import Terms, unmet_set
from largesse.engine.deals.order_lines import DealLine
from largesse.engine.offers.deal import DealTier

if TYPE_CHECKING:
    from largesse.engine.quoted import AppliedDeal
    from largesse.engine.stages.pricing_state import Pricing


class Kept(NamedTuple):
    """What a deal gives for what is kept of its lines. Amounts are minor units.

    `others` are the kept lines for which another tier holds than on the order, or none; `off` and
    `rebate` are what it gives for these. The kept units of the other lines earn what they bear.
    `credit` is the giveaway credit for all that is kept.
    """

    is_met: bool
    others: tuple[str, ...]
    off: int
    rebate: int
    credit: int


def kept(pricing: Pricing, applied: AppliedDeal, returned: Mapping[str, int]) -> Kept:
    """What a deal of an order gives, once so many units of each line, by id, were returned.

    Of a line the units that were charged are returned first. The value of a unit of bonus stock stays
    what it was on the order (DE-10).
    """
    deal = pricing.book.deals[applied.offer]
    asked = pricing.cart.referred.get(deal.code, 0) if applied.referred else None
    terms = Terms(deal, (), asked)
    sold = [each for each in pricing.deal_lines if each.line.id in applied.lines]
    left = list(_left(pricing.deal_lines, returned))
    on = [each for each in left if each.line.id in applied.lines]
    holding = _holding(terms, on, left)
    then, now = _tiers(standings(terms, sold)), _tiers(holding)
    others = tuple(e.line.id for e in on if now.get(e.line.id) is not then.get(e.line.id))
    half_even = pricing.book.currency.half_even
    off = rebate = credit = 0
    for tier, its_lines in holding:
        credit += terms.credit(tier, its_lines, pricing.deal_lines, half_even=half_even)
        changed = [each for each in its_lines if each.line.id in others]
        if changed:
            off += sum(each.off(tier, half_even=half_even) for each in changed)
            rebate += sum(each.rebate(tier, half_even=half_even) for each in changed)
            rebate += tier.benefit.once
    return Kept(bool(holding), others, off, rebate, credit)


def _left(lines: Iterable[DealLine], returned: Mapping[str, int]) -> Iterable[DealLine]:
    for each in lines:
        back = returned.get(each.line.id, 0)
        if back <= 0:
            yield each
        elif back < each.units:
            lot = each.lot.split(back)[1]
            yield each._replace(lot=lot, value=each.list_price * lot.units)


def _holding(terms: Terms, on: Sequence[DealLine], left: Iterable[DealLine]) -> list[Standing]:
    """The tiers that hold for what is kept; none where the rest of the trigger is not met any more."""
    if not on:
        return []
    if not terms.is_referred:
        skus = {each.line.sku for each in left}
        if unmet_set(terms.deal, on) is not None or not skus.issuperset(terms.deal.required):
            return []
    return standings(terms, on)


def _tiers(found: Iterable[Standing]) -> dict[str, DealTier]:
    """The tier that holds for each line, by the line's id."""
    return {each.line.id: tier for tier, its_lines in found for each in its_lines}
