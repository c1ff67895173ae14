"""Numbers of vouchers: random ones that nobody guesses, and runs that count up (VO-13, VO-15)."""

from __future__ import annotations

import re
import secrets
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from largesse.engine.cart import normal_code
from largesse.engine.faults import Fault, Faults
from largesse.offers.book_log import in_chunks
from largesse.offers.current import current
from largesse.offers.models import SingleUseCode, Voucher

PREFIX: Final = "DV"
"""What random numbers begin with."""

DIGITS: Final = 13
"""How many random digits follow it; all are drawn, none is a check digit."""

RUN_LENGTH: Final = 9
"""The characters of a number of a run, its leading text among them."""

LONGEST: Final = 32
"""The most characters of any number."""

_SPACE: Final = 10**DIGITS
_MASK: Final = (1 << _SPACE.bit_length()) - 1
_ALLOWED: Final = re.compile(r"[0-9A-Z][0-9A-Z._/-]*")
"""What Code 128 prints, and no spreadsheet computes."""


def random_numbers(count: int) -> list[str]:
    """So many different numbers: `DV` and 13 digits from the cryptographic source of the machine."""
    found: dict[int, None] = {}
    while len(found) < count:
        wanted = 2 * (count - len(found)) + 16
        words = struct.unpack(f"<{wanted}Q", secrets.token_bytes(8 * wanted))
        # What lies beyond is drawn again, so that every number is as likely as any other.
        fitting = [word & _MASK for word in words if word & _MASK < _SPACE]
        found.update(dict.fromkeys(fitting[: count - len(found)]))
    return [f"{PREFIX}{digits:0{DIGITS}d}" for digits in found]


# --- runs ------------------------------------------------------------------------------------------


class Run(NamedTuple):
    """Numbers that count up: leading text, and so many digits with zeros in front."""

    text: str
    width: int
    start: int
    size: int

    def number(self, place: int) -> str:
        """The number at a place, from 1."""
        return f"{self.text}{self.start + place - 1:0{self.width}d}"

    @property
    def first(self) -> str:
        return self.number(1)

    @property
    def last(self) -> str:
        return self.number(self.size)

    def numbers(self) -> Iterator[str]:
        return (self.number(place) for place in range(1, self.size + 1))


def run_of(first: str, count: int) -> Run:
    """The run that begins with a number as somebody typed it, zeros left out or not.

    Raises `Faults` where it has no digits, is longer than 9 characters, or would overflow its digits.

    >>> run = run_of("ab1", 3)
    >>> run.first, run.last
    ('AB0000001', 'AB0000003')
    """
    normal = normal_code(first)
    text = normal.rstrip("0123456789")
    digits, width = normal[len(text) :], RUN_LENGTH - len(text)
    if not digits or not digits.isascii() or len(digits) > width:
        rule = f"has {RUN_LENGTH} characters, and ends in digits"
        raise Faults([Fault("first", first, rule)])
    if text and not _ALLOWED.fullmatch(text):
        raise Faults([Fault("first", first, "begins with a letter or digit; - _ . / may follow")])
    run = Run(text, width, int(digits), count)
    if run.start + count - 1 >= 10**width:
        most = 10**width - run.start
        raise Faults([Fault("count", count, f"is at most {most:,} from {run.first} on")])
    return run


# --- what is taken ---------------------------------------------------------------------------------


def faults_of(numbers: Sequence[str], place: str = "numbers") -> Iterator[Fault]:
    """What is wrong with numbers in their normal form, as they stand: form, doubles, promo codes."""
    book = current(fresh=True).book
    seen: set[str] = set()
    for i, number in enumerate(numbers):
        why = form_fault(number)
        if why is None and number in seen:
            why = "is used twice"
        if why is None and book.is_promo_code(number):
            why = "is the code of a promotion"
        if why is not None:
            yield Fault(f"{place}[{i}]", number, why)
        seen.add(number)
    taken = taken_of(numbers)
    for number in numbers:
        if number in taken:
            yield Fault(place, number, taken.pop(number))


def form_fault(number: str) -> str | None:
    """Why a number can't be one, whatever others there are."""
    if not 0 < len(number) <= LONGEST:
        return f"has 1 to {LONGEST} letters or digits"
    if not _ALLOWED.fullmatch(number):
        return "has letters A to Z, digits and - _ . /, and begins with a letter or digit"
    return None


def taken_of(numbers: Iterable[str]) -> dict[str, str]:
    """The numbers that are a voucher's or a single-use code already, each with which."""
    found: dict[str, str] = {}
    for chunk in in_chunks(numbers):
        for number in Voucher.objects.filter(number__in=chunk).values_list("number", flat=True):
            found[number] = "is the number of another voucher"
        for code in SingleUseCode.objects.filter(code__in=chunk).values_list("code", flat=True):
            found[code] = "is a single-use code"
    return found
