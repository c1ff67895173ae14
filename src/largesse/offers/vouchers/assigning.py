"""Numbers work once they are assigned to a partner: by the first number and how many, the last one
confirmed against what is printed (VO-17).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from largesse.crm.models import Partner
from largesse.engine.cart import normal_code
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import ONE
from largesse.offers.models import BookEvent, Voucher, VoucherBook, VoucherRange
from largesse.offers.vouchers.journaling import journal, record
from largesse.offers.vouchers.stretches import Stretch, first_used, is_used, stretch

State = Voucher.State


def assign(
    first: str,
    count: int,
    partner: Partner,
    *,
    last: str,
    at: datetime,
    by: str,
    percent: int | None = None,
    anew: bool = False,
) -> Stretch:
    """Assign a stretch of a book to a partner; `last` is its last number, as the printed book has it.

    A percentage that was set when the numbers were made stays; otherwise it is set here (VO-14). With
    `anew`, numbers that another partner has go to this one, as long as none of them is used. Void
    numbers stay void. Raises `Faults`, and then nothing is assigned.
    """
    with transaction.atomic():
        found = stretch(first, count)
        # Locked, so that no two assign numbers of one book at the same time.
        book = VoucherBook.objects.select_for_update().get(pk=found.book.pk)
        found = found._replace(book=book)
        _check(found, partner, last, percent)
        _check_numbers(found, anew)
        _write(found, partner, percent, anew)
        if book.kind != VoucherBook.Kind.SHEET:
            # A sheet says of each row whose it is, so its vouchers are in no ranges.
            _take_over(found, partner, percent, at, by)
        kind = BookEvent.Kind.REASSIGNED if anew else BookEvent.Kind.ASSIGNED
        note = f"{found.first} to {found.last} for {partner.name}"
        record(book, kind, at=at, by=by, count=found.size, note=note)
    return found


def _check(found: Stretch, partner: Partner, last: str, percent: int | None) -> None:
    book = found.book
    faults = []
    if book.kind == VoucherBook.Kind.SHEET and percent is not None:
        faults.append(Fault("percent", percent, "is not for value vouchers"))
    if normal_code(last) != found.last:
        rule = f"is not the last of {found.size:,} from {found.first} on: that is {found.last}"
        faults.append(Fault("last", last, rule))
    if not partner.active:
        faults.append(Fault("partner", partner.code, "is not active"))
    if book.percent is not None and percent not in (None, book.percent):
        rule = "was set when the numbers were made, and is printed on them: it stays"
        faults.append(Fault("percent", percent, rule))
    if percent is not None and not 0 < percent <= ONE:
        faults.append(Fault("percent", percent, "is more than 0 and at most 100"))
    if faults:
        raise Faults(faults)


def _check_numbers(found: Stretch, anew: bool) -> None:
    vouchers = found.vouchers.order_by("position")
    assigned = vouchers.filter(state=State.ASSIGNED).select_related("partner").first()
    if assigned is not None and not anew:
        rule = f"leads to {assigned.number}, which is assigned to {assigned.partner} already"
        raise Faults([Fault("first", assigned.number, rule)])
    if assigned is None and anew:
        raise Faults(
            [Fault("first", found.first, "is assigned to nobody yet, nor is any after it")]
        )
    used = first_used(vouchers)
    if used is not None:
        rule = f"leads to {used}, which is used: what is used stays with its partner"
        raise Faults([Fault("first", used, rule)])
    if not vouchers.exclude(state=State.VOID).exists():
        raise Faults([Fault("first", found.first, "is void, and so are all after it")])


def _write(found: Stretch, partner: Partner, percent: int | None, anew: bool) -> None:
    wanted = [State.CREATED, State.ASSIGNED] if anew else [State.CREATED]
    rows = found.vouchers.filter(state__in=wanted)
    if percent is None and rows.filter(percent=None, value=None).exists():
        raise Faults([Fault("percent", None, "is set neither on the numbers nor here")])
    if percent is not None and found.book.percent is None:
        rows.update(state=State.ASSIGNED, partner=partner, percent=percent)
    else:
        rows.update(state=State.ASSIGNED, partner=partner)


def _take_over(
    found: Stretch, partner: Partner, percent: int | None, at: datetime, by: str
) -> None:
    """The stretch is the partner's range; of ranges that it cuts, the ends stay whose they were."""
    book = found.book
    overlapping = VoucherRange.objects.filter(
        book=book,
        first_position__lte=found.last_position,
        last_position__gte=found.first_position,
    )
    for old in overlapping:
        old.delete()
        _keep(old, old.first_position, found.first_position - 1)
        _keep(old, found.last_position + 1, old.last_position)
    VoucherRange.objects.create(
        book=book,
        first_position=found.first_position,
        last_position=found.last_position,
        first=found.first,
        last=found.last,
        partner=partner,
        percent=book.percent if percent is None else percent,
        at=at,
        by=by,
    )


def _keep(old: VoucherRange, first: int, last: int) -> None:
    """What is left of a range at one of its ends, if anything is."""
    if first > last:
        return
    ends = Voucher.objects.filter(book=old.book, position__in=(first, last))
    numbers = dict(ends.values_list("position", "number"))
    VoucherRange.objects.create(
        book=old.book,
        first_position=first,
        last_position=last,
        first=numbers[first],
        last=numbers[last],
        partner=old.partner,
        percent=old.percent,
        at=old.at,
        by=old.by,
    )


# --- one voucher by itself -------------------------------------------------------------------------


def assign_one(voucher: Voucher, partner: Partner, *, at: datetime, by: str) -> None:
    """Hand a voucher that is in no book to a partner, while nobody has used it. Raises `Faults`."""
    with transaction.atomic():
        rows = Voucher.objects.filter(pk=voucher.pk, book=None)
        wrong = _why_not(rows, partner)
        if wrong is not None:
            raise Faults([Fault("voucher", voucher.number, wrong)])
        rows.update(state=State.ASSIGNED, partner=partner)
        told = f"{voucher.number} for {partner.name}"
        journal("vouchers_assigned", at=at, by=by, reason=told)


def _why_not(rows: QuerySet[Voucher], partner: Partner) -> str | None:
    voucher = rows.select_for_update().first()
    if voucher is None:
        return "is in a book; assign it by its first number and how many"
    if voucher.state == State.VOID:
        return "is void"
    if rows.filter(is_used()).exists():
        return "is used"
    if voucher.percent is None and voucher.value is None:
        return "has neither a percentage nor a value"
    return None if partner.active else "can't be assigned: the partner is not active"
