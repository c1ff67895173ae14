"""Promotions, in the standard or the post stage: who qualifies, what competes, what each gives."""

from __future__ import annotations

from collections.abc import Sequence

from largesse.engine.award import Award
from largesse.engine.budgets import over_budget, within_budgets
from largesse.engine.choice.decide import decide
from largesse.engine.choice.line_by_line import Choice
from largesse.engine.index import StageIndex, any_code_of
from largesse.engine.posting import NO_POSTINGS, Live
from largesse.engine.qualification import Qualification
from largesse.engine.stage import PromotionStage
from largesse.engine.stages.awarding import keep
from largesse.engine.stages.exclusion_groups import award_group, grouped
from largesse.engine.stages.new_items import choice_of, new_item, put
from largesse.engine.stages.pricing_state import Pricing


def run(pricing: Pricing, stage: PromotionStage) -> None:
    """Award the promotions of a stage. Conditions look at the cart as it stands now (ST-1)."""
    index = pricing.book.stages[stage]
    if not index:
        return
    qualification = pricing.qualification(stage)
    live = [index.by_sku.get(line.sku, NO_POSTINGS).live(pricing.at) for line in pricing.lines]
    loose = loose_awards(pricing, index)
    groups = grouped(pricing, live, loose) if pricing.book.exclusion_groups else {}
    loose = [award for award in loose if award.promotion.exclusion_group is None]
    for award in loose:
        if award.acts_on != "lines" and qualification.times(award):
            _award_apart(pricing, award, qualification)
    for group, awards in groups.items():
        if group.order < 0:
            award_group(pricing, group, awards, qualification)
    added = pricing.lines[len(live) :]
    live += [index.by_sku.get(line.sku, NO_POSTINGS).live(pricing.at) for line in added]
    _award_competing(pricing, stage, live, loose, qualification)
    for group, awards in groups.items():
        if group.order >= 0:
            award_group(pricing, group, awards, qualification)


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


def _award_apart(pricing: Pricing, award: Award, qualification: Qualification) -> None:
    """An award that competes for no units: it adds an item, or acts after all others."""
    times = qualification.times(award)
    if award.acts_on != "new_item":
        pricing.later.append((award, times))
        return
    choice = choice_of(pricing, award, times)
    if choice is not None:
        pricing.gifts.append(choice)
    sku = award.adds if choice is None else choice.chosen
    if sku is None:
        return
    item = new_item(pricing, award, sku, qualification, pricing.budget_left(award.promotion))
    if item is not None:
        put(pricing, item)


def _award_competing(
    pricing: Pricing,
    stage: PromotionStage,
    live: Sequence[Live],
    loose: Sequence[Award],
    qualification: Qualification,
) -> None:
    """The promotions without an exclusion group: the best combination of them (CH-1)."""
    single = [award for award in loose if award.acts_on == "lines"]
    if single:
        live = [
            here.joined_by([award for award in single if award.targets(line.sku)])
            for here, line in zip(live, pricing.lines, strict=True)
        ]
    choice = Choice(pricing.lines, live, qualification, stage)
    steps = pricing.steps_left
    found = decide(choice, steps)
    pricing.steps_left -= found.steps
    over = over_budget(pricing, found.given)
    if over:
        found = within_budgets(pricing, choice, found, over, steps)
    pricing.gap += found.gap
    keep(pricing, found.lots, found.given, qualification)
