"""What two revisions say differently, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from largesse.engine.formats.wording import path_of
from largesse.offers.models import Revision


class Difference(NamedTuple):
    """A field that two revisions say differently; None where one doesn't say it."""

    field: str
    before: Any
    after: Any


def difference(before: Revision, after: Revision) -> tuple[Difference, ...]:
    """The fields that changed, such as `actions[0].percent`, in the order of their names."""
    return tuple(_differences((), before.definition, after.definition))


def _differences(place: tuple[Any, ...], before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted({*before, *after}):
            yield from _differences((*place, name), before.get(name), after.get(name))
    elif _are_objects(before) and _are_objects(after):
        for i in range(max(len(before), len(after))):
            pair = (each[i] if i < len(each) else None for each in (before, after))
            yield from _differences((*place, i), *pair)
    elif before != after:
        yield Difference(path_of(place), before, after)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, Mapping) for each in value)
