"""A promotion that names a shared part has the part's own text, however it was written (PR-8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from largesse.engine.actions.base import Action
from largesse.engine.conditions.base import Condition
from largesse.engine.formats.reader import FAULTY, DocumentReader
from largesse.engine.formats.wording import Place
from largesse.engine.formats.writer import listed
from largesse.engine.naming import parts_of
from largesse.engine.offers.promotion import Promotion
from largesse.offers.models import Mention, Part, PartRevision

Base: TypeAlias = Literal["action", "condition"]

CLASSES: Final[Mapping[str, type]] = {"action": Action, "condition": Condition}

Key: TypeAlias = tuple[str, str]
"""What a record is and what it is called: "promotion", "action" or "condition", and code or name."""

TITLE: Final = 160
"""The most letters of a title."""

Held: TypeAlias = tuple[Promotion | Condition | Action, Place, Key]
"""What may name shared parts, where it stands, and which record it is the text of."""


class About(Struct, frozen=True):
    """What a shared part is to staff; no file has it."""

    title: str = ""
    """What staff call it."""
    description: str = ""
    """What it is for."""
    archived: bool = False
    """Whether promotions can no longer newly name it."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if len(self.title) > TITLE:
            yield "title", f"is at most {TITLE} letters long"


ABOUT: Final = About.__struct_fields__


def base_of(part: Condition | Action) -> Base:
    return "action" if isinstance(part, Action) else "condition"


def keys_of(thing: Promotion | Condition | Action) -> set[Key]:
    """The shared parts that something names, however deep."""
    return set(_keys_of(thing))


def _keys_of(thing: Promotion | Condition | Action) -> Iterator[Key]:
    for _, part in parts_of(thing):
        if part.name:
            yield base_of(part), part.name
        yield from _keys_of(part)


def learn(reader: DocumentReader) -> None:
    """Tell a reader the shared parts; one that is broken can't be named."""
    rows = PartRevision.latest().values_list("part__base", "part__name", "definition")
    for base, name, definition in rows:
        read = reader.read(CLASSES[base], plain(definition), ())
        if not reader.take_faults() and read is not FAULTY:
            reader.shared[CLASSES[base]][name] = read


def plain(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A shared part's definition as files have it, without what it is to staff."""
    return {name: definition[name] for name in definition if name not in ABOUT}


def check(reader: DocumentReader, held: Iterable[Held]) -> None:
    """Tell the names that are of no shared part, of one that says something else, or of one that is
    archived and was not named before.
    """
    archived = set(Part.objects.filter(archived=True).values_list("base", "name"))
    for thing, place, key in held:
        for at, part in _named(thing, place):
            _check(reader, part, at, key, archived)


def _named(
    thing: Promotion | Condition | Action, place: Place
) -> Iterator[tuple[Place, Condition | Action]]:
    """The outermost parts with a name: what such a one is made of is its own affair."""
    for inner, part in parts_of(thing):
        at = (*place, *inner)
        if part.name:
            yield at, part
        else:
            yield from _named(part, at)


def _check(
    reader: DocumentReader, part: Condition | Action, place: Place, key: Key, archived: set[Key]
) -> None:
    base, name = base_of(part), part.name
    own = reader.shared[CLASSES[base]].get(name)
    if key == (base, name) or (own is not None and key in keys_of(own)):
        reader.fault(place, name, f"{name!r} can't be a part of itself")
    elif own is None:
        told = f"no shared {base} {name!r}; make it first, or leave out the name"
        reader.fault((*place, "name"), name, told)
    elif part is not own and listed(part, reader.currency) != listed(own, reader.currency):
        told = (
            f"{name!r} is a shared {base} that says something else; "
            "change the shared one, or leave out the name"
        )
        reader.fault((*place, "name"), name, told)
    elif (base, name) in archived and not _names(key, base, name):
        reader.fault(place, name, f"the shared {base} {name!r} is archived")


def _names(key: Key, base: str, name: str) -> bool:
    """Whether the latest revision of a record names the part already."""
    what, code = key
    named = Mention.objects.filter(shared__base=base, shared__name=name)
    if what == "promotion":
        return named.filter(promotion__code=code).exists()
    return named.filter(part__base=what, part__name=code).exists()
