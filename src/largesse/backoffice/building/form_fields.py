"""Makes the fields of a form from a definition, with each fault at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import NODEFAULT

from largesse.backoffice.building.draft import Match, match_of
from largesse.backoffice.building.fault_words import sentence, told_on_top
from largesse.backoffice.building.form_values import Field, Part, Parts, Row, placed
from largesse.backoffice.building.kind_forms import (
    Input,
    Widget,
    humanized,
    inputs_of,
    kinds_of,
    without_marks,
)
from largesse.backoffice.building.known import Choice, Known
from largesse.engine.faults import Fault
from largesse.engine.formats.reader import KINDS
from largesse.engine.formats.shape import summary
from largesse.engine.formats.writer import plain

MEASURES: Final = ("multipliers", "recompute_tax", "below_floor")
"""What an action scales apart from the price, folded away."""


SHOWN_FIRST: Final = 4
"""So many fields of a kind are seen at once; of the others those that say something."""


class Shower:
    """Makes the fields of a form. Faults that belong to a field are told there once; the others stay
    in `untold`.
    """

    def __init__(self, known: Known, faults: Iterable[Fault] = ()):
        self.known = known
        self.seen: set[str] = set()
        self.faults: dict[str, list[Fault]] = {}
        for fault in faults:
            self.faults.setdefault(fault.place, []).append(fault)

    @property
    def untold(self) -> tuple[str, ...]:
        """What is wrong and belongs to no field that is shown."""
        return tuple(told_on_top(f) for found in self.faults.values() for f in found)

    def fields(
        self, inputs: Sequence[Input], value: Mapping[str, Any], place: str
    ) -> tuple[Field, ...]:
        return tuple(
            self._field(i, value, f"{place}.{i.name}" if place else i.name) for i in inputs
        )

    def _field(self, asked: Input, value: Mapping[str, Any], name: str) -> Field:
        is_set = asked.name in value
        given = value[asked.name] if is_set else self._default(asked)
        base = Field(asked, name, is_set=is_set)
        match asked.widget:
            case Widget.STRUCT:
                within = given if isinstance(given, Mapping) else {}
                base = base._replace(fields=self.fields(asked.inputs, within, name))
            case Widget.ROWS:
                rows = given if isinstance(given, list) else []
                base = base._replace(rows=tuple(self._rows(asked, rows, name)))
            case Widget.PART:
                base = base._replace(part=self.part(asked.of, given, name))
            case Widget.PARTS:
                items = given if isinstance(given, list) else []
                base = base._replace(parts=self.parts(asked.of, items, name))
            case Widget.CHOICE | Widget.SEGMENT | Widget.SEVERAL | Widget.GROUP:
                base = self._with_choices(base, given)
            case _:
                base = self._with_text(base, given)
        return base._replace(errors=(*base.errors, *self._take(name, asked.label)))

    def _default(self, asked: Input) -> Any:
        if asked.default in (NODEFAULT, None):
            return None
        return plain(asked.default, self.known.currency, asked.type)

    def _with_choices(self, field: Field, given: Any) -> Field:
        asked = field.asked
        many = given if isinstance(given, list) else [given]
        chosen = tuple(str(each) for each in many if each is not None)
        choices = (
            self.known.groups
            if asked.widget is Widget.GROUP
            else tuple(Choice(*pair) for pair in asked.choices)
        )
        return field._replace(chosen=chosen, choices=_with_all(choices, chosen))

    def _with_text(self, field: Field, given: Any) -> Field:
        asked = field.asked
        if asked.records and not asked.is_typed:
            many = given if isinstance(given, list) else [given]
            chosen = tuple(str(each) for each in many if each is not None)
            choices = _with_all(self.known.records(asked.records), chosen)
            return field._replace(chosen=chosen, choices=choices)
        if isinstance(given, Mapping):
            text = "\n".join(f"{key}: {each}" for key, each in given.items())
        elif isinstance(given, list):
            text = "\n".join(str(each) for each in given)
        elif isinstance(given, bool):
            return field._replace(chosen=("on",) if given else ())
        else:
            text = "" if given is None else str(given)
        return field._replace(text=text)

    def _rows(self, asked: Input, rows: Sequence[Any], name: str) -> Iterable[Row]:
        for i, row in enumerate(rows):
            within = row if isinstance(row, Mapping) else {}
            place = f"{name}[{i}]"
            yield Row(place, self.with_matches(self.fields(asked.inputs, within, place)))

    # --- conditions and actions --------------------------------------------------------------------

    def parts(
        self, base: type, items: Sequence[Any], place: str, outer: Match | None = None
    ) -> Parts:
        """A list of them; `outer` is the group that the list is of, if it is of one."""
        shown = [self.part(base, item, f"{place}[{i}]") for i, item in enumerate(items)]
        found = tuple(p._replace(number=i, of=len(shown)) for i, p in enumerate(shown, 1))
        return Parts(
            place,
            _word(base),
            outer.match if outer else "",
            found,
            kinds_of(base),
            self.known.shared(_word(base)),
            tuple(_hidden(outer)) if outer else (),
            self._take(place, "It"),
        )

    def part(self, base: type, item: Any, place: str) -> Part:
        word = _word(base)
        kinds = kinds_of(base)
        name = item if isinstance(item, str) else (item or {}).get("name", "")
        errors = (*self._take(place, word.capitalize()), *self._take(f"{place}.kind", "Kind"))
        shared = self.known.shared_named(word, name) if name else None
        if shared is not None or isinstance(item, str):
            choice = shared or Choice(name, name)
            return Part(
                place, word, shared=choice, shared_words=self.known.said(word, name), errors=errors
            )
        item = item or {}
        group = match_of(item, place) if word == "condition" else None
        kind = str(item.get("kind", ""))
        struct = KINDS[base].get(kind)
        part = Part(place, word, kind, kinds=kinds, errors=errors)
        if struct is None:
            return part
        label = getattr(struct, "label", humanized(kind))
        meaning = without_marks(" ".join(summary(struct).split("\n\n")[0].split()))
        part = part._replace(label=label, meaning=meaning)
        if group is not None:
            return part._replace(
                label=_GROUPS[group.match],
                group=self.parts(base, group.items, group.place, group),
            )
        return self._with_fields(part, struct, item)

    def _with_fields(self, part: Part, struct: type, item: Mapping[str, Any]) -> Part:
        fields = self.fields(inputs_of(struct), item, part.place)
        name = next((f for f in fields if f.asked.name == "name"), None)
        rest = [f for f in fields if f is not name]
        aside = [f for f in rest if part.base == "action" and f.asked.name in MEASURES]
        late = ("stacking", "display") if part.base == "action" else ()
        own = [f for f in rest if f not in aside and f.asked.name not in late]
        own += [f for f in rest if f.asked.name in late]
        folded = _folded(own) if part.base == "condition" else []
        seen = self.with_matches([f for f in own if f not in folded])
        return part._replace(
            fields=placed(seen), folded=placed(folded), aside=placed(aside), name=name
        )

    def with_matches(self, fields: Sequence[Field]) -> tuple[Field, ...]:
        """Each choice of products with how many they are."""
        chosen = {
            f.asked.name: f.chosen[0] if f.chosen else None
            for f in fields
            if f.asked.widget is Widget.GROUP
        }
        return tuple(
            f._replace(matches=self.known.matching(f.asked.name, chosen))
            if f.asked.name in chosen and (f.chosen or not f.asked.required)
            else f
            for f in fields
        )

    def _take(self, place: str, label: str) -> tuple[str, ...]:
        self.seen.add(place)
        return tuple(sentence(label, fault) for fault in self.faults.pop(place, ()))


_GROUPS: Final = {"all": "All of these", "any": "Any of these", "none": "None of these"}


def _folded(fields: Sequence[Field]) -> list[Field]:
    later = [f for f in fields[SHOWN_FIRST:] if not (f.asked.required or f.is_set)]
    found = [f for f in later if f.asked.widget is not Widget.GROUP]
    return found if len(found) > 1 else []


def _hidden(group: Match) -> Iterable[tuple[str, str]]:
    """The kinds of the group around a list of conditions, as the form sends them."""
    owner = group.place.removesuffix(".of")
    levels = [(owner, "any" if group.match == "none" else group.match)]
    if group.match == "none":
        levels.append((owner.removesuffix(".condition"), "not"))
    if group.place == "conditions":
        return
    for place, kind in levels:
        yield f"{place}.was", kind
        yield f"{place}.kind", kind


def _word(base: type) -> str:
    return base.__name__.lower()


def _with_all(choices: Sequence[Choice], chosen: Sequence[str]) -> tuple[Choice, ...]:
    """The choices, and what was chosen and is none of them, so that it can be seen."""
    known = {choice.value for choice in choices}
    return (*choices, *(Choice(each, each) for each in chosen if each not in known))
