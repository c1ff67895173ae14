"""Vouchers end before they are used: made void, for good, or by the day on which they expire."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from largesse.engine.faults import Fault, Faults
from largesse.offers.models import BookEvent, Voucher, VoucherBook
from largesse.offers.vouchers.journaling import journal, record
from largesse.offers.vouchers.stretches import Stretch, is_used

_ALIVE = (Voucher.State.CREATED, Voucher.State.ASSIGNED)


def void(found: Stretch, *, at: datetime, by: str, reason: str) -> int:
    """Let nobody use what is unused of a stretch; how many are void now that were not.

    What is used stays so; if the order gives it back, it can be used again, or made void then. A book
    that is made void whole gets no more numbers. Raises `Faults` where nothing is left to be made void.
    """
    with transaction.atomic():
        book = VoucherBook.objects.select_for_update().get(pk=found.book.pk)
        rows = found.vouchers.filter(state__in=_ALIVE).exclude(is_used(), opened=True)
        count = rows.update(state=Voucher.State.VOID)
        is_whole = (found.first_position, found.last_position) == (1, book.made)
        if not count and (book.is_complete or not is_whole):
            raise Faults([Fault("first", found.first, "has nothing after it that is unused")])
        if is_whole:
            book.stopped_at = at
            book.save(update_fields=["stopped_at"])
        note = ", ".join(filter(None, (f"{found.first} to {found.last}", reason)))
        record(book, BookEvent.Kind.VOIDED, at=at, by=by, count=count, note=note)
    return count


def void_one(voucher: Voucher, *, at: datetime, by: str, reason: str) -> None:
    """Let nobody use a voucher any more. Raises `Faults` for one that is used, or void already."""
    with transaction.atomic():
        rows = Voucher.objects.filter(pk=voucher.pk)
        now = rows.select_for_update(of=("self",)).select_related("book").get()
        if now.state == Voucher.State.VOID:
            raise Faults([Fault("voucher", now.number, "is void already")])
        if rows.filter(is_used()).exists():
            rule = "is used; cancel or refund the order first"
            raise Faults([Fault("voucher", now.number, rule)])
        rows.update(state=Voucher.State.VOID)
        if now.book is None:
            told = ", ".join(filter(None, (now.number, reason)))
            journal("vouchers_voided", at=at, by=by, reason=told)
            return
        note = ", ".join(filter(None, (now.number, reason)))
        record(now.book, BookEvent.Kind.VOIDED, at=at, by=by, count=1, note=note)


def set_expiry(book: VoucherBook, expires: datetime | None, *, at: datetime, by: str) -> None:
    """Let a book's vouchers expire at an instant, or never; an instant of their own stays."""
    with transaction.atomic():
        VoucherBook.objects.filter(pk=book.pk).update(expires=expires)
        told = "never" if expires is None else f"{expires:%Y-%m-%d %H:%M} UTC"
        record(book, BookEvent.Kind.EXPIRY_SET, at=at, by=by, count=book.made, note=told)


def set_expiry_of_one(voucher: Voucher, expires: datetime | None, *, at: datetime, by: str) -> None:
    """Let one voucher expire at an instant of its own; without one, when its book does."""
    with transaction.atomic():
        Voucher.objects.filter(pk=voucher.pk).update(expires=expires)
        told = "no day of its own" if expires is None else f"{expires:%Y-%m-%d %H:%M} UTC"
        journal("vouchers_expiry_set", at=at, by=by, reason=f"{voucher.number}: {told}")
