"""A promotion as it is being built: a definition that may still be wrong, and what the builder's
buttons do to it.

Each deed is written as its name, the place that it is done to, and a word: `add conditions subtotal`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.http import QueryDict

from largesse.backoffice.building.form_reading import FormReader
from largesse.backoffice.building.kind_forms import Input, inputs_of
from largesse.engine.actions.base import Action
from largesse.engine.conditions.base import Condition
from largesse.engine.money import Currency
from largesse.engine.offers.promotion import Promotion

Draft = dict[str, Any]

APART: Final = ("actions", "conditions", "revision")
"""What a promotion has that its third card doesn't ask for."""


def promotion_inputs() -> tuple[Input, ...]:
    """What the third card asks for, in the order of the promotion's fields."""
    return tuple(each for each in inputs_of(Promotion) if each.name not in APART)


def read_draft(sent: QueryDict, currency: Currency) -> Draft:
    """The draft that a form was sent with."""
    reader = FormReader(sent, currency)
    return {
        **reader.fields(promotion_inputs(), ""),
        "conditions": reader.parts(Condition, "conditions"),
        "actions": reader.parts(Action, "actions"),
    }


def finished(draft: Draft) -> Draft:
    """The draft as it is saved: an empty choice between conditions is no condition."""
    found = {name: value for name, value in draft.items() if value != []}
    outer = outer_match(draft)
    if outer.match != "all" and not outer.items:
        found.pop("conditions", None)
    return found


# --- groups of conditions --------------------------------------------------------------------------


class Match(NamedTuple):
    """How many conditions of a list are needed, where the list is, and the conditions."""

    match: str
    place: str
    items: list[Any]


def match_of(condition: Any, place: str) -> Match | None:
    """The group that a condition is; None if it is of another kind, or shared."""
    if not isinstance(condition, Mapping) or condition.get("name"):
        return None
    kind = condition.get("kind")
    if kind in ("all", "any"):
        return Match(str(kind), f"{place}.of", condition.get("of", []))
    inner = condition.get("condition")
    if kind != "not" or not isinstance(inner, Mapping):
        return None
    if inner.get("kind") == "any" and not inner.get("name"):
        return Match("none", f"{place}.condition.of", inner.get("of", []))
    return None


def outer_match(draft: Draft) -> Match:
    """The outermost list of conditions: a promotion's own, or that of its only group."""
    conditions = draft.get("conditions", [])
    if len(conditions) == 1:
        found = match_of(conditions[0], "conditions[0]")
        if found is not None and found.match != "all":
            return found
    return Match("all", "conditions", conditions)


def _group(match: str, items: list[Any]) -> Draft:
    if match == "none":
        return {"kind": "not", "condition": {"kind": "any", "of": items}}
    return {"kind": match, "of": items}


# --- places ----------------------------------------------------------------------------------------


def keys_of(place: str) -> list[str | int]:
    """The names and numbers that lead to a place.

    >>> keys_of("conditions[0].of[1].minimum")
    ['conditions', 0, 'of', 1, 'minimum']
    """
    return [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", place)]


def at(draft: Any, place: str) -> Any:
    """What stands at a place. LookupError where there is none."""
    for key in keys_of(place):
        draft = draft[key]
    return draft


def _parent(draft: Any, place: str) -> tuple[Any, Any]:
    *way, last = keys_of(place)
    for key in way:
        draft = draft[key]
    return draft, last


def put(draft: Any, place: str, value: Any) -> None:
    """Put something in the place of what stands there."""
    parent, last = _parent(draft, place)
    parent[last] = value


def _list_at(draft: Any, place: str) -> list[Any]:
    parent, last = _parent(draft, place)
    found = parent.setdefault(last, []) if isinstance(parent, dict) else parent[last]
    if not isinstance(found, list):
        raise LookupError(place)
    return found


# --- deeds -----------------------------------------------------------------------------------------


def _add(draft: Draft, place: str, kind: str) -> str:
    items = _list_at(draft, place)
    items.append({"kind": kind})
    return f"{place}[{len(items) - 1}]"


def _group_of(draft: Draft, place: str, match: str) -> str:
    items = _list_at(draft, place)
    items.append(_group(match or "any", []))
    return f"{place}[{len(items) - 1}]"


def _row(draft: Draft, place: str, _: str) -> str:
    items = _list_at(draft, place)
    items.append({})
    return f"{place}[{len(items) - 1}]"


def _remove(draft: Draft, place: str, _: str) -> str:
    parent, last = _parent(draft, place)
    del parent[last]
    return place.rpartition("[")[0]


def _up(draft: Draft, place: str, _: str) -> str:
    return _moved(draft, place, -1)


def _down(draft: Draft, place: str, _: str) -> str:
    return _moved(draft, place, 1)


def _moved(draft: Draft, place: str, by: int) -> str:
    items, i = _parent(draft, place)
    to = i + by
    if 0 <= to < len(items):
        items[i], items[to] = items[to], items[i]
        return f"{place.rpartition('[')[0]}[{to}]"
    return place


def _match(draft: Draft, place: str, match: str) -> str:
    items = list(_list_at(draft, place))
    if place == outer_match(draft).place:
        draft["conditions"] = items if match == "all" else [_group(match, items)]
        return outer_match(draft).place
    owner = place.removesuffix(".of").removesuffix(".condition")
    parent, last = _parent(draft, owner)
    parent[last] = _group(match, items)
    group = match_of(parent[last], owner)
    assert group is not None
    return group.place


def _reuse(draft: Draft, place: str, name: str) -> str:
    items = _list_at(draft, place)
    items.append(name)
    return f"{place}[{len(items) - 1}]"


def _kind(draft: Draft, place: str, _: str) -> str:
    """The form has read the kind that was chosen; it only needs to be shown."""
    return place


DEEDS: Final[Mapping[str, Callable[[Draft, str, str], str]]] = {
    "add": _add,
    "group": _group_of,
    "row": _row,
    "remove": _remove,
    "up": _up,
    "down": _down,
    "match": _match,
    "reuse": _reuse,
    "kind": _kind,
}


def do(draft: Draft, deed: str) -> str:
    """Do what a button says to the draft. The place that was changed, or LookupError for a deed that
    can't be done.
    """
    name, _, rest = deed.partition(" ")
    place, _, word = rest.partition(" ")
    try:
        return DEEDS[name](draft, place, word)
    except (TypeError, ValueError, AssertionError) as wrong:
        raise LookupError(deed) from wrong
