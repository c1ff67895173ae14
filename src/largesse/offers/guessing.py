"""Codes that are entered in vain are counted, so that nobody finds one by trying (QU-41).

In each span of ten minutes a source (an address, a till, a program with its shopper) has a budget of
wrong codes, and so has each channel as a whole. The counts lie in the database, so that they hold for
every process. The same wrong code counts once a span, however often a cart with it is priced.

The same counters bound how much is kept of visits of links, which are no codes: `count`.

After pricing, `charge` says whether the answer may be told: of any number of simultaneous entries, no
more wrong ones are answered than the budget has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec
from django.db import connection, transaction

from largesse.engine.cart import normal_code
from largesse.engine.quote import Quote
from largesse.engine.refusals import Refusal, RefusalCode
from largesse.ids import uuid7
from largesse.offers.models import FailedEntry

SPAN: Final = timedelta(minutes=10)
OF_SOURCE: Final = 20
OF_PROGRAM: Final = 200
"""For a program that does not say which of its shoppers enters a code."""

OF_CHANNEL: Final = 2_000
KEPT: Final = timedelta(days=1)

_SOURCE_MAX: Final = 120

FAILED: Final = frozenset(
    {
        RefusalCode.UNKNOWN_CODE,
        RefusalCode.INACTIVE,
        RefusalCode.NOT_STARTED,
        RefusalCode.ENDED,
        RefusalCode.OTHER_CUSTOMER,
        RefusalCode.VOUCHER_NOT_ASSIGNED,
        RefusalCode.VOUCHER_REDEEMED,
        RefusalCode.VOUCHER_VOID,
        RefusalCode.VOUCHER_EXPIRED,
        RefusalCode.TILL_ONLY,
        RefusalCode.CODE_USED,
    }
)
"""Why a code is nothing to who entered it. Only staff are told these apart."""


class Entrant(NamedTuple):
    """Who enters codes: through a channel, and from where."""

    channel: str
    source: str
    most: int = OF_SOURCE
    """How many wrong codes it may enter in a span."""


# --- which entries fail ----------------------------------------------------------------------------


def failed_codes(quote: Quote) -> tuple[str, ...]:
    """The codes of a quote's cart that were entered in vain."""
    entered = {normal_code(code) for code in quote.cart.codes}
    if not entered:
        return ()
    found = (_entered_for(refusal, entered, quote) for refusal in quote.refusals)
    return tuple(dict.fromkeys(code for code in found if code is not None))


def untold(quote: Quote) -> tuple[Refusal, ...]:
    """A quote's refusals for others than staff: codes in vain are all alike."""
    entered = {normal_code(code) for code in quote.cart.codes}
    told: dict[Refusal, None] = {}
    for refusal in quote.refusals:
        code = _entered_for(refusal, entered, quote)
        told[refusal if code is None else alike(code)] = None
    return tuple(told)


def alike(code: str) -> Refusal:
    """What others than staff are told of any code in vain."""
    return Refusal(code, RefusalCode.UNKNOWN_CODE, f"The code {code} is not valid.")


def _entered_for(refusal: Refusal, entered: Iterable[str], quote: Quote) -> str | None:
    """The code that a refusal is about, if it failed: its own, or that of the promotion it brings."""
    if refusal.code not in FAILED:
        return None
    for code in entered:
        of_code = quote.book.promotions_of_code(code)
        if refusal.offer == code or any(refusal.offer == each.code for each in of_code):
            return code
    return None


# --- the budget ------------------------------------------------------------------------------------


def is_blocked(entrant: Entrant, at: datetime) -> bool:
    """Whether the budget of this span is spent: then no code is looked at."""
    counters = _counters(entrant)
    rows = FailedEntry.objects.filter(span=_span(at), channel=entrant.channel, code="")
    found = rows.filter(source__in=list(counters)).values_list("source", "failures")
    return any(failures > counters[source] for source, failures in found)


def charge(entrant: Entrant, failed: Sequence[str], at: datetime) -> bool:
    """Count codes that were entered in vain; whether the answer may be told.

    False once the budget is spent, for right codes too: who is told "too often" learns nothing.
    """
    if is_blocked(entrant, at):
        return False
    if not failed:
        return True
    with transaction.atomic():
        fresh = sum(_is_new(entrant, code, at) for code in sorted(failed))
        if not fresh:
            return True
        return _within(entrant, fresh, at)


def count(entrant: Entrant, at: datetime) -> bool:
    """Count one thing that is no code, such as a visit; whether it is within the budget.

    Once that is spent, nothing more is written in the span.
    """
    if is_blocked(entrant, at):
        return False
    with transaction.atomic():
        return _within(entrant, 1, at)


def _within(entrant: Entrant, more: int, at: datetime) -> bool:
    """Add to the counters of an entry; whether all of them are within the budget."""
    counts = {source: _count(entrant, source, more, at) for source in _counters(entrant)}
    return all(counts[source] <= most for source, most in _counters(entrant).items())


def open_again(at: datetime) -> datetime:
    """When the next span begins."""
    return _span(at) + SPAN


def forget(before: datetime) -> int:
    """Remove what was counted before an instant; how many rows."""
    return FailedEntry.objects.filter(span__lt=before).delete()[0]


def _counters(entrant: Entrant) -> dict[str, int]:
    """The counters that an entry falls under, by their sources; the channel's has none."""
    return {entrant.source[:_SOURCE_MAX] or "unknown": entrant.most, "": OF_CHANNEL}


def _span(at: datetime) -> datetime:
    seconds = int(at.timestamp())
    return datetime.fromtimestamp(seconds - seconds % int(SPAN.total_seconds()), UTC)


_INSERT: Final = """
INSERT INTO offers_failedentry (id, span, channel, source, code, failures)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (span, channel, source, code)
"""


def _is_new(entrant: Entrant, code: str, at: datetime) -> bool:
    """Note that a source entered a code; whether it had not yet in this span."""
    source = next(iter(_counters(entrant)))
    digest = sha256(code.encode()).hexdigest()[:32]
    with connection.cursor() as cursor:
        cursor.execute(f"{_INSERT} DO NOTHING", _row(entrant, source, digest, 1, at))
        return bool(cursor.rowcount)


def _count(entrant: Entrant, source: str, more: int, at: datetime) -> int:
    """Add to a counter; what it is now."""
    added = "DO UPDATE SET failures = offers_failedentry.failures + excluded.failures"
    with connection.cursor() as cursor:
        row = _row(entrant, source, "", more, at)
        cursor.execute(f"{_INSERT} {added} RETURNING failures", row)
        count: int = cursor.fetchone()[0]
    return count


def _row(entrant: Entrant, source: str, code: str, failures: int, at: datetime) -> list[Any]:
    key = FailedEntry._meta.pk.get_db_prep_value(uuid7(), connection)
    span = connection.ops.adapt_datetimefield_value(_span(at))
    return [key, span, entrant.channel, source, code, failures]


# --- answers that are kept as text -----------------------------------------------------------------


class _Refused(msgspec.Struct, frozen=True):
    offer: str
    code: str


class _Kept(msgspec.Struct, frozen=True):
    refusals: tuple[_Refused, ...] = ()


_KEPT: Final = msgspec.json.Decoder(_Kept)
_FAILED_NAMES: Final = frozenset(code.value for code in FAILED)


def untold_kept(quote: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The refusals of a quote in the file format for others than staff: codes in vain are all alike."""
    entered = [normal_code(code) for code in quote.get("cart", {}).get("codes", ())]
    told = []
    for refusal in quote.get("refusals", ()):
        if entered and refusal["code"] in _FAILED_NAMES:
            like = alike(refusal["offer"])
            refusal = {"offer": like.offer, "code": like.code.value, "sentence": like.sentence}
        told.append(refusal)
    return told


def failed_in(kept_quote: bytes | str) -> tuple[str, ...]:
    """The offers and codes that a quote in the file format refused as codes in vain."""
    refusals = _KEPT.decode(kept_quote).refusals
    return tuple(dict.fromkeys(each.offer for each in refusals if each.code in _FAILED_NAMES))
