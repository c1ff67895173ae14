"""Books are made in three ways: of random numbers, of a run, or, where a printer has made the run, when
they are handed out (VO-13, VO-15, VO-16).

A random book may have a million numbers and more, so it is made slice by slice, each in a transaction
of its own: whoever finds it unfinished goes on with it, and two that do so take turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from largesse.crm.models import Partner
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import ONE
from largesse.offers.current import current
from largesse.offers.models import BookEvent, SingleUseCode, Voucher, VoucherBook, VoucherRange
from largesse.offers.vouchers.journaling import Asked, record
from largesse.offers.vouchers.numbers import (
    DIGITS,
    PREFIX,
    Run,
    random_numbers,
    run_of,
    taken_of,
)
from largesse.offers.vouchers.storing import Row, store

SLICE: Final = 20_000
"""So many random numbers are made in one transaction: others wait half a second at most."""

RANDOM_MAX: Final = 100_000_000
RUN_MAX: Final = 100_000
"""The most tickets of a run, which is made in one transaction."""

_ATTEMPTS: Final = 5
_LIKE_RANDOM: Final = re.compile(rf"{PREFIX}[0-9]{{{DIGITS}}}")

Step = Callable[[int, int], None]
"""Told how many numbers are made, and of how many."""

Draw = Callable[[int], list[str]]


# --- random numbers --------------------------------------------------------------------------------


def begin_random(
    count: int,
    *,
    at: datetime,
    by: str,
    label: str = "",
    percent: int | None = None,
    expires: datetime | None = None,
    asked: Asked | None = None,
) -> VoucherBook:
    """A book of random numbers that are still to be made, by `make_rest`.

    `percent` is what is printed on them; left open, it is set when they are assigned (VO-14). The
    same request makes one book. Raises `Faults`, and KeyTaken.
    """
    before = _made_before(asked)
    if before is not None:
        return before
    faults = list(_faults(count, RANDOM_MAX, label, percent))
    if faults:
        raise Faults(faults)
    with transaction.atomic():
        book = VoucherBook.objects.create(
            kind=VoucherBook.Kind.RANDOM,
            label=label,
            percent=percent,
            expires=expires,
            count=count,
            made_at=at,
            made_by=by,
        )
        record(book, BookEvent.Kind.MADE, at=at, by=by, count=count, asked=asked)
    return book


def _made_before(asked: Asked | None) -> VoucherBook | None:
    """The book that the same request has made already."""
    answer = None if asked is None else asked.answer()
    return None if answer is None else VoucherBook.objects.get(pk=UUID(bytes=answer))


def make_rest(
    book: VoucherBook,
    step: Step | None = None,
    *,
    slices: int | None = None,
    draw: Draw = random_numbers,
) -> bool:
    """Make the missing numbers of a random book, or some slices of them; whether all are made.

    `draw` gives so many different numbers, each as likely as any other.
    """
    left = slices
    while left is None or left > 0:
        made, count = _make_slice(book, draw)
        if step is not None:
            step(made, count)
        if made == count:
            break
        left = None if left is None else left - 1
    book.refresh_from_db()
    return book.is_complete


def unfinished() -> Iterator[VoucherBook]:
    """The books whose numbers are still to be made, the oldest first."""
    rows = VoucherBook.objects.filter(made__lt=F("count"), stopped_at=None)
    return rows.order_by("id").iterator()


def _make_slice(book: VoucherBook, draw: Draw) -> tuple[int, int]:
    """Make the next slice; how many are made now, and of how many."""
    for _ in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                held = VoucherBook.objects.select_for_update().get(pk=book.pk)
                return _slice_of(held, draw)
        except IntegrityError:
            continue  # one number was drawn before, or by somebody else: draw the slice anew
    raise RuntimeError("random numbers collide again and again")


def _slice_of(book: VoucherBook, draw: Draw) -> tuple[int, int]:
    wanted = min(SLICE, book.count - book.made)
    if wanted <= 0 or book.stopped_at is not None:
        return book.count, book.count
    numbers = draw(wanted)
    offers = current().book
    if any(map(offers.is_promo_code, numbers)) or not _codes_like_random().isdisjoint(numbers):
        raise IntegrityError("a number is the code of a promotion")
    places = enumerate(numbers, start=book.made + 1)
    store([Row(n, percent=book.percent, book=book.pk, position=i) for i, n in places])
    book.first = book.first or numbers[0]
    book.last = numbers[-1]
    book.made += wanted
    book.save(update_fields=["first", "last", "made"])
    return book.made, book.count


def _codes_like_random() -> set[str]:
    """Single-use codes that look like a random number: few, if any."""
    codes = SingleUseCode.objects.filter(code__startswith=PREFIX).values_list("code", flat=True)
    return {code for code in codes if _LIKE_RANDOM.fullmatch(code)}


# --- runs ------------------------------------------------------------------------------------------


def make_run(
    first: str,
    count: int,
    *,
    at: datetime,
    by: str,
    label: str = "",
    percent: int | None = None,
    expires: datetime | None = None,
    partner: Partner | None = None,
    preprinted: bool = False,
    asked: Asked | None = None,
) -> VoucherBook:
    """Make a book of numbers that count up from the first, all of them or none (VO-15).

    With a partner they are ready to use. A pre-printed book is made when it is handed out, so it has
    one (VO-16). The same request makes one book. Raises `Faults`, of which one for a collision names
    the first number that is taken; and KeyTaken.
    """
    before = _made_before(asked)
    if before is not None:
        return before
    faults = list(_faults(count, RUN_MAX, label, percent))
    if partner is None and preprinted:
        faults.append(Fault("partner", None, "is missing: the book is made when it is handed out"))
    if partner is not None and percent is None:
        faults.append(Fault("percent", None, "is missing: without it nothing can be assigned"))
    if partner is not None and not partner.active:
        faults.append(Fault("partner", partner.code, "is not active"))
    if faults:
        raise Faults(faults)
    run = run_of(first, count)
    kind = VoucherBook.Kind.PREPRINTED if preprinted else VoucherBook.Kind.SEQUENTIAL
    with transaction.atomic():
        _check_free(run)
        book = VoucherBook.objects.create(
            kind=kind,
            label=label,
            percent=percent,
            expires=expires,
            count=count,
            made=count,
            first=run.first,
            last=run.last,
            made_at=at,
            made_by=by,
        )
        note = f"from {run.first}"
        record(book, BookEvent.Kind.MADE, at=at, by=by, count=count, note=note, asked=asked)
        _store_run(run, book, partner)
        if partner is not None:
            _hand_out(book, partner, at, by)
    return book


def _store_run(run: Run, book: VoucherBook, partner: Partner | None) -> None:
    state = Voucher.State.CREATED if partner is None else Voucher.State.ASSIGNED
    key = None if partner is None else partner.pk
    rows = [
        Row(n, percent=book.percent, state=state, book=book.pk, position=i, partner=key)
        for i, n in enumerate(run.numbers(), start=1)
    ]
    try:
        with transaction.atomic():
            store(rows)
    except IntegrityError:
        _check_free(run)  # somebody has made one of them since they were looked up
        raise


def _hand_out(book: VoucherBook, partner: Partner, at: datetime, by: str) -> None:
    """The whole of a new book is the partner's."""
    VoucherRange.objects.create(
        book=book,
        first_position=1,
        last_position=book.count,
        first=book.first,
        last=book.last,
        partner=partner,
        percent=book.percent,
        at=at,
        by=by,
    )
    note = f"{book.first} to {book.last} for {partner.name}"
    record(book, BookEvent.Kind.ASSIGNED, at=at, by=by, count=book.count, note=note)


def _check_free(run: Run) -> None:
    """Raises `Faults` that names the first number of the run that is taken."""
    book = current(fresh=True).book
    numbers = list(run.numbers())
    taken = taken_of(numbers)
    for number in numbers:
        if book.is_promo_code(number):
            raise Faults([_collision(number, "is the code of a promotion")])
        if number in taken:
            raise Faults([_collision(number, taken[number])])


def _collision(number: str, why: str) -> Fault:
    return Fault("first", number, f"leads to {number}, which {why}; none of the run is made")


def _faults(count: int, most: int, label: str, percent: int | None) -> Iterator[Fault]:
    if not 1 <= count <= most:
        yield Fault("count", count, f"is 1 to {most:,}")
    if len(label) > 120:
        yield Fault("label", label, "has at most 120 letters")
    if percent is not None and not 0 < percent <= ONE:
        yield Fault("percent", percent, "is more than 0 and at most 100")
