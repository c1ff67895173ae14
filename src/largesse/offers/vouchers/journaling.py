"""What is done with vouchers is an event of the journal, and of their book where they are in one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from largesse.business import values as business_values
from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Event, Plan, Recorded
from largesse.ledger.writing import carry_out
from largesse.offers.models import BookEvent, VoucherBook

SEEN_AGAIN_AFTER: Final = timedelta(hours=1)
"""Who turns the pages of a book's numbers has looked at them once."""


def account_of(number: str) -> Account:
    """The account that holds a voucher's one use; the first order that takes it opens it."""
    return Account(Kind.VOUCHER, number, "use")


def journal(kind: str, *, at: datetime, by: str, reason: str) -> None:
    """An event that moves nothing: it says who did what, and when."""
    id = uuid7()
    event = Event(
        id=id,
        kind=kind,
        key=f"{kind}:{id}",
        body_hash="",
        answer=b"",
        day=business_values.calendar().day_of(at),
        at=at,
        actor=by[:120],
        reason=reason[:200],
    )
    outcome = carry_out(Plan(event=event))
    if not isinstance(outcome, Recorded):
        raise RuntimeError(f"{kind} could not be recorded: {outcome}")


def record(
    book: VoucherBook,
    kind: BookEvent.Kind,
    *,
    at: datetime,
    by: str,
    count: int = 0,
    note: str = "",
) -> None:
    """Keep what was done with a book; the journal has it too, unless it was only a look."""
    BookEvent.objects.create(book=book, kind=kind, at=at, by=by[:120], count=count, note=note[:240])
    if kind not in BookEvent.ACCESSES:
        told = ", ".join(filter(None, (str(book), f"{count:,}" if count else "", note)))
        journal(f"vouchers_{kind.value}", at=at, by=by, reason=told)


def record_seen(book: VoucherBook, *, at: datetime, by: str, count: int) -> None:
    """Keep that somebody looked at numbers of a book on a page."""
    lately = BookEvent.objects.filter(
        book=book, kind=BookEvent.Kind.SEEN, by=by[:120], at__gt=at - SEEN_AGAIN_AFTER
    )
    if not lately.exists():
        record(book, BookEvent.Kind.SEEN, at=at, by=by, count=count)
