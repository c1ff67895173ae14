"""What a deal gives to the lines on it: off their prices, as rebates, as giveaway credit (DE-3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from largesse.engine.benefits.rebate import Rebate
from largesse.engine.deals.formulating import Terms
from largesse.engine.deals.order_lines import DealLine
from largesse.engine.offers.deal import Deal, DealTier
from largesse.engine.quoted import Adjustment, AppliedDeal, Credit
from largesse.engine.stage import Stage

if TYPE_CHECKING:
    from largesse.engine.stages.pricing_state import Pricing


class Standing(NamedTuple):
    """Lines on a deal that one tier holds for."""

    tier: DealTier
    lines: tuple[DealLine, ...]


def standings(terms: Terms, on: Sequence[DealLine]) -> list[Standing]:
    """The tiers that hold for the lines on a deal: one for all, or each line's own."""
    if terms.deal.assorted or terms.is_referred:
        tier = terms.tier(on)
        return [] if tier is None else [Standing(tier, tuple(on))]
    own = ((terms.tier_of(each), each) for each in on)
    return [Standing(tier, (each,)) for tier, each in own if tier is not None]


def worth(
    terms: Terms, on: Sequence[DealLine], lines: Sequence[DealLine], *, half_even: bool
) -> int:
    """What a deal brings with exactly these lines on it, of all that the cart has; giveaway credit
    counts at its face value (CH-1).
    """
    return sum(
        brought(terms, tier, ours, lines, half_even=half_even)
        for tier, ours in standings(terms, on)
    )


def brought(
    terms: Terms,
    tier: DealTier,
    on: Sequence[DealLine],
    lines: Sequence[DealLine],
    *,
    half_even: bool,
) -> int:
    """What one tier brings with these lines on the deal, whether or not they meet it."""
    return (
        sum(each.off(tier, half_even=half_even) for each in on)
        + sum(each.rebate(tier, half_even=half_even) for each in on)
        + tier.benefit.once
        + terms.credit(tier, on, lines, half_even=half_even)
    )


def apply(pricing: Pricing, terms: Terms, on: Sequence[int], lines: Sequence[DealLine]) -> None:
    """Put these lines on the deal, and note what it gives."""
    half_even = pricing.book.currency.half_even
    deal, ours = terms.deal, [lines[i] for i in on]
    found = standings(terms, ours)
    off = rebates = credit = 0
    for tier, its_lines in found:
        off += sum(_discount(pricing, deal, tier, each) for each in its_lines)
        rebate = sum(each.rebate(tier, half_even=half_even) for each in its_lines)
        rebates += _credit(pricing, deal, tier, its_lines, rebate + tier.benefit.once)
        credit += terms.credit(tier, its_lines, lines, half_even=half_even)
    number = deal.tiers.index(found[0].tier) + 1 if len(found) == 1 else 0
    pricing.deals.append(
        AppliedDeal(
            deal.code,
            deal.revision,
            deal.name,
            number,
            tuple(each.line.id for each in ours),
            off,
            rebates,
            credit,
            referred=terms.is_referred,
        )
    )


def _discount(pricing: Pricing, deal: Deal, tier: DealTier, on: DealLine) -> int:
    """Take what a tier gives off a line, whose units are on the deal from now on."""
    half_even = pricing.book.currency.half_even
    line, lot = on.line, on.lot
    off = on.off(tier, half_even=half_even)
    line.hold(tuple(lot.on_deal(off) if each is lot else each for each in line.lots))
    pricing.deal_of[line.id] = deal.code
    if off:
        wanted = tier.benefit.wanted(line, lot.net, lot.units, half_even=half_even)
        pricing.adjustments.append(
            Adjustment(
                Stage.DEAL,
                deal.code,
                deal.revision,
                line.id,
                lot.units,
                off,
                deal.name,
                tier.benefit.kind,
                cut_from=wanted if wanted > off else None,
            )
        )
        pricing.nets_on_deals[line.index] = (lot.net, lot.net - off)
    return off


def _credit(
    pricing: Pricing, deal: Deal, tier: DealTier, on: Sequence[DealLine], amount: int
) -> int:
    """Note the rebate that the buyer is credited once the order is posted."""
    benefit, buyer = tier.benefit, pricing.cart.customer
    if not amount or not isinstance(benefit, Rebate) or buyer is None:
        return 0
    ids = tuple(each.line.id for each in on)
    pricing.credits.append(
        Credit(
            deal.code,
            deal.revision,
            deal.name,
            benefit.account,
            buyer.id,
            "buyer",
            amount,
            by="deal",
            lines=ids,
        )
    )
    return amount
