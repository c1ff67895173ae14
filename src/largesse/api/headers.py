"""Headers that requests carry, each with its explicit name."""

from __future__ import annotations

from typing import Annotated, Final

from ninja import Header

KEY_MAX: Final = 200

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=KEY_MAX,
        pattern=r"^[!-~]+$",
        description="Names the request: send the same key whenever you repeat it, and it is done once.",
    ),
]
Version = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=1000,
        description="The ETag of the version that you change, or * for whichever it is.",
    ),
]
PerhapsVersion = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=1000,
        description="The ETag of the version that you change; left out for a new one.",
    ),
]
KnownVersion = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        max_length=1000,
        description="The ETag of the version that you have; if it is the newest, the answer is 304.",
    ),
]
