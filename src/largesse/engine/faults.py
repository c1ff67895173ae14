"""What is wrong with the input: each fault with its field, its value, and what is allowed (BI-1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

CUT: Final = 80
"""The most characters of a value that a message shows."""

PLACE_CUT: Final = 200
"""The most characters of a place that a message shows: a field's name may be of any length."""


class Fault(Struct, frozen=True):
    """One fault. `place` is the path to the field, as in `lines[2].quantity`."""

    place: str
    value: object
    message: str
    file: str = ""
    row: int | None = None
    """The line of the file, counted from 1, where it is known."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.row}" if self.row else self.file
        parts = (where, _cut(self.place, PLACE_CUT), self._told())
        return one_line(": ".join(part for part in parts if part))

    def _told(self) -> str:
        """The message with the value, where it does not say it itself."""
        if not isinstance(self.value, (str, int, Decimal, date)):
            return self.message
        # A check that knows nothing of this may have put a value of any length into its words.
        message = self.message
        if isinstance(self.value, str) and len(self.value) > CUT:
            message = message.replace(repr(self.value), shown(self.value))
        value = shown(self.value)
        # A number of the rule may be the same: it is the value only at the edge of the sentence.
        said = (
            value in message
            if isinstance(self.value, str)
            else message.startswith(f"{value} ") or message.endswith(f" {value}")
        )
        return message if said else f"{message} (found {value})"


class Faults(ValueError):
    """Everything that is wrong, at once."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def shown(value: object) -> str:
    """A value as a message shows it: as a file has it, text in quotes, and cut where it is long.

    >>> shown("ten"), shown(True), shown(None), shown("A" * 1000)[-5:]
    ("'ten'", 'true', 'null', "AAA…'")
    """
    if isinstance(value, str):
        return repr(_cut(value, CUT))
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and value.bit_length() > 4 * CUT:
        return f"a number of more than {CUT} digits"
    return _cut(str(value), CUT)


def one_line(text: str) -> str:
    """The text with whatever would end its line, or can't be printed, written as an escape.

    >>> one_line("a\\nb")
    'a\\\\nb'
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
