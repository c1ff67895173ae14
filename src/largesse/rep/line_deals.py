"""The deal on each line: which it is, which others it qualifies for, what little more would bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from largesse.engine.catalog import Product
from largesse.engine.deals.progress import DealProgress
from largesse.engine.offers.deal import Deal
from largesse.engine.quote import Quote
from largesse.engine.quoted import AppliedDeal, QuoteLine
from largesse.engine.running import times_quantity
from largesse.pages.figures import count_text
from largesse.rep.drafts import NO_DEAL, Draft
from largesse.rep.wording import brief, on_line


class Choice(Struct, frozen=True):
    """A deal that may be picked for a line; an empty code is none."""

    code: str
    title: str
    said: str
    chosen: bool


class LineDeal(Struct, frozen=True):
    """The deal on a line. `title` is empty where it is on none; `near` is what would bring one."""

    title: str
    said: str
    near: str
    pinned: bool
    referred: bool
    choices: tuple[Choice, ...]


def line_deals(quote: Quote, draft: Draft) -> Mapping[str, LineDeal]:
    """The deal of each line that was ordered, by the line's id."""
    applied = {each.offer: each for each in quote.deals}
    progress = quote.deal_progress
    picks = {line.id: line.deal for line in draft.lines}
    return {
        line.id: _line_deal(quote, line, picks[line.id], applied, progress)
        for line in quote.lines
        if line.id in picks
    }


def _line_deal(
    quote: Quote,
    line: QuoteLine,
    pick: str | None,
    applied: Mapping[str, AppliedDeal],
    progress: Iterable[DealProgress],
) -> LineDeal:
    on = applied[line.deal] if line.deal is not None and line.deal in applied else None
    choices = tuple(_choices(quote, line, progress))
    if on is None:
        near = "" if pick == NO_DEAL else _near(quote, line, progress)
        return LineDeal("", "", near, pick == NO_DEAL, False, choices)
    deal = quote.book.deals[on.offer]
    said = on_line(deal, on.tier, quote.book.currency)
    return LineDeal(deal.name, said, "", pick is not None, on.referred, choices)


def _choices(quote: Quote, line: QuoteLine, progress: Iterable[DealProgress]) -> Iterable[Choice]:
    """The deals that a line may be on, with what their tier that holds gives."""
    for each in progress:
        deal = quote.book.deals[each.offer]
        if qualifies(quote, deal, each, line):
            tier = deal.tiers[max(each.tier, 1) - 1]
            said = brief(tier.benefit, quote.book.currency)
            yield Choice(deal.code, deal.name, said, line.deal == deal.code)


def qualifies(quote: Quote, deal: Deal, progress: DealProgress, line: QuoteLine) -> bool:
    """Whether a line may be on a deal: it is, or its lines reach the trigger, or it does by itself."""
    if line.deal == deal.code:
        return True
    if not deal.covers(line.sku) or not progress.tier:
        return False
    if deal.assorted:
        return True
    return deal.met_tier(line.units, list_value(quote, line)) is not None


def list_value(quote: Quote, line: QuoteLine) -> int:
    """What a line is worth at list price, before all discounts."""
    product = quote.book.catalog.products[line.sku]
    return times_quantity(product.listed, line.quantity)


def _near(quote: Quote, line: QuoteLine, progress: Iterable[DealProgress]) -> str:
    """The deal that the fewest units more of a line would bring; what isn't half reached is far."""
    product = quote.book.catalog.products[line.sku]
    if product.quantity_decimals:
        return ""
    found = []
    for rank, each in enumerate(progress):
        deal = quote.book.deals[each.offer]
        units = units_to_add(each, product)
        if units and deal.covers(line.sku) and not deal.manual:
            found.append((units, rank, deal))
    if not found:
        return ""
    units, _, deal = min(found, key=lambda each: each[:2])
    said = brief(deal.tiers[0].benefit, quote.book.currency)
    if said.split()[0] in deal.name:
        # Its title says already what it gives.
        return f"add {count_text(units)} for {deal.name}"
    return f"add {count_text(units)} for {deal.name} {said}"


def units_to_add(progress: DealProgress, product: Product) -> int:
    """How many units more of a product would meet a deal's lowest tier; 0 if they would not, or if it
    isn't half reached yet.
    """
    lacks = progress.lacks
    if progress.state != "not_met" or lacks is None:
        return 0
    if lacks.add_from is not None and product.sku not in lacks.add_from:
        return 0
    if lacks.needed is None or (lacks.found or 0) * 2 < lacks.needed:
        return 0
    return to_add(progress, product)


def to_add(progress: DealProgress, product: Product) -> int:
    """How many units of a product fill what a deal lacks, in units or in value at list price."""
    lacks = progress.lacks
    if lacks is None:
        return 0
    by_value = -(-lacks.add_amount // product.listed) if product.listed else 0
    return max(lacks.add_units, by_value)
