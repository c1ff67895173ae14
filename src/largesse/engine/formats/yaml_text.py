"""YAML as people mean it: decimal numbers are numbers, true and false are flags, the rest is text.

PyYAML reads YAML 1.1, where 0123 is 83, 1:30 is 90 and 2026-02-30 ends in a traceback; so only its
parser is used here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import yaml

from largesse.engine.faults import shown
from largesse.engine.formats.text import ALIASES_MAX, FieldTwice

_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"


class _Loader(yaml.SafeLoader):
    """PyYAML's parser; which plain words are no text is said below."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF",
     list("yYnNtTfFoO")),
    ("int", r"0|-?[1-9][0-9]{0,18}", list("-0123456789")),
    ("float", r"[-+]?[0-9]+\.[0-9]*([eE][-+]?[0-9]+)?", list("-+0123456789")),
    ("merge", r"<<", ["<"]),
):  # fmt: skip
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"(?:{_pattern})$"), _first)

_SCALARS: dict[str, Callable[[str], Any]] = {
    f"{_TAG}str": str,
    f"{_TAG}null": lambda text: None,
    f"{_TAG}bool": lambda text: text.lower() in ("yes", "true", "on"),
    f"{_TAG}int": int,
    f"{_TAG}float": Decimal,
    _MERGE: str,
}


def parse_yaml(text: str) -> Any:
    """Plain data of a YAML text. ValueError says what is wrong, and in which line; RecursionError
    where it nests too deep for the parser.
    """
    try:
        root = _root(text)
    except yaml.reader.ReaderError as wrong:
        row = text.count("\n", 0, wrong.position) + 1
        raise ValueError(f"line {row}: {chr(wrong.character)!r} is no character of YAML") from None
    except yaml.MarkedYAMLError as wrong:
        where = f"{_where(wrong.problem_mark)}: " if wrong.problem_mark else ""
        raise ValueError(f"{where}{wrong.problem}") from None
    return None if root is None else _Values().of(root)


class _Values:
    """Values of nodes; an alias gives the value that it stands for, not a copy of it."""

    def __init__(self) -> None:
        self.made: dict[int, Any] = {}
        self.begun: set[int] = set()
        self.copied = 0

    def of(self, node: yaml.Node) -> Any:
        key = id(node)
        if key in self.made:
            return self.made[key]
        if key in self.begun:
            raise _refused(node, "an alias stands for something that it is a part of")
        self.begun.add(key)
        self.made[key] = value = self._made(node)
        return value

    def _made(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self._fields(node)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return [self.of(item) for item in node.value]
        if not isinstance(node, yaml.ScalarNode) or node.tag not in _SCALARS:
            raise _refused(node, f"{shown(node.tag)} is no tag of a document")
        try:
            return _SCALARS[node.tag](node.value)
        except (ValueError, ArithmeticError):
            raise _refused(node, f"{shown(node.value)} is no {node.tag[len(_TAG) :]}") from None

    def _fields(self, node: yaml.MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for name, item in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise _refused(name, "the name of a field is text")
            if name.tag == _MERGE:
                merged = self._merged(item) | merged
                continue
            if name.value in found:
                raise FieldTwice(name.value, f"{_where(name.start_mark)}: ")
            found[name.value] = self.of(item)
        return merged | found

    def _merged(self, node: yaml.Node) -> dict[str, Any]:
        """The fields of one object, or of several of which the first counts: `<<: *base`."""
        value = self.of(node)
        fields: dict[str, Any] = {}
        for part in reversed(value) if isinstance(value, list) else (value,):
            if not isinstance(part, dict):
                raise _refused(node, "<< names objects")
            self.copied += len(part)
            if self.copied > ALIASES_MAX:
                raise _refused(node, f"<< copies more than {ALIASES_MAX:,} fields")
            fields |= part
        return fields


def rows_of_yaml(text: str, places: Iterable[str]) -> dict[str, int]:
    """The line, counted from 1, at which each place stands, or the nearest that is there."""
    try:
        root = _root(text)
    except (yaml.YAMLError, RecursionError):
        return {}
    return {} if root is None else {place: _row(root, place) for place in places}


def _root(text: str) -> yaml.Node | None:
    return yaml.compose(text, _Loader)


def _row(node: yaml.Node, place: str) -> int:
    inner: tuple[yaml.Node, str] | None = (node, place)
    while inner is not None:
        node, place = inner
        inner = _inner(node, place)
    return node.start_mark.line + 1


def _inner(node: yaml.Node, place: str) -> tuple[yaml.Node, str] | None:
    """The node that a place leads to from here, and what is left of the place."""
    if isinstance(node, yaml.MappingNode):
        # A name may have points and brackets in it; the longest that fits is meant.
        named = {str(name.value): item for name, item in node.value if _leads(place, name.value)}
        name = max(named, key=len, default=None)
        return None if name is None else (named[name], place[len(name) :].removeprefix("."))
    number = re.match(r"\[(\d+)\]\.?", place)
    if isinstance(node, yaml.SequenceNode) and number and int(number[1]) < len(node.value):
        return node.value[int(number[1])], place[number.end() :]
    return None


def _leads(place: str, name: object) -> bool:
    return (
        isinstance(name, str)
        and place.startswith(name)
        and place[len(name) :][:1] in ("", ".", "[")
    )


def _refused(node: yaml.Node, message: str) -> ValueError:
    return ValueError(f"{_where(node.start_mark)}: {message}")


def _where(mark: yaml.Mark) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"
