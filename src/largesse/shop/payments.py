"""The test payment: card numbers that succeed or are declined, and no money moves.

The numbers are those that card processors publish for tests. Nothing of a card is kept but its last
four digits.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from msgspec import Struct

GOOD: Final = "4242424242424242"
DECLINED: Final = "4000000000000002"


class Paid(Struct, frozen=True):
    """The card will pay; `reference` is what its processor calls the payment."""

    reference: str
    last4: str

    @property
    def told(self) -> dict[str, str]:
        """The payment as an order keeps it."""
        return {"method": "test card", "last4": self.last4, "reference": self.reference}


class Declined(Struct, frozen=True):
    """The card won't pay, and why, in the buyer's words."""

    message: str


def digits_of(text: str) -> str:
    """A card number without the blanks and dashes that people write into it."""
    return "".join(text.replace("-", " ").split())


def is_card_number(digits: str) -> bool:
    """Whether digits can be a card number: 12 to 19, with Luhn's check digit.

    >>> is_card_number("4242424242424242"), is_card_number("4242424242424241")
    (True, False)
    """
    if not (digits.isascii() and digits.isdecimal() and 12 <= len(digits) <= 19):
        return False
    doubled = [int(d) * 2 if i % 2 else int(d) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def pay(digits: str, order: str, amount: int, currency: str) -> Paid | Declined:
    """Pay an order by a test card. The same order, amount and card give the same reference."""
    if digits == GOOD:
        said = f"{order}:{amount}:{currency}:{digits}".encode()
        return Paid(f"test_{sha256(said).hexdigest()[:20]}", digits[-4:])
    if digits == DECLINED:
        return Declined("The bank declined this card. Try another one.")
    return Declined("Only test cards are taken here. Use 4242 4242 4242 4242.")
