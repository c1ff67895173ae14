"""A stretch of a book: so many numbers from one on, in the order in which they were made (VO-17)."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet

from largesse.engine.cart import normal_code
from largesse.engine.faults import Fault, Faults
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account
from largesse.offers.models import Voucher, VoucherBook


class Stretch(NamedTuple):
    """Numbers of a book from one place to another, both included."""

    book: VoucherBook
    first_position: int
    last_position: int
    first: str
    last: str

    @property
    def size(self) -> int:
        return self.last_position - self.first_position + 1

    @property
    def vouchers(self) -> QuerySet[Voucher]:
        places = (self.first_position, self.last_position)
        return Voucher.objects.filter(book=self.book, position__range=places)


def stretch(first: str, count: int) -> Stretch:
    """The stretch that begins with a number. Raises `Faults` where there is no such."""
    number = normal_code(first)
    voucher = Voucher.objects.select_related("book").filter(number=number).first()
    if voucher is None:
        raise Faults([Fault("first", number, "is not known; make the numbers first")])
    if voucher.book is None or voucher.position is None:
        raise Faults([Fault("first", number, "is a voucher by itself, in no book")])
    if count < 1:
        raise Faults([Fault("count", count, "is 1 or more")])
    book = voucher.book
    last = voucher.position + count - 1
    if last > book.made:
        left = book.made - voucher.position + 1
        still = "" if book.is_complete else ", for the book is still being made"
        raise Faults([Fault("count", count, f"is at most {left:,} from {number} on{still}")])
    end = Voucher.objects.only("number").get(book=book, position=last)
    return Stretch(book, voucher.position, last, number, end.number)


def whole(book: VoucherBook) -> Stretch:
    """All numbers of a book that are made."""
    return Stretch(book, 1, book.made, book.first, book.last)


def is_used() -> Exists:
    """Whether an order holds or has used a voucher, as a condition of a query of vouchers."""
    accounts = Account.objects.filter(
        kind=Kind.VOUCHER.value, owner=OuterRef("number"), asset="use", posted__gt=-F("held")
    )
    return Exists(accounts)


def first_used(vouchers: QuerySet[Voucher]) -> str | None:
    """The first number of some that an order holds or has used."""
    used = vouchers.filter(is_used(), opened=True).order_by("position")
    return used.values_list("number", flat=True).first()
