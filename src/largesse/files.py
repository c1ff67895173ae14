"""Reading documents from files, and writing files so that a half-written one never stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.document import Document, document_of, parse_text, rows_of

LARGEST_SEARCHED = 5_000_000
"""In a larger text, in characters, faults are told without the line that they stand in."""


def read_document(path: str | Path) -> Document:
    """The document in a JSON or YAML file.

    Raises `Faults` with every fault of the file, each with its place, and OSError for a file that
    can't be read at all.
    """
    name = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Faults([Fault("", None, "is not a text file in UTF-8", name)]) from None
    try:
        data = parse_text(text)
    except ValueError as wrong:
        raise Faults([Fault("", None, f"can't be read: {wrong}", name)]) from None
    try:
        return document_of(data)
    except Faults as found:
        places = (fault.place for fault in found.faults)
        rows = rows_of(text, places) if len(text) <= LARGEST_SEARCHED else {}
        raise Faults(
            msgspec.structs.replace(fault, file=name, row=rows.get(fault.place))
            for fault in found.faults
        ) from None


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, which it becomes if all goes well and which is gone
    otherwise.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
