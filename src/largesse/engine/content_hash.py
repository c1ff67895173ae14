"""A book's content hash is made of a digest of each thing, so that after a change only what changed is
looked at (EX-4).
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from msgspec import Struct

from largesse.engine.formats.writer import canonical_head, canonical_part
from largesse.engine.money import Currency
from largesse.engine.window import Calendar

Digests = Mapping[str, bytes]
"""SHA-256 of each thing of a section, by what identifies it."""

_LATER: Final = frozenset({"deals"})
"""Sections that books did not always have: empty, they leave the hash what it was without them."""


def digests_of(things: Mapping[str, Struct | None], currency: Currency) -> dict[str, bytes | None]:
    """The digest of each thing; None where None stands for a thing that is taken out."""
    return {
        code: None if thing is None else sha256(canonical_part(thing, currency)).digest()
        for code, thing in things.items()
    }


def hash_of(currency: Currency, calendar: Calendar, sections: Mapping[str, Digests]) -> str:
    """The hash of all sections, the same in whatever order their things come."""
    digest = sha256(canonical_head(currency, calendar))
    for name in sorted(sections):
        digests = sections[name]
        if not digests and name in _LATER:
            continue
        digest.update(f"{name} {len(digests)}\n".encode())
        digest.update(b"".join([digests[code] for code in sorted(digests)]))
    return digest.hexdigest()
