"""The promotion builder's three cards: action, conditions, promotion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from largesse.backoffice.building.draft import Draft, outer_match, promotion_inputs
from largesse.backoffice.building.form_fields import Shower
from largesse.backoffice.building.form_values import Field, Part, Parts, Placed
from largesse.backoffice.building.kind_forms import Widget
from largesse.backoffice.building.known import Known
from largesse.engine.actions.base import Action
from largesse.engine.conditions.base import Condition
from largesse.engine.faults import Fault

LAYOUT: Final[tuple[tuple[str, int], ...]] = (
    ("code", 2),
    ("title", 4),
    ("description", 6),
    ("starts", 2),
    ("ends", 2),
    ("target", 2),
    ("suggest", 3),
    ("stage", 3),
    ("channels", 6),
    ("locations", 6),
    ("budget", 2),
    ("max_uses_per_customer", 2),
    ("exclusion_group", 2),
    ("max_uses", 2),
    ("max_uses_per_day", 2),
    ("priority", 2),
    ("promo_code", 2),
    ("single_use_codes", 4),
    ("cumulative", 3),
    ("active", 3),
)
"""Where the promotion's fields stand, each with its columns of six; a new field comes last."""

HIDDEN: Final = ("archived",)
"""What the builder keeps as it is: a button of the page changes it."""


class Cards(NamedTuple):
    """The builder's cards, and what is wrong and belongs to none of their fields."""

    actions: Parts
    conditions: Parts
    promotion: tuple[Placed, ...]
    hidden: tuple[Field, ...]
    untold: tuple[str, ...]

    @property
    def errors(self) -> int:
        """How many entries are marked."""
        return len(self.untold) + sum(1 for _ in self._marks())

    @property
    def group_fields(self) -> Iterator[Field]:
        """The fields that choose product groups."""
        for found in (self.actions, self.conditions):
            yield from _groups_of(found)

    def _marks(self) -> Iterator[str]:
        for placed in self.promotion:
            yield from placed.field.errors
        for found in (self.actions, self.conditions):
            yield from _marks_of(found)


def cards(draft: Draft, known: Known, faults: Sequence[Fault] = ()) -> Cards:
    """The cards of a draft. Each fault stands beside the nearest field that is shown."""
    first = Shower(known)
    shown = _cards(draft, first)
    if not faults:
        return shown
    return _cards(draft, Shower(known, (nearest(fault, first.seen) for fault in faults)))


def _cards(draft: Draft, shower: Shower) -> Cards:
    outer = outer_match(draft)
    actions = shower.parts(Action, draft.get("actions", []), "actions")
    conditions = shower.parts(Condition, outer.items, outer.place, outer)
    inputs = [each for each in promotion_inputs() if each.name not in HIDDEN]
    fields = {field.asked.name: field for field in shower.fields(inputs, draft, "")}
    hidden = shower.fields([i for i in promotion_inputs() if i.name in HIDDEN], draft, "")
    known = dict(LAYOUT)
    rest = (Placed(field, field.span) for name, field in fields.items() if name not in known)
    laid = (*laid_out(fields, LAYOUT), *rest)
    return Cards(actions, conditions, laid, hidden, shower.untold)


def shared_card(
    base: str, definition: Any, known: Known, faults: Sequence[Fault] = ()
) -> tuple[Part, tuple[str, ...]]:
    """The card of one shared action or condition, whose fields stand at the place `part`."""
    kind = Action if base == "action" else Condition
    first = Shower(known)
    shown = first.part(kind, definition, "part")
    if not faults:
        return shown, ()
    placed = [_within(fault) for fault in faults]
    second = Shower(known, (nearest(fault, first.seen) for fault in placed))
    return second.part(kind, definition, "part"), second.untold


def _within(fault: Fault) -> Fault:
    place = f"part.{fault.place}" if fault.place else "part"
    return Fault(place, fault.value, fault.message)


def laid_out(fields: Mapping[str, Field], layout: Iterable[tuple[str, int]]) -> tuple[Placed, ...]:
    """Fields where a layout has them, as far as there are such fields."""
    return tuple(Placed(fields[name], span) for name, span in layout if name in fields)


def nearest(fault: Fault, shown: Iterable[str]) -> Fault:
    """The fault at its field, or at the nearest one around it that is shown."""
    places = set(shown)
    place = fault.place
    while place and place not in places:
        cut = max(place.rfind("."), place.rfind("["))
        place = place[:cut] if cut > 0 else ""
    return Fault(place, fault.value, fault.message) if place else fault


def _fields_of(part: Part) -> tuple[Field, ...]:
    shown = (*part.fields, *part.folded, *part.aside)
    return (*(placed.field for placed in shown), *([part.name] if part.name else []))


def _groups_of(parts: Parts) -> Iterator[Field]:
    for part in parts.items:
        for field in _fields_of(part):
            if field.asked.widget is Widget.GROUP:
                yield field
            if field.parts is not None:
                yield from _groups_of(field.parts)
        if part.group is not None:
            yield from _groups_of(part.group)


def _marks_of(parts: Parts) -> Iterator[str]:
    yield from parts.errors
    for part in parts.items:
        yield from _marks_of_part(part)


def _marks_of_part(part: Part) -> Iterator[str]:
    yield from part.errors
    for field in _fields_of(part):
        yield from marks_in(field)
    if part.group is not None:
        yield from _marks_of(part.group)


def marks_in(field: Field) -> Iterator[str]:
    """What is wrong with a field, or within it."""
    yield from field.errors
    for each in (*field.fields, *(f for row in field.rows for f in row.fields)):
        yield from marks_in(each)
    if field.parts is not None:
        yield from _marks_of(field.parts)
    if field.part is not None:
        yield from _marks_of_part(field.part)
