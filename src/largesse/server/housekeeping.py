"""What has to happen though nobody asks: holds that have lapsed are given back (OR-4)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Final

import structlog
from django.db import DatabaseError, connection

from largesse.orders.cancelling import expire_lapsed

EVERY: Final = 5.0
"""Seconds. A hold that lapsed counts for nobody from the instant on; this only tidies up."""

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
            try:
                expired = expire_lapsed(datetime.now(UTC))
            except DatabaseError as error:
                log.warning("not tidied up", reason=str(error).strip())
            else:
                if expired:
                    log.info("holds expired", orders=expired)
            finally:
                connection.close()
