"""Choosing against a shopping spree: what there is to spend, what is chosen, what still fits (SP-6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec

from largesse.engine.applied_spree import AppliedSpree
from largesse.engine.cart import UNITS_MAX, SpreeChoice
from largesse.engine.catalog import Product
from largesse.engine.quote import Quote
from largesse.engine.sprees import reward_list

CHOICES_MAX: Final = 200
"""The most products that are chosen on one cart."""


class Show(StrEnum):
    """Which products of the reward list are shown."""

    ALL = "all"
    FITS = "fits"
    CHOSEN = "chosen"


class Choosable(NamedTuple):
    """A product of the reward list; amounts are minor units."""

    product: Product
    units: int
    """How many units are chosen and given."""
    missing: int
    """What one unit more lacks that the award does not pay for; 0 where it fits, or may be paid."""
    due: int
    """What of one unit more the buyer would pay; 0 where it fits, or may not be paid."""


class Choosing(NamedTuple):
    """A spree of a quote with its whole reward list, by name, then SKU."""

    spree: AppliedSpree
    products: tuple[Choosable, ...]

    def counts(self) -> Mapping[Show, int]:
        """How many products each way of showing has."""
        return {show: sum(_shown(each, show) for each in self.products) for show in Show}

    def shown(self, show: Show, words: str = "") -> list[Choosable]:
        """The products of one way of showing whose name or SKU has each of some words."""
        wanted = words.casefold().split()
        return [
            each
            for each in self.products
            if _shown(each, show) and all(word in _text(each.product) for word in wanted)
        ]


def choosing(quote: Quote) -> tuple[Choosing, ...]:
    """What may be chosen on a quote: its sprees, in their order."""
    return tuple(_choosing(quote, spree) for spree in quote.sprees)


def _choosing(quote: Quote, spree: AppliedSpree) -> Choosing:
    units: dict[str, int] = {}
    for line in quote.lines:
        if line.id in spree.lines:
            units[line.sku] = units.get(line.sku, 0) + line.units
    left = max(0, spree.award - spree.selected)
    rewards = reward_list(quote.book, quote.book.promotions[spree.offer])
    return Choosing(
        spree,
        tuple(_choosable(spree, left, product, units.get(product.sku, 0)) for product in rewards),
    )


def _choosable(spree: AppliedSpree, left: int, product: Product, units: int) -> Choosable:
    beyond = max(0, product.price - left)
    missing, due = (0, beyond) if spree.over_purchase else (beyond, 0)
    return Choosable(product, units, missing, due)


def _shown(each: Choosable, show: Show) -> bool:
    match show:
        case Show.CHOSEN:
            return each.units > 0
        case Show.FITS:
            return not (each.missing or each.due)
        case Show.ALL:
            return True


def _text(product: Product) -> str:
    return f"{product.name} {product.sku}".casefold()


# --- what is kept of it ----------------------------------------------------------------------------


def with_choice(
    choices: Sequence[SpreeChoice], promotion: str, sku: str, units: int
) -> tuple[SpreeChoice, ...]:
    """The choices with so many units of a product against a promotion's spree; 0 takes it out."""
    wanted = SpreeChoice(promotion, sku, min(units, UNITS_MAX)) if units > 0 else None
    found: list[SpreeChoice] = []
    for each in choices:
        if (each.promotion, each.sku) != (promotion, sku):
            found.append(each)
        elif wanted is not None:
            found.append(wanted)
            wanted = None
    return tuple(found) if wanted is None else (*found, wanted)[:CHOICES_MAX]


# Met once, at import: two threads that first met the type at once would crash.
msgspec.convert([], tuple[SpreeChoice, ...])


def choices_of(column: list[Any]) -> tuple[SpreeChoice, ...]:
    """What a cart's column keeps of its choices."""
    return msgspec.convert(column, tuple[SpreeChoice, ...])


def column_of(choices: Iterable[SpreeChoice]) -> list[Any]:
    """Choices as a cart's column keeps them."""
    plain = msgspec.to_builtins(tuple(choices))
    assert isinstance(plain, list | tuple)
    return list(plain)
