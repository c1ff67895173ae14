"""Promotions put new items on the order: discounted products, gifts, gifts that the buyer chose (AC-2,
AC-7).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, count
from typing import NamedTuple

from largesse.engine.award import Award
from largesse.engine.cart import UNITS_MAX, CartLine
from largesse.engine.money import AMOUNT_MAX
from largesse.engine.qualification import Qualification
from largesse.engine.quoted import GiftChoice
from largesse.engine.running import Line
from largesse.engine.settlement import Given
from largesse.engine.stages.awarding import adjustment
from largesse.engine.stages.pricing_state import Pricing


class NewItem(NamedTuple):
    """A line that a promotion adds, discounted already; what is given and what was wanted."""

    line: Line
    given: Given
    cut_from: int | None


def choice_of(pricing: Pricing, award: Award, times: int) -> GiftChoice | None:
    """The choice that an award leaves to the buyer, and what they chose; None if it leaves none."""
    products = award.action.choices
    if not products:
        return None
    chosen = pricing.cart.gifts.get(award.code)
    sku = chosen if chosen in products else None
    units = award.action.units_added(times)
    return GiftChoice(award.code, award.quoted.title, products, units, sku)


def new_item(
    pricing: Pricing,
    award: Award,
    sku: str,
    qualification: Qualification,
    left: int | None,
    others: Iterable[Line] = (),
) -> NewItem | None:
    """The item that an award adds, with what is left of its budget; None where it takes nothing off.

    `others` are lines that are about to be added. A gift costs the buyer nothing: it has so many units
    as the budget pays for.
    """
    product = pricing.book.catalog.products[sku]
    times = qualification.times(award)
    lines = [*pricing.lines, *others]
    most = min(UNITS_MAX, AMOUNT_MAX // max(1, product.price))
    if left is not None and award.action.is_gift:
        most = min(most, left // max(1, product.price))
    units = min(most, award.action.units_added(times))
    if not units:
        return None
    id = fresh_id(f"{award.code}+{sku}", {line.id for line in lines})
    wanted = CartLine(id, sku, units)
    line = Line(len(lines), wanted, product, pricing.location, qualification.half_even)
    (lot,) = line.lots
    off = sum(amount for _, _, amount in award.take([(line, lot)], times, qualification.scene))
    given = off if left is None else min(off, left)
    if not given and lot.net:
        return None
    line.hold((lot.less(given).marked(award),))
    cut = off if given < off else None
    return NewItem(line, Given(award, line, line.units, lot.net, given), cut)


def put(pricing: Pricing, item: NewItem) -> None:
    """Put a new item on the order."""
    pricing.lines.append(item.line)
    pricing.added_by[item.line.id] = item.given.award.code
    pricing.adjustments.append(adjustment(item.given, item.cut_from))


def fresh_id(wanted: str, known: set[str]) -> str:
    """The id, or the first numbered one that no line has."""
    numbered = (f"{wanted}-{n}" for n in count(2))
    return next(id for id in chain((wanted,), numbered) if id not in known)
