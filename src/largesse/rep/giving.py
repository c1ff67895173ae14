"""Stock given away against the credit of deals: what may be given, what is, and what is left (DE-12,
DE-13). Amounts are minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import quote as as_part
from urllib.parse import unquote

from msgspec import Struct

from largesse.engine.benefits.bonus_stock import BonusStock
from largesse.engine.catalog import Product
from largesse.engine.offers.deal import Deal
from largesse.engine.quote import Quote
from largesse.engine.quoted import AppliedDeal
from largesse.pages.figures import amount_text, count_text
from largesse.rep.drafts import Draft

SHOWN_AT_FIRST: Final = 4
"""So many products to give stand under the lines; the others under "Bonus stock"."""


class Fill(Struct, frozen=True):
    """Units of one product that use up what is left of a credit as far as they can."""

    field: str
    name: str
    units: int
    total: int
    """How many of it are given then."""


class Bar(Struct, frozen=True):
    """The credit of one deal: given, used, left; `used_percent` for the bar."""

    deal: str
    title: str
    said: str
    credit: int
    used: int
    left: int
    used_percent: str
    automatic: bool
    fill: Fill | None


class Gift(Struct, frozen=True):
    """A product that a deal's credit may be used for. `missing` is the credit that one more lacks;
    `over` the units asked for that the credit does not pay for.
    """

    deal: str
    sku: str
    list_price: int
    units: int
    value: int
    missing: int
    automatic: bool
    over: int = 0


class Over(Struct, frozen=True):
    """Giveaways that the credit does not pay for, and what to remove (DE-13)."""

    deal: str
    sku: str
    field: str
    units: int
    sentence: str
    keeps: int
    """What is left of them then."""


def gift_field(deal: str, sku: str) -> str:
    """What the field is called that says how many of a product are given away."""
    return f"g.{as_part(deal, safe='')}/{as_part(sku, safe='')}"


def gift_of(field: str) -> tuple[str, str]:
    """The deal and the SKU that such a field is for.

    >>> gift_of(gift_field("CANDLE 10+1", "A/2"))
    ('CANDLE 10+1', 'A/2')
    """
    deal, _, sku = field.removeprefix("g.").partition("/")
    return unquote(deal), unquote(sku)


def bars(quote: Quote, draft: Draft) -> tuple[Bar, ...]:
    """The credit of each deal that gives some."""
    return tuple(_bar(quote, draft, applied) for applied in quote.deals if applied.credit)


def _bar(quote: Quote, draft: Draft, applied: AppliedDeal) -> Bar:
    deal = quote.book.deals[applied.offer]
    return Bar(
        deal.code,
        deal.name,
        _said(quote, deal, applied),
        applied.credit,
        applied.used,
        applied.left,
        f"{100 * applied.used / applied.credit:.2f}",
        bool(deal.gives),
        _fill(quote, draft, deal, applied.left),
    )


def _said(quote: Quote, deal: Deal, applied: AppliedDeal) -> str:
    """Where the credit comes from."""
    if applied.referred:
        return "Asked for, to be approved"
    benefit = deal.tiers[max(applied.tier, 1) - 1].benefit
    if not isinstance(benefit, BonusStock):
        return "A fixed credit"
    units = sum(line.units for line in quote.lines if line.id in applied.lines)
    value = f"the value of {count_text(benefit.units)}"
    return f"{count_text(units)} ordered, {value} for every {count_text(benefit.every)}"


def _fill(quote: Quote, draft: Draft, deal: Deal, left: int) -> Fill | None:
    """What uses up most of what is left; then the fewest units, then the earlier SKU."""
    fitting = [each for each in _choices(quote, deal) if 0 < each.listed <= left]
    if not fitting:
        return None
    product = min(fitting, key=lambda p: (left % p.listed, left // p.listed, p.sku))
    units = left // product.listed
    total = draft.given(deal.code, product.sku) + units
    return Fill(gift_field(deal.code, product.sku), product.name or product.sku, units, total)


def _choices(quote: Quote, deal: Deal) -> Iterator[Product]:
    """The products of which the user chooses, by name."""
    products = quote.book.catalog.products
    skus = deal.selection.products if deal.selection is not None else ()
    known = [products[sku] for sku in skus if sku in products]
    for product in sorted(known, key=lambda p: (p.name, p.sku)):
        if not product.quantity_decimals:
            yield product


def gifts(quote: Quote, draft: Draft) -> tuple[Gift, ...]:
    """What may be given away on the order, deal by deal: what is given first, then what the credit pays
    for, then the rest; each by name.
    """
    return tuple(
        gift
        for applied in quote.deals
        if applied.credit
        for gift in sorted(
            _gifts(quote, draft, applied),
            key=lambda gift: (not (gift.units or gift.over), gift.missing > 0),
        )
    )


def _gifts(quote: Quote, draft: Draft, applied: AppliedDeal) -> Iterator[Gift]:
    deal = quote.book.deals[applied.offer]
    given = _given(quote, deal)
    products = quote.book.catalog.products
    choices: Iterable[Product] = (
        [products[sku] for sku in deal.gives if sku in given]
        if deal.gives
        else _choices(quote, deal)
    )
    for product in choices:
        units = given.get(product.sku, 0)
        yield Gift(
            deal.code,
            product.sku,
            product.listed,
            units,
            units * product.listed,
            max(0, product.listed - applied.left),
            bool(deal.gives),
            0 if deal.gives else draft.given(deal.code, product.sku) - units,
        )


def _given(quote: Quote, deal: Deal) -> dict[str, int]:
    """The units of each product that a deal's credit pays for."""
    return {
        line.sku: line.units for line in quote.lines if line.bonus and line.added_by == deal.code
    }


def overs(quote: Quote, draft: Draft) -> tuple[Over, ...]:
    """The giveaways that can't be given, in the order in which they were chosen."""
    found = []
    given = {code: _given(quote, deal) for code, deal in quote.book.deals.items()}
    for wanted in draft.giveaways:
        keeps = given.get(wanted.deal, {}).get(wanted.sku, 0)
        if keeps < wanted.units:
            units = wanted.units - keeps
            told = _told(quote, wanted.deal, wanted.sku, units, keeps)
            field = gift_field(wanted.deal, wanted.sku)
            found.append(Over(wanted.deal, wanted.sku, field, units, told, keeps))
    return tuple(found)


def _told(quote: Quote, code: str, sku: str, units: int, keeps: int) -> str:
    product = quote.book.catalog.products.get(sku)
    deal = quote.book.deals.get(code)
    name = product.name or sku if product is not None else sku
    title = deal.name if deal is not None else code
    applied = next((each for each in quote.deals if each.offer == code), None)
    if applied is None or not applied.credit:
        return f"{title} gives no credit on this order any more: remove the {name}."
    if product is None or deal is None or not deal.may_give(sku):
        return f"{title} does not give {name} away: remove it."
    missing = amount_text(units * product.listed - applied.left, quote.currency)
    return f"{missing} of the credit of {title} is missing: remove {count_text(units)} of {name}."


def lapsing(found: Sequence[Bar]) -> int:
    """The credit that is left, and lapses when the order is saved (DE-13)."""
    return sum(bar.left for bar in found)


def not_credited(found: Quote, wanted: Draft, before: Draft) -> Mapping[str, str]:
    """What a change gives more of than the credit pays for: the credit that the first unit lacks that
    doesn't fit, by the field that asks for it (DE-13).
    """
    left = {applied.offer: applied.left for applied in found.deals}
    return {
        over.field: _lacks(found, over, left.get(over.deal, 0))
        for over in overs(found, wanted)
        if wanted.given(over.deal, over.sku) > before.given(over.deal, over.sku)
    }


def _lacks(found: Quote, over: Over, left: int) -> str:
    product = found.book.catalog.products.get(over.sku)
    deal = found.book.deals.get(over.deal)
    if product is None or deal is None or not deal.may_give(over.sku):
        return "This deal does not give it away."
    missing = amount_text(product.listed - left, found.currency)
    return f"{missing} of credit is missing for unit {count_text(over.keeps + 1)}."
