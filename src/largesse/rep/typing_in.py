"""What a rep typed into the Products tab becomes a change of the draft, field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import NamedTuple

from django.http import QueryDict

from largesse.catalog.models import Product
from largesse.rep import catalog
from largesse.rep.drafts import (
    Change,
    Draft,
    NotAQuantity,
    quantity_of,
    with_given,
    with_quantity,
)
from largesse.rep.giving import gift_of
from largesse.rep.work import Work


class Typed(NamedTuple):
    """The changes that were typed, as what, and what is wrong with some, by field."""

    change: Change
    texts: Mapping[str, str]
    errors: Mapping[str, str]


def typed(work: Work, said: QueryDict) -> Typed:
    """The quantities that differ from what the page was made with."""
    fields = {
        name: said.get(name, "")
        for name in said
        if name.startswith(("q.", "g.")) and said.get(name) != said.get(f"was.{name}")
    }
    changes: list[Change] = []
    errors: dict[str, str] = {}
    products = catalog.by_sku([_sku(name) for name in fields])
    for name, text in fields.items():
        try:
            changes.append(_change(work, name, text, products))
        except NotAQuantity as wrong:
            errors[name] = str(wrong)

    def change(draft: Draft) -> Draft:
        return reduce(lambda found, each: each(found), changes, draft)

    return Typed(change, fields, errors)


def _sku(name: str) -> str:
    return gift_of(name)[1] if name.startswith("g.") else name.removeprefix("q.")


def _change(work: Work, name: str, text: str, products: Mapping[str, Product]) -> Change:
    sku = _sku(name)
    product = products.get(sku)
    decimals = product.quantity_decimals if product is not None else 0
    quantity = quantity_of(text, decimals)
    if name.startswith("g."):
        deal = gift_of(name)[0]
        return lambda draft: with_given(draft, deal, sku, int(quantity))
    if quantity and sku not in work.book.catalog.products:
        raise NotAQuantity("It is not on sale.")
    return lambda draft: with_quantity(draft, sku, quantity)


Deed = Callable[[Work, str], tuple[Change, str]]
"""What a button does, told its value: the change, and what is said of it."""
