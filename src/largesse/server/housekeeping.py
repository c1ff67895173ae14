"""What has to happen though nobody asks: holds that have lapsed are given back (OR-4), books of
vouchers that were begun are finished (VO-13), wrong codes are forgotten (QU-41), and so are carts that
guests left.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Final

import structlog
from django.db import DatabaseError, connection

from largesse.offers import guessing
from largesse.offers.vouchers import books
from largesse.orders.cancelling import expire_lapsed
from largesse.orders.left_carts import forget_left

EVERY: Final = 5.0
"""Seconds. A hold that lapsed counts for nobody from the instant on; this only tidies up."""

BREATH: Final = 0.05
"""Seconds between two slices of a book, in which others may write."""

log = structlog.get_logger("largesse.housekeeping")


class Housekeeping:
    """A thread that tidies up every few seconds. Any number of processes may do so at once."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Wait until what is being done is done."""
        self._stop.set()
        self._thread.join(timeout=EVERY)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            for chore in (_expire_holds, self._make_vouchers, _forget_codes, _forget_carts):
                try:
                    chore()
                except DatabaseError as error:
                    log.warning("not tidied up", reason=str(error).strip())
                finally:
                    connection.close()

    def _make_vouchers(self) -> None:
        """Go on with books of random numbers, as long as the server runs: their page may be closed."""
        for book in list(books.unfinished()):
            while not self._stop.is_set() and not books.make_rest(book, slices=1):
                # Others write meanwhile.
                self._stop.wait(BREATH)


def _expire_holds() -> None:
    expired = expire_lapsed(datetime.now(UTC))
    if expired:
        log.info("holds expired", orders=expired)


def _forget_codes() -> None:
    guessing.forget(datetime.now(UTC) - guessing.KEPT)


def _forget_carts() -> None:
    forgotten = forget_left(datetime.now(UTC))
    if forgotten:
        log.info("carts forgotten", carts=forgotten)
