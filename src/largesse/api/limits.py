"""How often a key may call is counted in each server process, minute by minute."""

from __future__ import annotations

import time
from uuid import UUID

from largesse.api.keys import Caller
from largesse.api.problems import Trouble

MINUTE = 60

_counts: dict[UUID, int] = {}
_minute = 0


def count(caller: Caller) -> dict[str, str]:
    """Count one request, and what the answer's headers say of it. Raises `Trouble` beyond the limit.

    Two threads may now and then count one request as none: a limit protects the server from a program
    that loops, and is no bill.
    """
    global _minute  # noqa: PLW0603
    now = int(time.time())
    if now // MINUTE != _minute:
        _minute = now // MINUTE
        _counts.clear()
    made = _counts[caller.key] = _counts.get(caller.key, 0) + 1
    limit = caller.requests_per_minute
    reset = str(MINUTE - now % MINUTE)
    headers = {
        "RateLimit-Limit": str(limit),
        "RateLimit-Remaining": str(max(0, limit - made)),
        "RateLimit-Reset": reset,
    }
    if made > limit:
        raise Trouble(
            "rate_limited",
            f"The key has made its {limit} requests of this minute.",
            headers={**headers, "Retry-After": reset},
        )
    return headers
