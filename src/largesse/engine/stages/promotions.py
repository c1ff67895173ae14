"""Promotions, in the standard or the post stage: who qualifies, what competes, what each gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from largesse.engine.actions.discount_order_line import DiscountOrderLine
from largesse.engine.award import Award
from largesse.engine.book import NO_POSTINGS, Live, StageIndex, alone_order, tied_order
from largesse.engine.cart import CartLine
from largesse.engine.choice import Choice, Lots, Rivals, take_units
from largesse.engine.offers.promotion import ExclusionGroup, GroupMode
from largesse.engine.qualification import Qualification
from largesse.engine.quote import Adjustment
from largesse.engine.running import Line, Lot, open_line
from largesse.engine.scene import Scene
from largesse.engine.settlement import Given, settle
from largesse.engine.stage import PromotionStage, Stage
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing, stage: PromotionStage) -> None:
    """Award the promotions of a stage. Conditions look at the cart as it stands now (ST-1)."""
    index = pricing.book.stages[stage]
    if not index:
        return
    scene = Scene(
        pricing.cart,
        pricing.facts,
        tuple(pricing.lines),
        pricing.book.currency,
        pricing.book.catalog.calendar,
        frozenset(pricing.codes),
    )
    qualification = pricing.qualifications[stage] = Qualification(scene)
    live = [index.by_sku.get(line.sku, NO_POSTINGS).live(pricing.at) for line in pricing.lines]
    loose = loose_awards(pricing, index)
    for award in loose:
        if award.adds is not None and qualification.times(award):
            line = _add_item(pricing, award, award.adds, qualification)
            live.append(index.by_sku.get(line.sku, NO_POSTINGS).live(pricing.at))
    groups = _grouped(pricing, live, loose)
    before = [group for group in groups if group.order < 0]
    after = [group for group in groups if group.order >= 0]
    for group in before:
        _award_group(pricing, group, groups[group], qualification)
    _award_competing(pricing, stage, live, loose, qualification)
    for group in after:
        _award_group(pricing, group, groups[group], qualification)


def loose_awards(pricing: Pricing, index: StageIndex) -> list[Award]:
    """The live awards that no single product of the cart brings in: by code, by need, everywhere."""
    sources: list[Live] = []
    if index.everywhere.awards:
        sources.append(index.everywhere.live(pricing.at))
    if index.by_need:
        needed = (index.by_need.get(line.sku) for line in pricing.lines)
        sources.extend(postings.live(pricing.at) for postings in needed if postings is not None)
    if index.by_code:
        entered = (index.by_code.get(code) for code in pricing.codes)
        sources.extend(postings.live(pricing.at) for postings in entered if postings is not None)
    if not sources:
        return []
    found = {
        award
        for source in sources
        for award in (*source.alone, *source.stacking, *source.tied, *source.grouped)
    }
    return sorted(found, key=lambda a: a.rank)


def _add_item(pricing: Pricing, award: Award, sku: str, qualification: Qualification) -> Line:
    """Put a discounted product on the order as a new line (AC-2)."""
    action = award.action
    assert isinstance(action, DiscountOrderLine)
    units = (action.quantity or 1) * qualification.times(award)
    line_id = f"{award.code}+{sku}"
    wanted = CartLine(line_id, sku, units)
    line = open_line(len(pricing.lines), wanted, pricing.book.catalog.products[sku], pricing.location)
    (lot,) = line.lots
    off = action.discount.off(line, lot.net, units, qualification.half_even)
    off = min(off, award.room(line, lot))
    line.lots = (Lot(units, lot.gross, lot.net - off, (award,)),)
    pricing.lines.append(line)
    pricing.added_by[line_id] = award.code
    pricing.adjustments.append(_adjustment(Given(award, line, units, off)))
    return line


def _award_competing(
    pricing: Pricing,
    stage: PromotionStage,
    live: Sequence[Live],
    loose: Sequence[Award],
    qualification: Qualification,
) -> None:
    """The promotions without an exclusion group: the best combination of them (CH-1)."""
    rivals: Sequence[Rivals]
    tied: Sequence[Sequence[Award]]
    single = [a for a in loose if a.promotion.exclusion_group is None and a.adds is None]
    if single:
        mine = [[a for a in single if a.targets(line.sku)] for line in pricing.lines]
        rivals = [
            Rivals(
                sorted((*l.alone, *(a for a in m if a.by_line and not a.joins_own)), key=alone_order),
                sorted((*l.stacking, *(a for a in m if a.by_line and a.joins_own)), key=lambda a: a.rank),
            )
            for l, m in zip(live, mine, strict=True)
        ]
        tied = [
            sorted((*l.tied, *(a for a in m if not a.by_line)), key=tied_order)
            for l, m in zip(live, mine, strict=True)
        ]
    else:
        rivals = [Rivals(l.alone, l.stacking) for l in live]
        tied = [l.tied for l in live]
    choice = Choice(pricing.lines, rivals, tied, qualification, stage, pricing.steps_left)
    outcome = choice.decide()
    pricing.steps_left = choice.steps
    pricing.gap += outcome.gap
    _apply(pricing, outcome.lots, qualification)


def _award_group(
    pricing: Pricing,
    group: ExclusionGroup,
    awards: Iterable[Award],
    qualification: Qualification,
) -> None:
    """What the mode of an exclusion group says of its promotions that qualify (CH-3)."""
    by_promotion: dict[str, list[Award]] = {}
    for award in sorted(awards, key=lambda a: a.rank):
        if qualification.times(award):
            by_promotion.setdefault(award.code, []).append(award)
    if group.mode is GroupMode.STACK:
        for members in by_promotion.values():
            _apply(pricing, _marked_by(pricing.lines, members, qualification), qualification)
        return
    plans = []
    for members in by_promotion.values():
        marked = _marked_by(pricing.lines, members, qualification)
        saved = sum(g.amount for g in _settle(pricing, marked, qualification)[1])
        if saved:
            plans.append((saved, marked))
    if not plans:
        return
    # Promotions come by rank, and min and max keep the first of equals.
    match group.mode:
        case GroupMode.FIRST:
            chosen = plans[0]
        case GroupMode.BEST:
            chosen = max(plans, key=lambda plan: plan[0])
        case GroupMode.LOWEST:
            chosen = min(plans, key=lambda plan: plan[0])
    _apply(pricing, chosen[1], qualification)


def _marked_by(
    lines: Sequence[Line], awards: Sequence[Award], qualification: Qualification
) -> list[Lots]:
    """The lots with all units marked that these awards take, one award after the other."""
    lots = {i: line.lots for i, line in enumerate(lines)}
    for award in awards:
        where = [i for i, line in enumerate(lines) if award.targets(line.sku)]
        if not award.by_line:
            take_units(award, lines, lots, where, qualification)
        elif qualification.terms(award) is not None:
            for i in where:
                lots[i] = tuple(
                    lot.marked(award) if award.may_take(lot) else lot for lot in lots[i]
                )
    return list(lots.values())


def _grouped(
    pricing: Pricing, live: Sequence[Live], loose: Sequence[Award]
) -> dict[ExclusionGroup, set[Award]]:
    """The exclusion groups that may award something, in their order, with their awards (CH-3)."""
    found: dict[str, set[Award]] = {}
    for award in (*(a for l in live for a in l.grouped), *loose):
        group = award.promotion.exclusion_group
        if group is not None and award.adds is None:
            found.setdefault(group, set()).add(award)
    groups = [pricing.book.exclusion_groups[code] for code in found]
    return {g: found[g.code] for g in sorted(groups, key=lambda g: (g.order, g.code))}


def _settle(
    pricing: Pricing, marked: Sequence[Lots], qualification: Qualification
) -> tuple[list[Lots], list[Given]]:
    return settle(pricing.lines, [line.lots for line in pricing.lines], marked, qualification)


def _apply(pricing: Pricing, marked: Sequence[Lots], qualification: Qualification) -> None:
    """Settle the new marks: set the lots, write the adjustments."""
    after, given = _settle(pricing, marked, qualification)
    for line, lots in zip(pricing.lines, after, strict=True):
        line.lots = lots
    pricing.adjustments.extend(_adjustment(one) for one in given if one.amount)


def _adjustment(given: Given) -> Adjustment:
    promotion, action = given.award.promotion, given.award.action
    return Adjustment(
        Stage(promotion.stage.value),
        promotion.code,
        promotion.revision,
        given.line.id,
        given.units,
        given.amount,
        promotion.name,
        action.kind,
        action.multipliers,
    )
