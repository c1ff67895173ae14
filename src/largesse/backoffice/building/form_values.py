"""The fields of a form with what they hold, what is wrong with them, and what may be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from largesse.backoffice.building.kind_forms import Input, Widget
from largesse.backoffice.building.known import Choice

_ASIDE: Final = "all measures at 100 %, tax computed after the discount"

COLUMNS: Final = 6


class Field(NamedTuple):
    """One field: `name` is its place in the definition."""

    asked: Input
    name: str
    text: str = ""
    chosen: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    fields: tuple[Field, ...] = ()
    rows: tuple[Row, ...] = ()
    part: Part | None = None
    parts: Parts | None = None
    errors: tuple[str, ...] = ()
    matches: str = ""
    is_set: bool = False
    """Whether the definition says it."""

    @property
    def id(self) -> str:
        return id_of(self.name)

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors) or any(f.is_wrong for f in self.fields)

    @property
    def lines(self) -> tuple[str, ...]:
        """The names of a list, and an empty one to be filled in."""
        return (*self.text.splitlines(), "")

    @property
    def is_day(self) -> bool:
        """Whether it is a day, or nothing yet: an instant within one is written as text."""
        return len(self.text) in (0, 10)

    @property
    def span(self) -> int:
        """How many of the six columns it takes."""
        wide = (Widget.STRUCT, Widget.ROWS, Widget.PART, Widget.PARTS, Widget.LONG)
        if self.asked.widget in wide:
            return 6
        half = (Widget.CHECK, Widget.SEVERAL, Widget.SEGMENT, Widget.GROUP, Widget.LINES)
        return 3 if self.asked.widget in half or _is_wordy(self.choices) else 2


class Row(NamedTuple):
    """One entry of a list of values, such as a tier."""

    place: str
    fields: tuple[Field, ...]

    @property
    def id(self) -> str:
        return id_of(self.place)


class Placed(NamedTuple):
    """A field and how many of the six columns it takes."""

    field: Field
    span: int


class Part(NamedTuple):
    """A condition or an action: a shared one by its name, or one of its own with its fields."""

    place: str
    base: str
    kind: str = ""
    label: str = ""
    meaning: str = ""
    kinds: tuple[tuple[str, str], ...] = ()
    shared: Choice | None = None
    shared_words: str = ""
    fields: tuple[Placed, ...] = ()
    folded: tuple[Placed, ...] = ()
    aside: tuple[Placed, ...] = ()
    name: Field | None = None
    group: Parts | None = None
    errors: tuple[str, ...] = ()
    number: int = 1
    of: int = 1

    @property
    def id(self) -> str:
        return id_of(self.place)

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.of

    @property
    def is_folded_open(self) -> bool:
        return any(placed.field.is_wrong for placed in self.folded)

    @property
    def is_aside_open(self) -> bool:
        return any(placed.field.is_wrong for placed in self.aside)

    @property
    def aside_words(self) -> str:
        """What the fields that are set aside come to."""
        changed = [
            each.asked.label.lower()
            for field, _ in self.aside
            for each in (field.fields or (field,))
            if each.is_set
        ]
        return f"changed: {', '.join(changed)}" if changed else _ASIDE

    @property
    def folded_words(self) -> str:
        """What the folded fields are called."""
        return ", ".join(field.asked.label.lower() for field, _ in self.folded)


class Parts(NamedTuple):
    """A list of conditions or actions: `place` is where one is added."""

    place: str
    base: str
    match: str
    items: tuple[Part, ...]
    kinds: tuple[tuple[str, str], ...]
    shared: tuple[Choice, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    """What the form must send of the group around the list."""
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return id_of(self.place)


def id_of(place: str) -> str:
    """A place as an id of HTML.

    >>> id_of("conditions[0].of[1].minimum")
    'f-conditions-0-of-1-minimum'
    """
    return "f-" + place.replace("].", "-").replace("[", "-").replace("]", "").replace(".", "-")


def _is_wordy(choices: Sequence[Choice]) -> bool:
    return any(len(choice.label) > 24 for choice in choices)


def placed(fields: Sequence[Field]) -> tuple[Placed, ...]:
    """The fields in rows of six columns; two that share a row share it in halves."""
    rows: list[list[Field]] = []
    for field in fields:
        if not rows or sum(each.span for each in rows[-1]) + field.span > COLUMNS:
            rows.append([])
        rows[-1].append(field)
    return tuple(
        Placed(field, COLUMNS // 2 if len(row) == 2 else field.span)
        for row in rows
        for field in row
    )
