"""An approver may lower the giveaway credit that a referred deal asks for, and nothing else (DE-14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from largesse.engine.cart import Giveaway
from largesse.engine.pricing import price
from largesse.engine.quote import Quote
from largesse.engine.quoted import AppliedDeal
from largesse.orders.answers import FieldError, Refused
from largesse.orders.models import Order
from largesse.orders.quoting import Priced
from largesse.orders.repricing import priced_again


class Lowered(Struct, frozen=True):
    """An order priced with less credit, and in words what became of it."""

    found: Priced
    words: str


def referred_deals(quote: Quote) -> Mapping[str, AppliedDeal]:
    """The deals of a quote that are applied without their trigger, by their code."""
    return {deal.offer: deal for deal in quote.deals if deal.referred}


def not_lower(quote: Quote, credits: Mapping[str, int]) -> Refused | None:
    """Why some credits, by deal in minor units, are not those asked for or less; None if they are."""
    asked = referred_deals(quote)
    errors = tuple(
        FieldError(f"credits.{code}", quote.format(credit), _fault(quote, asked.get(code)))
        for code, credit in credits.items()
        if code not in asked or not 0 <= credit <= asked[code].credit
    )
    if not errors:
        return None
    message = "An approver gives the credit that was asked for, or less."
    return Refused(code="credit_raised", message=message, field="credits", errors=errors)


def _fault(quote: Quote, deal: AppliedDeal | None) -> str:
    if deal is None:
        return "this deal is not referred on the order"
    return f"{quote.format(deal.credit)} was asked for; give that or less"


def lowered(order: Order, credits: Mapping[str, int]) -> Lowered | None:
    """The order with less credit: priced by its own book and facts, so that nothing else changes.

    Giveaways that the credit no longer pays for are cut, the last ones first. None where no credit is
    less than what was asked for.
    """
    before = priced_again(order)
    asked = referred_deals(before)
    less = {code: credit for code, credit in credits.items() if credit < asked[code].credit}
    if not less:
        return None
    cart = msgspec.structs.replace(before.cart, referred={**before.cart.referred, **less})
    fits = price(before.book, cart, before.facts)
    cart = msgspec.structs.replace(cart, giveaways=tuple(_cut(cart.giveaways, fits)))
    after = price(before.book, cart, before.facts)
    return Lowered(Priced(after, order.book_version), _words(before, after, less))


def _given(quote: Quote) -> Counter[tuple[str, str]]:
    """The units that each deal gives away of each product."""
    units: Counter[tuple[str, str]] = Counter()
    for line in quote.lines:
        if line.bonus and line.added_by is not None:
            units[line.added_by, line.sku] += line.units
    return units


def _cut(giveaways: tuple[Giveaway, ...], fits: Quote) -> Iterator[Giveaway]:
    """What was chosen to be given away, as far as a quote gives it."""
    left = _given(fits)
    for wanted in giveaways:
        units = min(wanted.units, left[wanted.deal, wanted.sku])
        left[wanted.deal, wanted.sku] -= units
        if units:
            yield msgspec.structs.replace(wanted, units=units)


def _words(before: Quote, after: Quote, less: Mapping[str, int]) -> str:
    asked, products = referred_deals(before), before.book.catalog.products
    told = [
        f"Credit for {asked[code].title} {after.format(credit)} instead of "
        f"{before.format(asked[code].credit)}."
        for code, credit in less.items()
    ]
    gone = _given(before) - _given(after)
    cut = [f"{units} × {products[sku].name or sku}" for (_, sku), units in sorted(gone.items())]
    return " ".join([*told, *([f"Given away no longer: {', '.join(cut)}."] if cut else [])])
