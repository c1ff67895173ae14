"""What a form asks for follows from a value type: its fields' names, types, defaults and meanings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Final, Literal, NamedTuple, Union, get_args, get_origin

from msgspec import Struct

from largesse.backoffice.building.form_words import LABELS, LONG, RECORDS, WORDS
from largesse.engine.catalog import ProductGroup
from largesse.engine.formats.reader import KINDS
from largesse.engine.formats.shape import Shape, docs_of, fields_of, unit_of, without_none
from largesse.engine.window import Window


class Widget(StrEnum):
    """How a field is asked for."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    QUANTITY = "quantity"
    AMOUNT = "amount"
    PERCENT = "percent"
    CHECK = "check"
    CHOICE = "choice"
    SEGMENT = "segment"
    SEVERAL = "several"
    DAY = "day"
    TIME = "time"
    """A day, or an instant of one."""
    LINES = "lines"
    """Names, one a line."""
    PAIRS = "pairs"
    """A name and a value on each line."""
    GROUP = "group"
    """One product group."""
    STRUCT = "struct"
    ROWS = "rows"
    PART = "part"
    """One condition or action."""
    PARTS = "parts"


class Input(NamedTuple):
    """One field of a form. `empty` says what nothing typed means; `records` which records its text
    names; `of` what each entry of it is, where that is a type of its own.
    """

    name: str
    label: str
    hint: str
    empty: str
    widget: Widget
    required: bool
    nullable: bool
    default: Any
    type: Any
    choices: tuple[tuple[str, str], ...] = ()
    records: str = ""
    of: Any = None

    @property
    def is_typed(self) -> bool:
        """Whether its records are too many to be listed: one types, and is offered what matches."""
        return self.records in TYPED

    @property
    def is_set(self) -> bool:
        """Whether its entries have no order."""
        return get_origin(without_none(self.type)[0]) is frozenset

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The fields of each entry, where that is a value type."""
        return inputs_of(self.of)


TYPED: Final = ("product", "customer")

SEGMENT_MAX: Final = 36
"""The most letters of choices that stand side by side."""


@cache
def inputs_of(struct: type[Struct]) -> tuple[Input, ...]:
    """What a form asks for to make a value of a type, in the order of its fields."""
    return tuple(_inputs(struct))


def kinds_of(base: type) -> tuple[tuple[str, str], ...]:
    """The kinds of conditions or of actions, by what people call them."""
    return tuple(sorted(((k, s.label) for k, s in KINDS[base].items()), key=lambda pair: pair[1]))  # type: ignore[attr-defined]


def _inputs(struct: type[Struct]) -> Iterator[Input]:
    docs = docs_of(struct)
    for shape in fields_of(struct):
        if shape.type is Window:
            yield _edge("starts", "The first day.")
            yield _edge("ends", "The last day.")
        else:
            yield _input(shape, docs.get(shape.name, ""), getattr(struct, "kind", ""))


def _edge(name: str, hint: str) -> Input:
    return Input(name, LABELS[name], hint, "open", Widget.TIME, False, False, None, datetime)


def _input(shape: Shape, doc: str, kind: str) -> Input:
    inner, nullable = without_none(shape.type)
    widget, of = _widget(shape.name, shape.type, inner)
    choices = choices_of(of or inner) if widget in _CHOSEN else ()
    if widget is Widget.CHOICE and not nullable and not shape.required:
        beside = len(choices) <= 3 and sum(len(words) for _, words in choices) <= SEGMENT_MAX
        widget = Widget.SEGMENT if beside else widget
    hint, empty = _meaning(doc)
    return Input(
        shape.name,
        LABELS.get(f"{kind}.{shape.name}") or _label(shape.name, widget),
        hint,
        empty,
        widget,
        shape.required,
        nullable,
        shape.default,
        shape.type,
        choices,
        RECORDS.get(shape.name, "") if widget in _NAMING else "",
        of,
    )


def _label(name: str, widget: Widget) -> str:
    if name == "products" and widget is Widget.GROUP:
        return "Products in"
    return LABELS.get(name) or humanized(name)


_CHOSEN: Final = (Widget.CHOICE, Widget.SEVERAL)
_NAMING: Final = (Widget.TEXT, Widget.LINES)


def _widget(name: str, hint: Any, inner: Any) -> tuple[Widget, Any]:
    """How a type is asked for, and the type of its entries."""
    unit = unit_of(inner) or unit_of(hint)
    if unit is not None:
        return (Widget.AMOUNT if unit == "money" else Widget.PERCENT), None
    origin, arguments = get_origin(inner), get_args(inner)
    if origin in (tuple, frozenset):
        return _widget_of_many(arguments[0])
    if origin is Literal:
        return Widget.CHOICE, None
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Widget.PAIRS, arguments[1]
    if origin in (Union, UnionType) and set(arguments) == {int, Decimal}:
        return Widget.QUANTITY, None
    return _widget_of_class(name, inner)


def _widget_of_many(inner: Any) -> tuple[Widget, Any]:
    if inner in KINDS:
        return Widget.PARTS, inner
    if get_origin(inner) is Literal or _is_a(inner, StrEnum):
        return Widget.SEVERAL, inner
    if _is_a(inner, Struct) and inner is not ProductGroup:
        return Widget.ROWS, inner
    return Widget.LINES, inner


def _widget_of_class(name: str, inner: type) -> tuple[Widget, Any]:
    if inner is ProductGroup:
        return Widget.GROUP, None
    if inner in KINDS:
        return Widget.PART, inner
    if issubclass(inner, StrEnum):
        return Widget.CHOICE, None
    if issubclass(inner, Struct):
        return Widget.STRUCT, inner
    if inner is str and name in LONG:
        return Widget.LONG, None
    return _SIMPLE[inner], None


_SIMPLE: Final[Mapping[type, Widget]] = {
    str: Widget.TEXT, int: Widget.WHOLE, bool: Widget.CHECK, date: Widget.DAY,
    datetime: Widget.TIME,
}  # fmt: skip


def _is_a(value: Any, base: type) -> bool:
    return isinstance(value, type) and issubclass(value, base)


# --- words -----------------------------------------------------------------------------------------


def choices_of(hint: Any) -> tuple[tuple[str, str], ...]:
    """The values that are allowed, each with what people call it."""
    if get_origin(hint) is Literal:
        return tuple((str(value), words_of(value)) for value in get_args(hint))
    return tuple((member.value, words_of(member)) for member in hint)


def words_of(value: Any) -> str:
    """What people call one of the values that are allowed.

    >>> words_of("calendar_year")
    'Calendar year'
    """
    owner = type(value).__name__ if isinstance(value, StrEnum) else ""
    return WORDS.get((owner, str(value))) or WORDS.get(("", str(value))) or humanized(str(value))


def humanized(name: str) -> str:
    """A name in code as people write it.

    >>> humanized("max_uses_per_day")
    'Max uses per day'
    """
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def without_marks(text: str) -> str:
    """A docstring's sentence without the specification's ids, its fields by their labels.

    >>> without_marks("Up to `quantity` units (AC-1).")
    'Up to quantity units.'
    """
    text = re.sub(r"\s*\([A-Z]{2}-\d+(, [A-Z]{2}-\d+)*\)", "", text)
    return re.sub(r"`(\w+)`", lambda found: humanized(found[1]).lower(), text)


_EMPTY: Final = re.compile(r"[;.,]?\s*[Ee]mpty is ([^.;]+)\.?")


def _meaning(doc: str) -> tuple[str, str]:
    """A field's meaning without the specification's ids, and what leaving it empty means.

    >>> _meaning("The most units; empty is no limit (PR-5).")
    ('The most units.', 'No limit')
    """
    text = without_marks(" ".join(doc.split()))
    found = _EMPTY.search(text)
    if found is None:
        return text, ""
    rest = f"{text[: found.start()]}. {text[found.end() :]}".strip()
    return re.sub(r"\.\s*\.", ".", rest).lstrip(". "), humanized(found.group(1))
