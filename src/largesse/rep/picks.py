"""What the picks of a rep cost against the best choice, and what the best choice would bring (DE-6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from largesse.engine.quote import Quote
from largesse.engine.quoted import AppliedDeal
from largesse.pages.figures import amount_text, count_text, units_text
from largesse.rep.drafts import NO_DEAL, Ordered, with_best, with_pick
from largesse.rep.wording import listed, number_word
from largesse.rep.work import Work

PICKS_MOST: Final = 20
"""So many picks are looked at one by one: each costs a quote."""

ALL: Final = "all"
"""Stands for all picks, in the place of a line."""


class Advice(Struct, frozen=True):
    """What a pick costs, or a deal, where other offers would give more; where neither `line` nor
    `deal` is named, what Calculate would bring.
    """

    line: str
    title: str
    text: str
    cost: int
    others: str = ""
    """What the other picks cost, in a sentence."""
    deal: str = ""


def advice(work: Work) -> Advice | None:
    """The pick that costs most; before Calculate, what it would bring. None where nothing is lost."""
    if not work.quote.lines or not work.book.deal_index:
        return None
    if work.draft.assign == "picked":
        return _before_calculate(work)
    picked = [
        line
        for line in work.draft.lines
        if line.deal is not None and line.deal not in work.draft.referred
    ]
    if work.is_small and len(picked) <= PICKS_MOST:
        return _dearest(work, picked) or _worse_than_none(work)
    return _together(work, picked)


def _dearest(work: Work, picked: Sequence[Ordered]) -> Advice | None:
    """The pick that costs most by itself."""
    costs = [(_cost(work, [line]), line) for line in picked]
    found = [(cost, best, line) for (cost, best), line in costs if cost > 0]
    if not found:
        return None
    cost, best, line = max(found, key=lambda each: each[0])
    return Advice(
        line.id,
        f"Your pick on {_name(work, line)} costs {_money(work, cost)}.",
        _instead(work.quote, best),
        cost,
        _others([each[0] for each in found if each[2] is not line], work),
    )


def _together(work: Work, picked: Sequence[Ordered]) -> Advice | None:
    """What all picks cost together: of a large order each by itself would take too long."""
    if not picked:
        return None
    cost, best = _cost(work, picked)
    if cost <= 0:
        return None
    picks = "pick costs" if len(picked) == 1 else f"{count_text(len(picked))} picks cost"
    title = f"Your {picks} {_money(work, cost)} in all."
    return Advice(ALL, title, _instead(work.quote, best), cost)


def _worse_than_none(work: Work) -> Advice | None:
    """The deal that costs most against what other offers would give on its lines: deals are chosen
    among themselves, and what is on one gets no promotion.
    """
    found = []
    for each in work.quote.deals:
        if not each.referred:
            without = work.priced(with_pick(work.draft, each.lines, NO_DEAL))
            found.append((without.benefit - work.quote.benefit, each))
    if not found:
        return None
    cost, deal = max(found, key=lambda pair: pair[0])
    if cost <= 0:
        return None
    title = f"Without {deal.title} the customer would get {_money(work, cost)} more."
    text = "Other offers give more on its lines than it does."
    return Advice("", title, text, cost, deal=deal.offer)


def _before_calculate(work: Work) -> Advice | None:
    best = work.priced(with_best(with_pick(work.draft, [x.id for x in work.draft.lines], None)))
    gain = best.benefit - work.quote.benefit
    if gain <= 0:
        return None
    title = f"The best deals would bring {_money(work, gain)} more."
    text = "Calculate puts each line on them, and keeps them up to date with every change."
    return Advice("", title, text, gain)


def _cost(work: Work, picked: Sequence[Ordered]) -> tuple[int, Quote]:
    """What picks cost: what the order would bring without them, less what it brings."""
    best = work.priced(with_pick(work.draft, [line.id for line in picked], None))
    return best.benefit - work.quote.benefit, best


def _instead(now: Quote, best: Quote) -> str:
    """Which deals would take which lines, and what they bring instead of those of now."""
    gained, lost = _changed(best, now), _changed(now, best)
    if not gained:
        return "Otherwise the customer gets more."
    lines = {line for deal in gained for line in deal.lines}
    would = (
        f"{listed([deal.title for deal in gained])} would take {number_word(len(lines)).lower()} "
    )
    lines_word = "line" if len(lines) == 1 else "lines"
    brings = amount_text(sum(deal.benefit for deal in gained), best.currency)
    instead = amount_text(sum(deal.benefit for deal in lost), now.currency)
    return f"Without it {would}{lines_word} and bring {brings} instead of {instead}."


def _changed(quote: Quote, other: Quote) -> list[AppliedDeal]:
    """The deals of a quote that the other has not, or not on the same lines."""
    on = {deal.offer: set(deal.lines) for deal in other.deals}
    return [deal for deal in quote.deals if on.get(deal.offer) != set(deal.lines)]


def _others(costs: Sequence[int], work: Work) -> str:
    if not costs:
        return ""
    most = _money(work, max(costs))
    said = units_text(len(costs), "more pick costs,more picks cost")
    return f"{said} up to {most} each." if len(costs) > 1 else f"{said} {most}."


def _name(work: Work, line: Ordered) -> str:
    return work.book.catalog.products[line.sku].name or line.sku


def _money(work: Work, amount: int) -> str:
    return amount_text(amount, work.quote.currency)
