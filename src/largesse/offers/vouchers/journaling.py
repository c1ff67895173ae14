"""What is done with vouchers is an event of the journal, and of their book where they are in one."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, NamedTuple

from largesse.business import values as business_values
from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Event, KeyReused, Plan, Recorded
from largesse.ledger.reading import stored_answer
from largesse.ledger.writing import carry_out
from largesse.offers.models import BookEvent, VoucherBook

SEEN_AGAIN_AFTER: Final = timedelta(hours=1)
"""Who turns the pages of a book's numbers has looked at them once."""


def account_of(number: str) -> Account:
    """The account that holds a voucher's one use; the first order that takes it opens it."""
    return Account(Kind.VOUCHER, number, "use")


class KeyTaken(Exception):
    """The idempotency key was used with another request."""


class Asked(NamedTuple):
    """A request that is done once: its idempotency key, and what was asked (OR-3)."""

    key: str
    body: bytes

    @property
    def body_hash(self) -> str:
        return sha256(self.body).hexdigest()

    def answer(self) -> bytes | None:
        """What it was answered before, if it was. Raises KeyTaken for another request's key."""
        found = stored_answer(self.key, self.body_hash)
        if isinstance(found, KeyReused):
            raise KeyTaken(self.key)
        return None if found is None else found.answer


def journal(
    kind: str,
    *,
    at: datetime,
    by: str,
    reason: str,
    asked: Asked | None = None,
    answer: bytes = b"",
) -> None:
    """An event that moves nothing: it says who did what, and when. Raises KeyTaken for a key that
    somebody used meanwhile.
    """
    id = uuid7()
    event = Event(
        id=id,
        kind=kind,
        key=f"{kind}:{id}" if asked is None else asked.key,
        body_hash="" if asked is None else asked.body_hash,
        answer=answer,
        day=business_values.calendar().day_of(at),
        at=at,
        actor=by[:120],
        reason=reason[:200],
    )
    outcome = carry_out(Plan(event=event))
    if isinstance(outcome, KeyReused) or (isinstance(outcome, Recorded) and outcome.repeated):
        raise KeyTaken(event.key)
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
    asked: Asked | None = None,
) -> None:
    """Keep what was done with a book; the journal has it too, unless it was only a look.

    Under a request's key, the journal answers it with the book's.
    """
    BookEvent.objects.create(book=book, kind=kind, at=at, by=by[:120], count=count, note=note[:240])
    if kind not in BookEvent.ACCESSES:
        told = ", ".join(filter(None, (str(book), f"{count:,}" if count else "", note)))
        name = f"vouchers_{kind.value}"
        journal(name, at=at, by=by, reason=told, asked=asked, answer=book.pk.bytes)


def record_seen(book: VoucherBook, *, at: datetime, by: str, count: int) -> None:
    """Keep that somebody looked at numbers of a book on a page."""
    lately = BookEvent.objects.filter(
        book=book, kind=BookEvent.Kind.SEEN, by=by[:120], at__gt=at - SEEN_AGAIN_AFTER
    )
    if not lately.exists():
        record(book, BookEvent.Kind.SEEN, at=at, by=by, count=count)
