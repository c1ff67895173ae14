"""This process's compiled book: what is on offer now, at most a second old; and that of any version.

Whoever asks for the book looks, four times a second at most, whether the log has grown. What came is
applied to the book at hand, thing by thing. Where that would take long, it is done beside, and the book
at hand serves meanwhile.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from django.db import connection
from django.dispatch import receiver

from largesse.engine.book import OfferBook
from largesse.engine.faults import Faults
from largesse.offers import book_log
from largesse.offers.book_log import Point
from largesse.offers.building import EMPTY, Built, HeaderChanged, Key, built, changed
from largesse.offers.contents import Kind

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.25
"""Seconds between two looks at the log."""

OLDEST: Final = 1.0
"""Seconds that the book at hand may be behind the log."""

PATIENCE: Final = 0.5
"""Seconds that a request waits for another that brings the book up to date."""

MANY: Final = 1_000
"""So many changes are applied beside."""

LARGE: Final = 10_000
"""Among so many offers, those that name a changed group are looked for beside."""

PAST_BOOKS: Final = 4
"""How many books of the past are kept: they share what they have in common with the present one."""


class CurrentBook(NamedTuple):
    """A compiled book, and which version of the log it is of."""

    book: OfferBook
    version: int


class _Held(NamedTuple):
    point: Point
    built: Built

    @property
    def answer(self) -> CurrentBook:
        return CurrentBook(self.built.book, self.point.version)


_NOTHING: Final = _Held(book_log.START, EMPTY)


class _Process:
    """What this process holds. A forked child keeps the book, and looks by itself."""

    def __init__(self) -> None:
        self.held: _Held | None = None
        self.start()

    def start(self) -> None:
        self.look_at = 0.0
        self.catching_up = False
        self.own_changes = 0
        self.lock = threading.Lock()
        self.past: OrderedDict[Point, OfferBook] = OrderedDict()


_process: Final = _Process()
os.register_at_fork(after_in_child=_process.start)


class _Own(threading.local):
    """The book that a thread's uncommitted changes make, for its own eyes."""

    held: _Held | None = None


_own: Final = _Own()


def current(*, fresh: bool = False) -> CurrentBook:
    """The book as it is now: at most a second old, or, if `fresh`, with all that is committed.

    A transaction that changed the book sees its own changes at once, and nobody else does before it
    commits.
    """
    return _here(fresh=fresh).answer


def book_at(version: int) -> OfferBook:
    """The book of a version, with the content hash that it had then (EX-4). Raises LookupError."""
    here = _here(fresh=version > _here().point.version)
    if version == here.point.version:
        return here.built.book
    point = book_log.point_at(version)
    if point is None:
        raise LookupError(f"the book has no version {version}")
    book = _process.past.get(point)
    if book is None:
        book = _back(here, version).book
        with _process.lock:
            _process.past[point] = book
            while len(_process.past) > PAST_BOOKS:
                _process.past.popitem(last=False)
    return book


def left_out() -> Mapping[Key, Faults]:
    """What is broken and was left out of the book: kind and code, and what is wrong."""
    return _here(fresh=True).built.left_out


@receiver(book_log.committed)
def look_again(**_: object) -> None:
    """Look at the log when the book is asked for next: this process has just changed it."""
    _process.own_changes += 1
    _process.look_at = 0.0


def forget() -> None:
    """Hold nothing, as at the start."""
    with _process.lock:
        _process.held = None
        _process.past.clear()


# --- what is held, brought up to the end of the log --------------------------------------------------


def _here(*, fresh: bool = False) -> _Held:
    if connection.in_atomic_block and book_log.uncommitted():
        end = book_log.newest()
        if end.stamp in book_log.uncommitted():
            return _with_own_changes(end)
    held = _process.held
    if held is None or fresh:
        with _process.lock:
            return _look(beside=False)
    late = time.monotonic() - _process.look_at
    # Who finds another looking waits only where the book at hand is older than it may be, and not long.
    is_old = late > OLDEST - LOOK_EVERY and not _process.catching_up
    if late >= 0 and _process.lock.acquire(timeout=PATIENCE if is_old else 0):
        try:
            looked = _process.held if time.monotonic() < _process.look_at else None
            return looked or _look(beside=True)
        finally:
            _process.lock.release()
    return held


def _with_own_changes(end: Point) -> _Held:
    held = _own.held
    if held is None or book_log.point_at(held.point.version) != held.point:
        held = _process.held or _NOTHING
    _own.held = held if held.point == end else _advanced(held, end)
    return _own.held


def _look(*, beside: bool) -> _Held:
    """Look at the log, the lock in hand, and apply what came: beside, if asked, where it is much."""
    own_changes = _process.own_changes
    try:
        return _brought_up(book_log.newest(), beside)
    finally:
        # Only now: who asks meanwhile must not take the book at hand for the newest.
        if _process.own_changes == own_changes:
            _process.look_at = time.monotonic() + LOOK_EVERY


def _brought_up(end: Point, beside: bool) -> _Held:
    held = _process.held
    if held is not None:
        # A transaction may see the log as it was when it began.
        behind = connection.in_atomic_block and end.version < held.point.version
        if behind or end == held.point:
            return held
        if beside and _takes_long(held):
            _process.catching_up = True
            threading.Thread(target=_catch_up, name="book", daemon=True).start()
            return held
    _process.held = _advanced(held or _NOTHING, end)
    return _process.held


def _catch_up() -> None:
    try:
        with _process.lock:
            _look(beside=False)
    except Exception:
        # The book at hand goes on serving, and the next look tries again.
        log.exception("the book could not be brought up to date")
    finally:
        _process.catching_up = False
        connection.close()


def _takes_long(held: _Held) -> bool:
    if not book_log.follows(held.point) or book_log.count_after(held.point.version, MANY) >= MANY:
        return True
    if _offers(held.built) < LARGE:
        return False
    keys = book_log.changed_between(held.point.version, None)
    return any(kind in (Kind.BUSINESS, Kind.GROUP) for kind, _ in keys)


def _advanced(held: _Held, end: Point) -> _Held:
    """What is held, with what came up to the end of the log; hashed, so that no quote has to be."""
    found = _changed_to(held, end) or _compiled(end)
    _ = found.built.book.content_hash
    return found


def _changed_to(held: _Held, end: Point) -> _Held | None:
    if held is _NOTHING or not book_log.follows(held.point):
        return None
    keys = book_log.changed_between(held.point.version, end.version)
    try:
        return _Held(end, _changed(held, keys, end.version))
    except HeaderChanged:
        return None


def _compiled(end: Point) -> _Held:
    gc.disable()
    try:
        found = _Held(end, built(book_log.entries_at(end.version)))
        _ = found.built.book.content_hash
        if _offers(found.built) >= MANY:
            # It stays as long as the process: the collector need not look at it again.
            gc.collect()
            gc.freeze()
    finally:
        gc.enable()
    return found


def _offers(found: Built) -> int:
    return len(found.book.promotions) + len(found.book.deals)


def _back(here: _Held, version: int) -> Built:
    try:
        keys = book_log.changed_between(version, here.point.version)
        return _changed(here, keys, version)
    except HeaderChanged:
        return built(book_log.entries_at(version))


def _changed(held: _Held, keys: AbstractSet[Key], version: int) -> Built:
    again = keys | held.built.left_out.keys()
    return changed(held.built, book_log.entries_of(again, version))
