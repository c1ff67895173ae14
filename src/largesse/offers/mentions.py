"""What offers and shared parts name can't be deleted; what they named before can (PR-8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from largesse.catalog.models import Location, Product, ProductGroup
from largesse.engine.naming import groups_of, products_added, products_of_deal
from largesse.engine.offers.deal import Deal as DealValue
from largesse.engine.offers.promotion import Promotion as PromotionValue
from largesse.offers.book_log import CHUNK, in_chunks
from largesse.offers.models import Deal, Mention, Part, Promotion
from largesse.offers.shared import Key, keys_of

Holder: TypeAlias = Promotion | Deal | Part
Value: TypeAlias = PromotionValue | DealValue

_HOLDERS: Final = (("promotion", Promotion), ("deal", Deal), ("part", Part))


def store(named: Sequence[tuple[Holder, Value]]) -> None:
    """Remember what the latest revisions name, instead of what was named before.

    A shared part comes as a promotion that is made of nothing else.
    """
    for holder, model in _HOLDERS:
        found = [(record, value) for record, value in named if isinstance(record, model)]
        _store(holder, found)


def _store(holder: str, named: Sequence[tuple[Holder, Value]]) -> None:
    keys = [record.pk for record, _ in named]
    for i in range(0, len(keys), CHUNK):
        Mention.objects.filter(**{f"{holder}__in": keys[i : i + CHUNK]}).delete()
    mentions = (
        Mention(**{f"{holder}_id": record.pk, column: key}) for record, column, key in _named(named)
    )
    Mention.objects.bulk_create(mentions, batch_size=500)


def _named(
    named: Sequence[tuple[Holder, Value]],
) -> Iterator[tuple[Holder, str, UUID]]:
    """What holds a name, the column of the thing that is named, and its key."""
    for column, of, found in _columns([value for _, value in named]):
        for record, value in named:
            keys = (found[name] for name in sorted(of(value)))
            yield from ((record, column, key) for key in keys if key != record.pk)


def _columns(values: Sequence[Value]) -> Iterator[tuple[str, Any, Mapping[Any, UUID]]]:
    def groups(value: Value) -> set[str]:
        return {group.code for group in groups_of(value)}

    def products(value: Value) -> frozenset[str]:
        return products_of_deal(value) if isinstance(value, DealValue) else products_added(value)

    def locations(value: Value) -> frozenset[str]:
        return value.locations

    for column, of, model, field in (
        ("product_group_id", groups, ProductGroup, "code"),
        ("product_id", products, Product, "sku"),
        ("location_id", locations, Location, "code"),
    ):
        yield column, of, _keys(model, field, (name for value in values for name in of(value)))
    shared = Part.objects.values_list("base", "name", "pk")
    yield "shared_id", _shared_by, {(base, name): key for base, name, key in shared}


def _shared_by(value: Value) -> set[Key]:
    """A deal names no shared part."""
    return set() if isinstance(value, DealValue) else keys_of(value)


def _keys(model: Any, field: str, names: Iterable[str]) -> dict[str, UUID]:
    return {
        name: key
        for chunk in in_chunks(names)
        for name, key in model.objects.filter(**{f"{field}__in": chunk}).values_list(field, "pk")
    }
