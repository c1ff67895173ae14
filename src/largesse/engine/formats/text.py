"""A JSON or YAML text is plain data: numbers exact, each field once, of bounded depth and size
(BI-1).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from largesse.engine.faults import shown

LEVELS_MAX: Final = 100
"""How deep a text may nest; conditions of conditions of a real offer are ten levels deep."""

ALIASES_MAX: Final = 1_000_000
"""The values that a short text may stand for when its aliases are followed. A longer text may stand
for one a character, which is more than it can hold without aliases.
"""

SEARCHED_MAX: Final = 5_000_000
"""In a longer text, in characters, faults are told without the line that they stand in."""


class FieldTwice(ValueError):
    """An object has a field twice, so that one of them would not count."""

    def __init__(self, name: str, where: str = ""):
        super().__init__(f"{where}the field {shown(name)} stands twice in one object")


def parse_text(text: str) -> Any:
    """Plain data of a JSON or YAML text. ValueError says what is wrong, and in which line."""
    try:
        data = parse_json(text) if text.lstrip()[:1] in ("{", "[") else _parse_yaml(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check_extent(data, max(ALIASES_MAX, len(text)))
    return data


def parse_json(text: str) -> Any:
    """Plain data of a JSON text; RecursionError where it nests too deep for the parser."""
    doubles: list[str] = []

    def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            doubles.extend(_doubles(name for name, _ in pairs))
        return found

    try:
        data = json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=Decimal,
            object_pairs_hook=fields,
        )
    except json.JSONDecodeError as wrong:
        raise ValueError(f"line {wrong.lineno}, column {wrong.colno}: {wrong.msg}") from None
    if doubles:
        raise _with_line(FieldTwice(doubles[0]), text)
    return data


def _with_line(twice: FieldTwice, text: str) -> FieldTwice:
    """The fault as the YAML reader tells it, which knows the line; most JSON is YAML too."""
    try:
        if len(text) <= SEARCHED_MAX:
            _parse_yaml(text)
    except FieldTwice as placed:
        return placed
    except ValueError:
        pass
    return twice


def rows_of(text: str, places: Iterable[str]) -> dict[str, int]:
    """The line of a text, counted from 1, at which each place stands, or the nearest that is there."""
    if len(text) > SEARCHED_MAX:
        return {}
    from largesse.engine.formats.yaml_text import rows_of_yaml

    return rows_of_yaml(text, places)


def _parse_yaml(text: str) -> Any:
    # PyYAML is loaded where it is needed: a library that prices needs no files.
    from largesse.engine.formats.yaml_text import parse_yaml

    return parse_yaml(text)


def _number(text: str) -> int | Decimal:
    return int(text) if len(text) < 20 and text.lstrip("-").isdecimal() else Decimal(text)


def _doubles(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)


_TOO_DEEP = f"is nested more than {LEVELS_MAX} levels deep"


def _check_extent(data: Any, values_max: int) -> None:
    """Refuse what nests too deep, and what its aliases would blow up."""
    values, level = 0, [data]
    for _ in range(LEVELS_MAX + 1):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            values += 1
            if values + len(inner) > values_max:
                raise ValueError(f"has aliases that stand for more than {values_max:,} values")
        if not inner:
            return
        level = inner
    raise ValueError(_TOO_DEEP)
