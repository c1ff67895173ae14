"""What is wrong with the input: each fault with its field, its value, and what is allowed (BI-1)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Fault(Struct, frozen=True):
    """One fault. `place` is the path to the field, as in `lines[2].quantity`."""

    place: str
    value: object
    message: str
    file: str = ""
    row: int | None = None
    """The line of the file, counted from 1, where it is known."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.row}: " if self.row else f"{self.file}: " if self.file else ""
        return f"{where}{self.place}: {self.message}"


class Faults(ValueError):
    """Everything that is wrong, at once."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))
