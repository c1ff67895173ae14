"""The book is what the records say: where it isn't, a row was changed past the log, or is broken."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from largesse.offers import book_log
from largesse.offers.contents import Kind, contents
from largesse.offers.current import left_out


class Finding(Struct, frozen=True):
    """Something that is not as it should be: what it is, its code, and a sentence."""

    kind: str
    code: str
    message: str


def check() -> tuple[Finding, ...]:
    """Everything of which the book says something else than its record; nothing is changed."""
    return (*_differences(), *_broken())


def _differences() -> Iterator[Finding]:
    logged = {(e.kind, e.code): e.content for e in book_log.entries_at(book_log.newest().version)}
    for kind in Kind:
        now = contents(kind, None)
        codes = now.keys() | {code for each, code in logged if each is kind}
        for code in sorted(codes):
            content = logged.get((kind, code))
            if content == now.get(code):
                continue
            if content is None:
                told = "is in no book: its record was made in bulk and not published"
            elif code not in now:
                told = "is in the book, and its record is gone or no longer active"
            else:
                told = "is in the book as it was before its record was changed in bulk"
            yield Finding(kind.value, code, told)


def _broken() -> Iterator[Finding]:
    for (kind, code), faults in sorted(left_out().items()):
        yield Finding(kind.value, code, f"is broken and left out of the book: {faults}")
