"""What a promotion names: product groups, and products that it adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeVar

import msgspec
from msgspec import Struct

from largesse.engine.actions.base import Action
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.shape import fields_of, without_none
from largesse.engine.offers.promotion import Promotion

Thing = TypeVar("Thing", Promotion, Condition, Action)


def groups_of(thing: Promotion | Condition | Action) -> Iterator[ProductGroup]:
    """The product groups that a promotion, condition or action names, each as often as it does."""
    named, parts = _places(type(thing))
    for name in named:
        group = getattr(thing, name)
        if group is not None:
            yield group
    for name in parts:
        value = getattr(thing, name)
        for part in value if isinstance(value, tuple) else (value,):
            yield from groups_of(part)


def products_added(promotion: Promotion) -> frozenset[str]:
    """The SKUs that a promotion puts on orders as new items (AC-2)."""
    return frozenset(action.adds for action in promotion.actions if action.adds is not None)


def regrouped(thing: Thing, groups: Mapping[str, ProductGroup | None]) -> Thing:
    """The thing with the product groups that it names replaced by those of their code.

    The thing itself where it names none of them. A group that is None stays as it was.
    """
    named, parts = _places(type(thing))
    new: dict[str, object] = {}
    for name in named:
        group = getattr(thing, name)
        now = groups.get(group.code) if group is not None else None
        if now is not None and now is not group:
            new[name] = now
    for name in parts:
        value = getattr(thing, name)
        if isinstance(value, tuple):
            made = tuple([regrouped(part, groups) for part in value])
            if any(a is not b for a, b in zip(made, value, strict=True)):
                new[name] = made
        elif (one := regrouped(value, groups)) is not value:
            new[name] = one
    return msgspec.structs.replace(thing, **new) if new else thing


@cache
def _places(kind: type[Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a type that name a product group, and those that hold conditions or actions."""
    named, parts = [], []
    for name, hint, _, _ in fields_of(kind):
        if without_none(hint)[0] is ProductGroup:
            named.append(name)
        elif hint in (Condition, tuple[Condition, ...], tuple[Action, ...]):
            parts.append(name)
    return tuple(named), tuple(parts)
