"""One number of a book for one person, once: what a campaign on social media hands out (VO-19)."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction

from largesse.crm.models import Customer
from largesse.engine.faults import Fault, Faults
from largesse.offers.models import BookEvent, Voucher, VoucherBook, VoucherDraw
from largesse.offers.vouchers.journaling import record
from largesse.offers.vouchers.stretches import is_used

PERSON_MAX: Final = 200


class Drawn(NamedTuple):
    """The number that a person has, and whether they had it before."""

    voucher: Voucher
    repeated: bool


def draw(
    book: VoucherBook, person: str, *, at: datetime, by: str, customer: Customer | None = None
) -> Drawn:
    """The next unused number of a book for a person; whoever asks again gets the same one.

    A person is known by whatever the campaign knows them by: an address, a handle. With a customer, the
    number is theirs alone. Raises `Faults` where none is left.
    """
    who = " ".join(person.split()).casefold()
    if not 0 < len(who) <= PERSON_MAX:
        raise Faults([Fault("person", person, f"has 1 to {PERSON_MAX} letters")])
    with transaction.atomic():
        # Locked: whoever draws at the same time waits, and then gets the next one.
        held = VoucherBook.objects.select_for_update().get(pk=book.pk)
        before = VoucherDraw.objects.select_related("voucher").filter(book=held, person=who).first()
        if before is not None:
            return Drawn(before.voucher, True)
        voucher = _next(held, at)
        VoucherDraw.objects.create(book=held, person=who, voucher=voucher, at=at, by=by[:120])
        if customer is not None:
            Voucher.objects.filter(pk=voucher.pk).update(customer=customer)
            voucher.customer = customer
        held.drawn_to = voucher.position or held.drawn_to
        held.save(update_fields=["drawn_to"])
        record(held, BookEvent.Kind.DRAWN, at=at, by=by, count=1, note=f"for {who}")
    return Drawn(voucher, False)


def _next(book: VoucherBook, at: datetime) -> Voucher:
    """The first number that was not drawn, can be used, and is nobody's."""
    if book.expires is not None and book.expires <= at:
        raise Faults([Fault("book", str(book), "has expired")])
    free = Voucher.objects.filter(
        book=book,
        position__gt=book.drawn_to,
        state=Voucher.State.ASSIGNED,
        customer=None,
    )
    found = (
        free.exclude(is_used(), opened=True).exclude(expires__lte=at).order_by("position").first()
    )
    if found is None:
        rule = "has no number left that is assigned and unused"
        raise Faults([Fault("book", str(book), rule)])
    return found
