"""The book is a log: every change of what is on offer is an entry under the next version.

Versions are in the order of their commits: the one row that counts them is locked before what is to be
written is read, and until the transaction ends. So a process that knows
one version knows all before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.dispatch import Signal

from largesse.ids import uuid7
from largesse.offers.contents import Kind, contents
from largesse.offers.models import BookEntry, BookVersion

CHUNK: Final = 900
"""How many codes one query names: SQLite may allow no more than 999 parameters."""

committed = Signal()
"""Sent when this process has committed a change of the book."""


class Point(NamedTuple):
    """A place in the log: a version, and the stamp that tells it from another of the same number."""

    version: int
    stamp: UUID | None


class Entry(NamedTuple):
    """A thing of the book as it is from a version on; None takes it out."""

    kind: Kind
    code: str
    content: str | None


START: Final = Point(0, None)


# --- writing ---------------------------------------------------------------------------------------


def publish(kind: Kind, codes: Collection[str]) -> int | None:
    """Log these things as their records are now, in the caller's transaction.

    The version that they have from now on; None where nothing of them has changed. Records that are
    saved one by one are logged by themselves; this is for rows that were changed in bulk.
    """
    with transaction.atomic():
        # Locked first: who adds to one product group at the same time waits, and then sees both.
        BookVersion.objects.select_for_update().get_or_create(id=1)
        changed = [entry for chunk in in_chunks(codes) for entry in _changes(kind, chunk)]
        return _append(changed) if changed else None


def in_chunks(codes: Iterable[str]) -> Iterator[Sequence[str]]:
    """Codes, sorted and each once, in parts that one query may name."""
    once = sorted(set(codes))
    return (once[i : i + CHUNK] for i in range(0, len(once), CHUNK))


def _changes(kind: Kind, codes: Sequence[str]) -> Iterator[Entry]:
    entries = BookEntry.objects.filter(kind=kind, code__in=codes).order_by("version")
    logged = dict(entries.values_list("code", "content"))
    now = contents(kind, codes)
    for code in codes:
        if logged.get(code) != now.get(code):
            yield Entry(kind, code, now.get(code))


def _append(entries: Sequence[Entry]) -> int:
    stamp = uuid7()
    BookVersion.objects.filter(id=1).update(version=F("version") + 1, stamp=stamp)
    version = BookVersion.objects.values_list("version", flat=True).get(id=1)
    for i in range(0, len(entries), CHUNK):
        BookEntry.objects.bulk_create(
            BookEntry(version=version, stamp=stamp, **entry._asdict())
            for entry in entries[i : i + CHUNK]
        )
    uncommitted().add(stamp)
    transaction.on_commit(lambda: _told(stamp))
    return version


def _told(stamp: UUID) -> None:
    uncommitted().discard(stamp)
    committed.send(None)


def uncommitted() -> set[UUID]:
    """The stamps that this thread's connection has written and not committed.

    Those of a transaction that was rolled back may stay: no log has them.
    """
    stamps: set[UUID] | None = getattr(connection, "book_stamps", None)
    if stamps is None:
        stamps = set()
        connection.book_stamps = stamps  # type: ignore[attr-defined]
    return stamps


# --- reading ---------------------------------------------------------------------------------------


def newest() -> Point:
    """Where the log ends, as this connection sees it."""
    found = BookVersion.objects.values_list("version", "stamp").filter(id=1).first()
    return Point(*found) if found else START


def point_at(version: int) -> Point | None:
    """A version that the log has; None where it has no such version."""
    if not version:
        return START
    stamps = BookEntry.objects.filter(version=version).values_list("stamp", flat=True)
    stamp = stamps.first()
    return None if stamp is None else Point(version, stamp)


def follows(point: Point) -> bool:
    """Whether the log leads through a point; not so after a rollback or from another backup."""
    return point_at(point.version) == point


def count_after(version: int, most: int) -> int:
    """How many entries came after a version; counted no further than `most`."""
    return BookEntry.objects.filter(version__gt=version)[:most].count()


def entries_at(version: int) -> Iterator[Entry]:
    """All that the book of a version is made of."""
    rows = _latest(BookEntry.objects.all(), version).exclude(content=None)
    kinds = {kind.value: kind for kind in Kind}
    found = rows.values_list("kind", "code", "content").iterator(chunk_size=5000)
    return (Entry(kinds[kind], code, content) for kind, code, content in found)


def changed_between(version: int, since: int | None) -> set[tuple[Kind, str]]:
    """Kind and code of what changed after one version, up to another or the last."""
    entries = BookEntry.objects.filter(version__gt=version)
    if since is not None:
        entries = entries.filter(version__lte=since)
    return {(Kind(kind), code) for kind, code in entries.values_list("kind", "code")}


def entries_of(keys: Collection[tuple[Kind, str]], version: int) -> Iterator[Entry]:
    """Some things, by kind and code, as they were in the book of a version."""
    for kind in sorted({kind for kind, _ in keys}):
        for chunk in in_chunks(code for each, code in keys if each == kind):
            rows = _latest(BookEntry.objects.filter(kind=kind, code__in=chunk), version)
            found = dict(rows.values_list("code", "content"))
            yield from (Entry(Kind(kind), code, found.get(code)) for code in chunk)


def _latest(entries: QuerySet[BookEntry], version: int) -> QuerySet[BookEntry]:
    """Of entries up to a version the latest of each thing."""
    same = BookEntry.objects.filter(
        kind=OuterRef("kind"), code=OuterRef("code"), version__lte=version
    )
    latest = same.order_by("-version").values("version")[:1]
    return entries.filter(version__lte=version, version=Subquery(latest))
