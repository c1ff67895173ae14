"""A request's body becomes a value; every field that is wrong is told at once (BI-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from threading import Lock
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Struct, UnsetType

from largesse.api.problems import Trouble, invalid
from largesse.engine.faults import Fault
from largesse.engine.formats.shape import fields_of, without_none
from largesse.engine.formats.wording import Place, article, did_you_mean, path_of

Body = TypeVar("Body", bound=Struct)

BODY_MAX: Final = 1 << 20
"""The largest body, in bytes."""


def read(struct: type[Body], body: bytes) -> Body:
    """The value that a body describes. Raises `Trouble` with all that is wrong in it."""
    if len(body) > BODY_MAX:
        raise Trouble("body_too_large")
    try:
        value: Body = _decoder(struct).decode(body)
    except msgspec.ValidationError:
        raise invalid(_faults(struct, _plain(body), ())) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise _malformed(wrong) from None
    if b"\\u0000" in body and (found := tuple(_null_characters(_plain(body), ()))):
        raise invalid(found)
    return value


# msgspec keeps what it learns of a type in the type, while it still learns it: a second thread that
# comes to the same type meanwhile crashes the process. So one learns at a time.
_learning: Final = Lock()


@cache
def _decoder(struct: type[Body]) -> msgspec.json.Decoder[Body]:
    with _learning:
        return msgspec.json.Decoder(struct)


def _plain(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise _malformed(wrong) from None


def _malformed(wrong: Exception) -> Trouble:
    return Trouble("malformed_request", f"The body is not JSON: {wrong}.")


def _faults(hint: Any, value: Any, place: Place) -> Iterator[Fault]:
    """What is wrong with a value, field by field."""
    inner = _inner(hint)
    if isinstance(inner, type) and issubclass(inner, Struct) and isinstance(value, Mapping):
        yield from _struct_faults(inner, value, place)
        return
    told = False
    item = _item_of(inner)
    if item is not None and isinstance(value, list):
        for i, each in enumerate(value):
            for fault in _faults(item, each, (*place, i)):
                told = True
                yield fault
    if get_origin(inner) is dict and isinstance(value, Mapping):
        for name, each in value.items():
            for fault in _faults(get_args(inner)[1], each, (*place, name)):
                told = True
                yield fault
    if not told:
        try:
            msgspec.convert(value, _set(hint))
        except msgspec.ValidationError as wrong:
            yield Fault(path_of(place), value, _words(str(wrong), value))


def _struct_faults(struct: type[Struct], value: Mapping[str, Any], place: Place) -> Iterator[Fault]:
    shapes = fields_of(struct)
    names = [shape.name for shape in shapes]
    for shape in shapes:
        if shape.name in value:
            yield from _faults(shape.type, value[shape.name], (*place, shape.name))
        elif shape.required:
            yield Fault(path_of((*place, shape.name)), None, "is missing")
    for name in value:
        if name not in names:
            meant = did_you_mean(name, names)
            yield Fault(path_of((*place, name)), value[name], f"is not a field here{meant}")


def _set(hint: Any) -> Any:
    """A type without the mark of a field that may be left out."""
    if get_origin(hint) in (Union, UnionType) and UnsetType in get_args(hint):
        return Union[tuple(a for a in get_args(hint) if a is not UnsetType)]  # noqa: UP007
    return hint


def _inner(hint: Any) -> Any:
    """A type without what may stand in its place, and without its bounds."""
    while True:
        bare, _ = without_none(_set(hint))
        if get_origin(bare) is Annotated:
            bare = get_args(bare)[0]
        if bare is hint:
            return hint
        hint = bare


def _item_of(hint: Any) -> Any:
    """What a list is of, or None for a type that is no list."""
    return get_args(hint)[0] if get_origin(hint) in (list, tuple, frozenset) else None


_NAMES: Final = {
    "str": "text", "int": "a whole number", "bool": "true or false", "object": "an object",
    "array": "a list", "null": "nothing", "float": "a number with decimals",
    "date": "a day such as 2026-11-21", "datetime": "an instant such as 2026-11-21T10:30:00Z",
}  # fmt: skip
_EXPECTED = re.compile(r"Expected `([^`]+)`(?:, got `[^`]+`)?(.*?)(?: - at `.*`)?", re.DOTALL)


def _words(message: str, value: Any) -> str:
    """What the decoder says, in our words."""
    found = _EXPECTED.fullmatch(message)
    if found is None:
        return message[:1].lower() + message[1:].partition(" - at ")[0]
    wanted = " or ".join(_NAMES.get(name, name) for name in found[1].split(" | ") if name != "null")
    return f"is {wanted}{found[2]}" if found[2] else f"is {wanted}, not {article(value)}"


def _null_characters(value: Any, place: Place) -> Iterator[Fault]:
    """Where a text has a character that no database keeps."""
    match value:
        case str() if "\0" in value:
            yield Fault(path_of(place), None, "has a null character, which no text can hold")
        case Mapping():
            for name, each in value.items():
                at = (*place, name.replace("\0", "\\0"))
                if "\0" in name:
                    yield Fault(path_of(at), None, "has a null character in its name")
                yield from _null_characters(each, at)
        case list():
            for i, each in enumerate(value):
                yield from _null_characters(each, (*place, i))
        case _:
            return
