"""What a promotion names: product groups, products that it adds, promotions that it opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct

from largesse.engine.actions.base import Action
from largesse.engine.benefits.base import Benefit
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.shape import fields_of, without_none
from largesse.engine.formats.wording import Place
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import Promotion

Thing = TypeVar("Thing", bound=Struct)


def groups_of(thing: Struct) -> Iterator[ProductGroup]:
    """The product groups that a promotion, deal, condition, action or a part of one names, each as
    often as it does.
    """
    named, parts = _places(type(thing))
    for name in named:
        group = getattr(thing, name)
        if group is not None:
            yield group
    for name in parts:
        value = getattr(thing, name)
        for part in value if isinstance(value, tuple) else (value,):
            yield from groups_of(part)


def parts_of(thing: Promotion | Condition | Action) -> Iterator[tuple[Place, Condition | Action]]:
    """The conditions and actions that a promotion or a condition is made of, and where each stands."""
    for name in _places(type(thing))[1]:
        value = getattr(thing, name)
        if isinstance(value, Condition):
            yield (name,), value
            continue
        for i, part in enumerate(value):
            if isinstance(part, (Condition, Action)):
                yield (name, i), part


def conditions_of(
    thing: Promotion | Condition | Action, place: Place = ()
) -> Iterator[tuple[Place, Condition]]:
    """The conditions that something is made of, however deep, and where each stands."""
    for inner, part in parts_of(thing):
        if isinstance(part, Condition):
            yield (*place, *inner), part
            yield from conditions_of(part, (*place, *inner))


def products_added(promotion: Promotion) -> frozenset[str]:
    """The SKUs that a promotion puts on orders as new items, or lets the buyer choose (AC-2, AC-7)."""
    added = {action.adds for action in promotion.actions if action.adds is not None}
    return frozenset(added.union(*(action.choices for action in promotion.actions)))


def products_of_deal(deal: Deal) -> frozenset[str]:
    """The SKUs that a deal asks for, or gives away by itself (DE-2, DE-12)."""
    return frozenset(deal.required + deal.gives)


def promotions_named(promotion: Promotion) -> frozenset[str]:
    """The codes of the promotions that a promotion gives a right to (AC-7)."""
    return frozenset(a.right_to for a in promotion.actions if a.right_to is not None)


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
    """The fields of a type that name a product group, and those that hold what may name one."""
    named, parts = [], []
    for name, hint, _, _ in fields_of(kind):
        if without_none(hint)[0] is ProductGroup:
            named.append(name)
        elif holds_parts(hint):
            parts.append(name)
    return tuple(named), tuple(parts)


def holds_parts(hint: object) -> bool:
    """Whether a field holds a condition, a benefit, or a list of parts that may name something."""
    if get_origin(hint) is tuple:
        of = get_args(hint)[0]
        return isinstance(of, type) and issubclass(of, Struct) and of is not ProductGroup
    return hint in (Condition, Benefit)
