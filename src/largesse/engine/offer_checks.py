"""What an offer must be like to be in a book; all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from msgspec import Struct

from largesse.engine.actions.base import Action
from largesse.engine.benefits.base import Benefit
from largesse.engine.catalog import Product
from largesse.engine.conditions.base import Condition
from largesse.engine.faults import Fault
from largesse.engine.formats.shape import fields_of, unit_of, without_none
from largesse.engine.naming import holds_parts
from largesse.engine.offers.deal import Deal, DealTier, ProductSet
from largesse.engine.offers.promotion import ExclusionGroup, Promotion


def offer_faults(
    promotions: Iterable[Promotion],
    exclusion_groups: Mapping[str, ExclusionGroup],
    products: Mapping[str, Product],
    known: Mapping[str, Promotion],
) -> Iterator[Fault]:
    """The faults of promotions that were built in Python; a file's reader tells the same of a file.

    `known` are all promotions that there are.
    """
    for promotion in promotions:
        place = f"promotions[{promotion.code}]"
        yield from _faults(promotion, place)
        group = promotion.exclusion_group
        if group is not None and group not in exclusion_groups:
            yield Fault(f"{place}.exclusion_group", group, f"no exclusion group {group!r}")
        for i, action in enumerate(promotion.actions):
            at = f"{place}.actions[{i}]"
            sku = action.adds
            if sku is not None and sku not in products:
                yield Fault(f"{at}.product", sku, f"no product {sku!r}")
            for n, sku in enumerate(action.choices):
                if sku not in products:
                    yield Fault(f"{at}.products[{n}]", sku, f"no product {sku!r}")
            code = action.right_to
            if code is not None and code not in known:
                yield Fault(f"{at}.promotion", code, f"no promotion {code!r}")
            elif code is not None and not known[code].single_use_codes:
                yield Fault(f"{at}.promotion", code, NO_CODES)


def deal_faults(
    deals: Iterable[Deal], products: Mapping[str, Product], promotions: Collection[str]
) -> Iterator[Fault]:
    """The faults of deals that were built in Python; a file's reader tells the same of a file.

    `promotions` are the codes of all promotions that there are.
    """
    for deal in deals:
        place = f"deals[{deal.code}]"
        yield from _faults(deal, place)
        if deal.code in promotions:
            yield Fault(f"{place}.code", deal.code, CODE_OF_PROMOTION)
        for name in ("required", "gives"):
            for i, sku in enumerate(getattr(deal, name)):
                if sku not in products:
                    yield Fault(f"{place}.{name}[{i}]", sku, f"no product {sku!r}")


CODE_OF_PROMOTION: Final = "is the code of a promotion"
NO_CODES: Final = "has no single-use codes, of which a right is one"


def _faults(thing: Struct, place: str) -> Iterator[Fault]:
    told = False
    numbers, parts = _looked_at(type(thing))
    for name in numbers:
        value = getattr(thing, name)
        if value is not None and (type(value) is not int or value < 0):
            told = True
            yield Fault(f"{place}.{name}", value, f"{value!r} is not a whole number from 0 on")
    for name in parts:
        value = getattr(thing, name)
        if isinstance(value, tuple):
            for i, part in enumerate(value):
                yield from _faults(part, f"{place}.{name}[{i}]")
        else:
            yield from _faults(value, f"{place}.{name}")
    if not told and isinstance(thing, _CHECKED):
        for name, message in thing.faults():
            yield Fault(f"{place}.{name}", getattr(thing, name), message)


_CHECKED = (Promotion, Condition, Action, Deal, ProductSet, DealTier, Benefit)


@cache
def _looked_at(kind: type[Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a type that are amounts or rates, and those that hold values of more fields."""
    numbers, parts = [], []
    for name, hint, _, _ in fields_of(kind):
        if unit_of(without_none(hint)[0]) is not None:
            numbers.append(name)
        elif holds_parts(hint):
            parts.append(name)
    return tuple(numbers), tuple(parts)
