"""Revisions as merchandisers read them: fields by their labels, what they said before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from msgspec import Struct

from largesse.backoffice.building.draft import keys_of
from largesse.backoffice.building.form_words import LABELS
from largesse.backoffice.building.kind_forms import Input, Widget, humanized, inputs_of
from largesse.backoffice.building.known import Known
from largesse.engine.actions.base import Action
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.reader import KINDS
from largesse.engine.offers.deal import Deal
from largesse.engine.offers.promotion import Promotion
from largesse.offers.differences import difference
from largesse.offers.models import Revision
from largesse.pages.figures import NOTHING, day_text

SHOWN: Final = 20
"""The latest revisions that a page lists."""


class Told(NamedTuple):
    """A field that changed, in words."""

    field: str
    before: str
    after: str


class Listed(NamedTuple):
    """A revision in a list, and how many fields it changed."""

    revision: Revision
    changes: int
    url: str


def listed(kept: Sequence[Any], address: Any) -> list[Listed]:
    """The latest revisions, the newest first; `address` gives the page of a number."""
    pairs = zip(kept[:SHOWN], [*kept[1:], None][:SHOWN], strict=False)
    return [
        Listed(after, len(difference(before, after)) if before else 0, address(after.number))
        for after, before in pairs
    ]


def told(before: Revision | None, after: Revision, known: Known, base: str = "") -> list[Told]:
    """What one revision changed; `base` is "deal", or the base of a shared part, or nothing for a
    promotion.
    """
    if before is None:
        return []
    found = difference(before, after)
    return [
        Told(
            _label(each.field, before.definition, after.definition, base),
            _words(
                each.before, _input(each.field, before.definition, base), known, each.field, base
            ),
            _words(each.after, _input(each.field, after.definition, base), known, each.field, base),
        )
        for each in found
    ]


# --- where -----------------------------------------------------------------------------------------


def _way(place: str, definition: Any, base: str) -> Iterator[tuple[Any, Input | None, Any]]:
    """Each key on the way to a place, with the field that it is and what stands there."""
    inputs = _inputs_of(definition, base)
    asked: Input | None = None
    for key in keys_of(place):
        definition = _next(definition, key)
        if isinstance(key, int):
            inputs = _entry_inputs(asked, definition)
        else:
            asked = inputs.get(key)
            if asked is not None and not isinstance(definition, list):
                inputs = _entry_inputs(asked, definition)
        yield key, asked, definition


def _next(value: Any, key: Any) -> Any:
    try:
        return value[key]
    except (KeyError, IndexError, TypeError):
        return None


def _inputs_of(definition: Any, base: str) -> Mapping[str, Input]:
    match base:
        case "action" | "condition":
            return _kind_inputs(Action if base == "action" else Condition, definition)
        case "deal":
            return _named(Deal)
        case _:
            return _named(Promotion)


def _entry_inputs(asked: Input | None, value: Any) -> Mapping[str, Input]:
    if asked is None or asked.of is None:
        return {}
    if asked.of in KINDS:
        return _kind_inputs(asked.of, value)
    return _named(asked.of) if isinstance(asked.of, type) and issubclass(asked.of, Struct) else {}


def _kind_inputs(base: type, value: Any) -> Mapping[str, Input]:
    struct = KINDS[base].get(value.get("kind", "")) if isinstance(value, Mapping) else None
    return _named(struct) if struct is not None else {}


def _named(struct: type[Struct]) -> Mapping[str, Input]:
    return {each.name: each for each in inputs_of(struct)}


def _input(place: str, definition: Any, base: str) -> Input | None:
    *_, (_, asked, _) = _way(place, definition, base)
    return asked


def _label(place: str, before: Any, after: Any, base: str) -> str:
    """`conditions[0].minimum` as people say it: "Condition 1, Product count: at least"."""
    words: list[str] = []
    for (key, asked, old), (_, _, new) in zip(
        _way(place, before, base), _way(place, after, base), strict=True
    ):
        if isinstance(key, int):
            words[-1] = f"{words[-1].removesuffix('s')} {key + 1}{_kind_label(new or old)}"
        else:
            words.append(asked.label if asked is not None else LABELS.get(key) or humanized(key))
    first, *rest = words
    return ", ".join((first, *(word[:1].lower() + word[1:] for word in rest)))


def _kind_label(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, Mapping) else None
    if kind is None:
        return ""
    structs = [found[kind] for found in KINDS.values() if kind in found]
    return f" ({structs[0].label})" if structs else ""  # type: ignore[attr-defined]


# --- what ------------------------------------------------------------------------------------------


def _words(value: Any, asked: Input | None, known: Known, place: str, base: str) -> str:
    if value is None:
        return _absent(asked)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _mapping_words(value, asked, known, place, base)
    if isinstance(value, list):
        return ", ".join(_words(each, asked, known, place, base) for each in value) or NOTHING
    if place.endswith("kind"):
        return _kind_label({"kind": value}).strip(" ()") or str(value)
    return _plain_words(value, asked, known)


def _absent(asked: Input | None) -> str:
    if asked is None or not asked.empty:
        return NOTHING
    return asked.empty.lower()


def _mapping_words(
    value: Mapping[str, Any], asked: Input | None, known: Known, place: str, base: str
) -> str:
    """A condition, an action or a benefit as it is said; other values field by field."""
    if "kind" in value:
        said = known.words_of(_sort_of(place, base), value)
        if said:
            return f"{said[:1].upper()}{said[1:]}"
        return _kind_label(value).strip(" ()") or str(value["kind"])
    names = _entry_inputs(asked, value)
    return ", ".join(
        f"{(names[name].label if name in names else humanized(name)).lower()} "
        f"{_words(each, names.get(name), known, f'{place}.{name}', base)}"
        for name, each in value.items()
    )


def _sort_of(place: str, base: str) -> str:
    """What sort of kind stands at a place."""
    if base == "deal":
        return "benefit"
    return "action" if place.startswith("action") else "condition"


def _plain_words(value: Any, asked: Input | None, known: Known) -> str:
    if asked is None:
        return str(value)
    match asked.widget:
        case Widget.CHOICE | Widget.SEGMENT | Widget.SEVERAL:
            return dict(asked.choices).get(str(value), str(value))
        case Widget.PERCENT:
            return f"{value} %"
        case Widget.AMOUNT:
            return f"{value} {known.currency.code}"
        case Widget.GROUP:
            return {choice.value: choice.label for choice in known.groups}.get(value, str(value))
        case Widget.TIME | Widget.DAY if len(str(value)) == 10:
            return day_text(date.fromisoformat(str(value)))
    if asked.records and not asked.is_typed:
        names = {choice.value: choice.label for choice in known.records(asked.records)}
        return names.get(str(value), str(value))
    return str(value)
