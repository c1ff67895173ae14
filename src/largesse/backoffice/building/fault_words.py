"""What is wrong with a field, in the words of the form that it stands in."""

from __future__ import annotations

from datetime import date
from typing import Final

from largesse.backoffice.building.draft import keys_of
from largesse.backoffice.building.form_words import LABELS
from largesse.backoffice.building.kind_forms import humanized
from largesse.engine.faults import Fault
from largesse.pages.figures import day_text


def sentence(label: str, fault: Fault) -> str:
    """What is wrong with a field, as a sentence under it."""
    if fault.place == "ends" and "before it starts" in fault.message:
        _, _, start = fault.message.rpartition(", ")
        first = day_text(date.fromisoformat(start)) if len(start) == 10 else start
        return f"Before the start. Choose {first} or later."
    message = fault.message.rstrip(".")
    if message.partition(" ")[0] in _PREDICATES:
        return f"{label} {message}."
    return f"{message[:1].upper()}{message[1:]}."


_PREDICATES: Final = frozenset(
    {
        "is", "has", "names", "ends", "stays", "was", "needs", "starts", "belongs", "asks", "adds",
        "takes", "gives", "can't",
    }
)  # fmt: skip
"""How a fault's message begins that is about its field."""


def told_on_top(fault: Fault) -> str:
    """What is wrong and belongs to no field, with its place in words."""
    return sentence(place_in_words(fault.place), fault) if fault.place else f"{fault}."


def place_in_words(place: str) -> str:
    """A place as people say it.

    >>> place_in_words("conditions[0].of[1].minimum")
    'Condition 1, condition 2, at least'
    """
    words: list[str] = []
    for key in keys_of(place):
        if isinstance(key, int):
            singular = words.pop() if words else ""
            words.append(f"{singular.removesuffix('s')} {key + 1}".strip())
        else:
            words.append((LABELS.get(key) or humanized(key)).lower())
    text = ", ".join(words)
    return text[:1].upper() + text[1:]
