"""Keys are UUIDv7, so that they sort by time; people and programs see them with a prefix."""

from __future__ import annotations

import os
import time
from typing import Final
from uuid import UUID

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that looks like a digit or another letter."""

_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_LENGTH: Final = 26


def uuid7() -> UUID:
    """A key made now: 48 bits of milliseconds, then 74 bits of chance (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10))
    number = (milliseconds & (1 << 48) - 1) << 80 | chance
    number = number & ~(0xF << 76) | 0x7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def uuid7_digits(count: int) -> list[str]:
    """So many keys made now, each as its 32 hexadecimal digits: for rows by the thousands.

    >>> [(len(digits), UUID(digits).version) for digits in uuid7_digits(2)]
    [(32, 7), (32, 7)]
    """
    milliseconds = f"{time.time_ns() // 1_000_000 & (1 << 48) - 1:012x}"
    chance = os.urandom(10 * count).hex()
    variants = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
    return [
        f"{milliseconds}7{chance[i : i + 3]}{variants[chance[i + 3]]}{chance[i + 4 : i + 19]}"
        for i in range(0, 20 * count, 20)
    ]


def public_id(prefix: str, key: UUID) -> str:
    """A key as it is shown.

    >>> public_id("ord", UUID("0190163d-8694-739b-aea5-966c26f8ad91"))
    'ord_01j0b3v1mmeedtx9cpdgkfhbch'
    """
    digits = "".join(ALPHABET[key.int >> shift & 31] for shift in range(125, -1, -5))
    return f"{prefix}_{digits}"


def parse_id(prefix: str, text: str) -> UUID:
    """The key that a shown id names. Raises ValueError for any other text.

    >>> parse_id("ord", "ord_01j0b3v1mmeedtx9cpdgkfhbch")
    UUID('0190163d-8694-739b-aea5-966c26f8ad91')
    """
    head, _, digits = text.partition("_")
    number = 0
    if head != prefix or len(digits) != _LENGTH:
        raise ValueError(f"{text!r} is not an id such as {prefix}_01j0b3v1mmeefaxagkpjk9hbcs")
    for digit in digits:
        if digit not in _VALUES:
            raise ValueError(f"{text!r} is not an id: {digit!r} is in none")
        number = number << 5 | _VALUES[digit]
    if number >> 128:
        raise ValueError(f"{text!r} is not an id: it is too large")
    return UUID(int=number)
