"""Reading documents from files, and writing files so that a half-written one never stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.document import Document, document_of
from largesse.engine.formats.text import parse_text, rows_of


def read_document(path: str | Path) -> Document:
    """The document in a JSON or YAML file.

    Raises `Faults` with every fault of the file, each with its place, and OSError for a file that
    can't be read at all.
    """
    name = str(path)
    try:
        # With its signature, which some editors put before the text.
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Faults([Fault("", None, "is not a text file in UTF-8", name)]) from None
    try:
        data = parse_text(text)
    except ValueError as wrong:
        raise Faults([Fault("", None, f"can't be read: {wrong}", name)]) from None
    try:
        return document_of(data)
    except Faults as found:
        raise in_file(found, name, text) from None


def in_file(faults: Faults, name: str, text: str) -> Faults:
    """The faults with the file that they are in, each with its line where it is known."""
    rows = rows_of(text, (fault.place for fault in faults.faults))
    return Faults(
        msgspec.structs.replace(fault, file=name, row=rows.get(fault.place))
        for fault in faults.faults
    )


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
