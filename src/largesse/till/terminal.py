"""The test terminal: a card is known by its last four digits, one is declined, and no money moves."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from msgspec import Struct

DECLINED: Final = "0002"
"""The test card that is declined ends so, as the shop's does."""


class Approved(Struct, frozen=True):
    """The card pays; `reference` is what the terminal calls the payment."""

    reference: str


class Declined(Struct, frozen=True):
    """The card does not pay, and what to do."""

    message: str


def is_last4(text: str) -> bool:
    """Whether a text can be the end of a card's number."""
    return len(text) == 4 and text.isascii() and text.isdecimal()


def charge(last4: str, sale: str, nth: int, amount: int, currency: str) -> Approved | Declined:
    """Charge a card; for the same sale, place among its tenders, amount and card with one reference."""
    if last4 == DECLINED:
        return Declined("The bank declined this card. Take another one, or cash.")
    said = f"{sale}:{nth}:{amount}:{currency}:{last4}".encode()
    return Approved(f"till_{sha256(said).hexdigest()[:20]}")
