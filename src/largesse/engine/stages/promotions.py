"""Promotions, in the standard or the post stage: who qualifies, what competes, what each gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, count

from largesse.engine.award import Award
from largesse.engine.book import StageIndex, any_code_of
from largesse.engine.budgets import cut_to_budgets, over_budget
from largesse.engine.cart import UNITS_MAX, CartLine
from largesse.engine.choice.decide import Found, decide
from largesse.engine.choice.line_by_line import Choice, Lots
from largesse.engine.choice.search import take_units
from largesse.engine.money import AMOUNT_MAX
from largesse.engine.offers.promotion import ExclusionGroup, GroupMode
from largesse.engine.posting import NO_POSTINGS, Live
from largesse.engine.qualification import Qualification
from largesse.engine.quote import Adjustment, GiftChoice
from largesse.engine.running import Line
from largesse.engine.settlement import Given, settle
from largesse.engine.stage import PromotionStage
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing, stage: PromotionStage) -> None:
    """Award the promotions of a stage. Conditions look at the cart as it stands now (ST-1)."""
    index = pricing.book.stages[stage]
    if not index:
        return
    qualification = pricing.qualification(stage)
    live = [index.by_sku.get(line.sku, NO_POSTINGS).live(pricing.at) for line in pricing.lines]
    loose = loose_awards(pricing, index)
    for award in loose:
        if award.acts_on == "lines" or not qualification.times(award):
            continue
        sku = _chosen_gift(pricing, award, qualification) or award.adds
        if award.acts_on != "new_item":
            pricing.later.append((award, qualification.times(award)))
        elif sku is not None:
            line = _add_item(pricing, award, sku, qualification)
            if line is not None:
                live.append(index.by_sku.get(line.sku, NO_POSTINGS).live(pricing.at))
    groups = _grouped(pricing, live, loose) if pricing.book.exclusion_groups else {}
    for group, awards in groups.items():
        if group.order < 0:
            _award_group(pricing, group, awards, qualification)
    _award_competing(pricing, stage, live, loose, qualification)
    for group, awards in groups.items():
        if group.order >= 0:
            _award_group(pricing, group, awards, qualification)


def loose_awards(pricing: Pricing, index: StageIndex) -> list[Award]:
    """The live awards that no single product of the cart brings in: by code, by need, everywhere."""
    sources: list[Live] = []
    if index.everywhere.awards:
        sources.append(index.everywhere.live(pricing.at))
    if index.by_need:
        needed = (index.by_need.get(line.sku) for line in pricing.lines)
        sources.extend(postings.live(pricing.at) for postings in needed if postings is not None)
    if index.by_code:
        codes = (*pricing.codes, *map(any_code_of, pricing.single_use))
        entered = (index.by_code.get(code) for code in codes)
        sources.extend(postings.live(pricing.at) for postings in entered if postings is not None)
    if not sources:
        return []
    found = {
        award
        for source in sources
        for award in (*source.alone, *source.stacking, *source.tied, *source.grouped)
    }
    return sorted(found, key=lambda a: a.rank)


def _chosen_gift(pricing: Pricing, award: Award, qualification: Qualification) -> str | None:
    """The product that the buyer chose of those that the award lets choose from (AC-7)."""
    products = award.action.choices
    if not products:
        return None
    chosen = pricing.cart.gifts.get(award.code)
    sku = chosen if chosen in products else None
    units = award.action.units_added(qualification.times(award))
    pricing.gifts.append(GiftChoice(award.code, award.quoted.title, products, units, sku))
    return sku


def _add_item(
    pricing: Pricing, award: Award, sku: str, qualification: Qualification
) -> Line | None:
    """Put a discounted product on the order as a new line (AC-2); None if nothing comes off it."""
    product = pricing.book.catalog.products[sku]
    times = qualification.times(award)
    most = min(UNITS_MAX, AMOUNT_MAX // max(1, product.price))
    line_id = _fresh_id(f"{award.code}+{sku}", {line.id for line in pricing.lines})
    wanted = CartLine(line_id, sku, min(most, award.action.units_added(times)))
    half_even = qualification.half_even
    line = Line(len(pricing.lines), wanted, product, pricing.location, half_even)
    (lot,) = line.lots
    off = sum(amount for _, _, amount in award.take([(line, lot)], times, qualification.scene))
    left = pricing.budget_left(award.promotion)
    cut = None if left is None or off <= left else off
    off = off if cut is None else left or 0
    if not off:
        return None
    line.hold((lot.less(off).marked(award),))
    pricing.lines.append(line)
    pricing.added_by[line_id] = award.code
    pricing.adjustments.append(_adjustment(Given(award, line, line.units, lot.net, off), cut))
    return line


def _fresh_id(wanted: str, known: set[str]) -> str:
    """The id, or the first numbered one that no line has."""
    numbered = (f"{wanted}-{n}" for n in count(2))
    return next(id for id in chain((wanted,), numbered) if id not in known)


def _award_competing(
    pricing: Pricing,
    stage: PromotionStage,
    live: Sequence[Live],
    loose: Sequence[Award],
    qualification: Qualification,
) -> None:
    """The promotions without an exclusion group: the best combination of them (CH-1)."""
    single = [a for a in loose if a.promotion.exclusion_group is None and a.acts_on == "lines"]
    if single:
        live = [
            here.joined_by([award for award in single if award.targets(line.sku)])
            for here, line in zip(live, pricing.lines, strict=True)
        ]
    choice = Choice(pricing.lines, live, qualification, stage)
    found = decide(choice, pricing.steps_left)
    pricing.steps_left -= found.steps
    over = over_budget(pricing, found.given)
    if over:
        found = _within_budgets(pricing, choice, found, over)
    pricing.gap += found.gap
    _keep(pricing, found.lots, found.given, qualification)


def _within_budgets(
    pricing: Pricing, choice: Choice, found: Found, over: Mapping[str, int]
) -> Found:
    """The better of: promotions cut at what their budgets have left, or the best choice without them.

    What was found without looking at budgets bounds both.
    """
    lines = choice.lines
    most = sum(given.amount for given in found.given)
    plans = [(found, cut_to_budgets(lines, found.lots, found.given, over))]
    others = Choice(lines, choice.live, choice.qualification.without(frozenset(over)), choice.stage)
    instead = decide(others, pricing.steps_left)
    pricing.steps_left -= instead.steps
    also_over = over_budget(pricing, instead.given)
    plans.append((instead, cut_to_budgets(lines, instead.lots, instead.given, also_over)))
    best, (lots, given) = max(plans, key=lambda plan: sum(g.amount for g in plan[1][1]))
    missed = most - sum(g.amount for g in given)
    return Found(
        lots, given, max(0, missed) + (best.gap if best is found else found.gap), best.steps
    )


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
        saved = sum(g.amount for g in _settled(pricing, marked, qualification)[1])
        if saved:
            plans.append((saved, marked))
    if not plans:
        return
    _apply(pricing, _chosen(group.mode, plans), qualification)


def _chosen(mode: GroupMode, plans: Sequence[tuple[int, list[Lots]]]) -> list[Lots]:
    """The plan that a mode applies; plans come by rank, and min and max keep the first of equals."""
    if mode is GroupMode.FIRST:
        return plans[0][1]
    best = max if mode is GroupMode.BEST else min
    return best(plans, key=lambda plan: plan[0])[1]


def _marked_by(
    lines: Sequence[Line], awards: Sequence[Award], qualification: Qualification
) -> list[Lots]:
    """The lots with all units marked that these awards take, one award after the other."""
    lots = {i: line.lots for i, line in enumerate(lines)}
    for award in awards:
        where = [i for i, line in enumerate(lines) if award.targets(line.sku)]
        if not award.by_line:
            take_units(award, lines, lots, where, qualification)
        else:
            for i in where:
                lots[i] = tuple(
                    lot.marked(award) if qualification.gives(award, lines[i], lot) else lot
                    for lot in lots[i]
                )
    return list(lots.values())


def _grouped(
    pricing: Pricing, live: Sequence[Live], loose: Sequence[Award]
) -> dict[ExclusionGroup, set[Award]]:
    """The exclusion groups that may award something, in their order, with their awards (CH-3)."""
    found: dict[str, set[Award]] = {}
    for award in (*(award for here in live for award in here.grouped), *loose):
        group = award.promotion.exclusion_group
        if group is not None and award.acts_on == "lines":
            found.setdefault(group, set()).add(award)
    groups = [pricing.book.exclusion_groups[code] for code in found]
    return {g: found[g.code] for g in sorted(groups, key=lambda g: (g.order, g.code))}


def _settled(
    pricing: Pricing, marked: Sequence[Lots], qualification: Qualification
) -> tuple[list[Lots], list[Given]]:
    before = [line.lots for line in pricing.lines]
    lots, given = settle(pricing.lines, before, marked, qualification)
    return cut_to_budgets(pricing.lines, lots, given, over_budget(pricing, given))


def _apply(pricing: Pricing, marked: Sequence[Lots], qualification: Qualification) -> None:
    """Settle the new marks: set the lots, write the adjustments."""
    _keep(pricing, *_settled(pricing, marked, qualification), qualification)


def _keep(
    pricing: Pricing,
    lots: Sequence[Lots],
    given: Sequence[Given],
    qualification: Qualification,
) -> None:
    for line, after in zip(pricing.lines, lots, strict=True):
        if after is not line.lots:
            line.hold(after)
    for one in given:
        if one.amount:
            cut = None
            if one.award.gives_amounts or one.line.floor or one.award.promotion.budget is not None:
                cut = _cut_from(one, given, qualification)
            pricing.adjustments.append(_adjustment(one, cut))


def _cut_from(one: Given, given: Sequence[Given], qualification: Qualification) -> int | None:
    """What an award would have given a line, or all its lines together, had there been room (MO-5)."""
    award, line, units, net, amount = one
    most = award.action.most(qualification.times(award))
    if most is not None:
        return most if sum(g.amount for g in given if g.award is award) < most else None
    terms = award.terms(qualification.scene)
    if terms is None:
        return None
    wanted = terms.wanted(line, net, units, qualification.half_even)
    return wanted if wanted > amount else None


def _adjustment(given: Given, cut_from: int | None = None) -> Adjustment:
    award, line, units, _, amount = given
    stage, offer, revision, title, kind, multipliers, separate = award.quoted
    return Adjustment(
        stage, offer, revision, line.id, units, amount, title, kind, multipliers, cut_from, separate
    )
