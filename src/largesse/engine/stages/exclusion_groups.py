"""An exclusion group applies all its promotions, the first, the best, or the lowest (CH-3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from largesse.engine.award import Award
from largesse.engine.choice.line_by_line import Lots
from largesse.engine.choice.search import take_units
from largesse.engine.offers.promotion import ExclusionGroup, GroupMode
from largesse.engine.posting import Live
from largesse.engine.qualification import Qualification
from largesse.engine.quoted import GiftChoice
from largesse.engine.running import Line
from largesse.engine.settlement import Given, settle
from largesse.engine.stages import shipping
from largesse.engine.stages.awarding import keep
from largesse.engine.stages.new_items import NewItem, choice_of, new_item, put
from largesse.engine.stages.pricing_state import Pricing

_OWING: Final = ("order", "reward")
"""What gives something that is no saving of this order by itself: for later, or to choose with."""


class Member(NamedTuple):
    """What a promotion of a group would give, by itself, on the cart as it stands."""

    code: str
    lots: list[Lots]
    given: list[Given]
    items: list[NewItem]
    choices: list[GiftChoice]
    later: list[tuple[Award, int]]
    saving: int
    """What comes off lines, new items and shipping; of a gift not chosen yet the least it may be."""
    gives: bool
    """Whether it saves or owes anything."""


def grouped(
    pricing: Pricing, live: Iterable[Live], loose: Iterable[Award]
) -> dict[ExclusionGroup, list[Award]]:
    """The exclusion groups that may award something, in their order, with their awards by rank."""
    found: dict[str, set[Award]] = {}
    for award in (*(award for here in live for award in here.grouped), *loose):
        group = award.promotion.exclusion_group
        if group is not None:
            found.setdefault(group, set()).add(award)
    groups = [pricing.book.exclusion_groups[code] for code in found]
    groups.sort(key=lambda g: (g.order, g.code))
    return {g: sorted(found[g.code], key=lambda a: a.rank) for g in groups}


def award_group(
    pricing: Pricing,
    group: ExclusionGroup,
    awards: Iterable[Award],
    qualification: Qualification,
) -> None:
    """Apply what the mode of the group says of its promotions that qualify."""
    by_promotion: dict[str, list[Award]] = {}
    for award in awards:
        if qualification.times(award):
            by_promotion.setdefault(award.code, []).append(award)
    if group.mode is GroupMode.STACK:
        for ours in by_promotion.values():
            _apply(pricing, _member(pricing, ours, qualification), qualification)
        return
    members = [_member(pricing, ours, qualification) for ours in by_promotion.values()]
    members = [member for member in members if member.gives]
    if not members:
        return
    chosen = _chosen(group.mode, members)
    pricing.passed_over.update({m.code: m.saving for m in members if m is not chosen})
    _apply(pricing, chosen, qualification)


def _chosen(mode: GroupMode, members: Sequence[Member]) -> Member:
    """The member that a mode applies; they come by rank, and min and max keep the first of equals."""
    if mode is GroupMode.FIRST:
        return members[0]
    best = max if mode is GroupMode.BEST else min
    return best(members, key=lambda member: member.saving)


def _member(pricing: Pricing, awards: Sequence[Award], qualification: Qualification) -> Member:
    """What a promotion would give: its budget pays new items first, then lines, then shipping."""
    promotion = awards[0].promotion
    left = pricing.budget_left(promotion)
    items: list[NewItem] = []
    choices: list[GiftChoice] = []
    saving = 0
    for award in awards:
        if award.acts_on == "new_item":
            rest = None if left is None else left - saving
            saving += _add(pricing, award, qualification, rest, items, choices)
    marked = _marked_by(pricing.lines, awards, qualification)
    budgets = {} if left is None else {promotion.code: left - saving}
    lots, given = settle(
        pricing.lines, [line.lots for line in pricing.lines], marked, qualification, budgets
    )
    saving += sum(g.amount for g in given)
    later = [(a, qualification.times(a)) for a in awards if a.acts_on not in ("lines", "new_item")]
    off = shipping.best(pricing, later, planned=saving)
    saving += sum(each.off for each in off)
    scene = qualification.scene
    owes = any(a.acts_on in _OWING and a.action.shortfall(scene) is None for a in awards)
    gives = bool(saving or owes or items or choices)
    return Member(promotion.code, lots, given, items, choices, later, saving, gives)


def _add(
    pricing: Pricing,
    award: Award,
    qualification: Qualification,
    left: int | None,
    items: list[NewItem],
    choices: list[GiftChoice],
) -> int:
    """Note the new item of an award, or the choice of one; what it saves."""
    choice = choice_of(pricing, award, qualification.times(award))
    sku = award.adds
    others = [item.line for item in items]
    if choice is not None:
        choices.append(choice)
        sku = choice.chosen
        if sku is None:
            found = (new_item(pricing, award, s, qualification, left) for s in choice.products)
            return min(0 if item is None else item.given.amount for item in found)
    assert sku is not None
    item = new_item(pricing, award, sku, qualification, left, others)
    if item is None:
        return 0
    items.append(item)
    return item.given.amount


def _apply(pricing: Pricing, member: Member, qualification: Qualification) -> None:
    keep(pricing, member.lots, member.given, qualification)
    for item in member.items:
        put(pricing, item)
    pricing.gifts.extend(member.choices)
    pricing.later.extend(member.later)


def _marked_by(
    lines: Sequence[Line], awards: Iterable[Award], qualification: Qualification
) -> list[Lots]:
    """The lots with all units marked that these awards take, one award after the other."""
    lots = {i: line.lots for i, line in enumerate(lines)}
    for award in awards:
        if award.acts_on != "lines":
            continue
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
