"""A voucher is a row, and an account in the ledger with one use in it: who takes the use has used it
(VO-1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, transaction

from largesse.business import values as business_values
from largesse.crm.models import Customer, Partner
from largesse.engine.cart import normal_code
from largesse.engine.faults import Fault, Faults
from largesse.engine.offers.voucher import Voucher as Value
from largesse.engine.offers.voucher import VoucherStatus
from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Event, Grant, Plan, Recorded
from largesse.ledger.writing import carry_out
from largesse.offers.book_log import in_chunks
from largesse.offers.current import current
from largesse.offers.models import SingleUseCode, Voucher

_LONGEST: Final = 32


def account_of(number: str) -> Account:
    """The account that holds a voucher's one use."""
    return Account(Kind.VOUCHER, number, "use")


def create(
    numbers: Iterable[str],
    *,
    at: datetime,
    by: str,
    percent: int | None = None,
    value: int | None = None,
    minimum: int = 0,
    partner: Partner | None = None,
    customer: Customer | None = None,
    expires: datetime | None = None,
    state: Voucher.State = Voucher.State.ASSIGNED,
    reason: str = "",
) -> int:
    """Make vouchers of these numbers, all alike, each with one use. How many were made.

    `percent` is a rate in millionths, `value` and `minimum` are minor units; `by` is who makes them, as
    the journal shall say. Raises `Faults` for numbers that can't be, or are taken; then none is made.
    """
    normal = [normal_code(number) for number in numbers]
    sample = Value(number="", percent=percent, value=value, minimum=minimum)
    with transaction.atomic():
        faults = [
            *(Fault(name, getattr(sample, name), message) for name, message in sample.faults()),
            *_faults(normal),
        ]
        if faults:
            raise Faults(faults)
        fields: dict[str, Any] = {
            "percent": percent,
            "value": value,
            "minimum": minimum,
            "partner": partner,
            "customer": customer,
            "expires": expires,
            "state": state,
        }
        for chunk in in_chunks(normal):
            Voucher.objects.bulk_create(Voucher(number=number, **fields) for number in chunk)
            _grant(chunk, at, by, reason)
    return len(normal)


def _faults(numbers: Sequence[str]) -> Iterator[Fault]:
    book = current(fresh=True).book
    seen: set[str] = set()
    for i, number in enumerate(numbers):
        place = f"numbers[{i}]"
        if not 0 < len(number) <= _LONGEST:
            yield Fault(place, number, f"has 1 to {_LONGEST} letters or digits")
        elif number in seen:
            yield Fault(place, number, "is used twice")
        elif book.is_promo_code(number):
            yield Fault(place, number, "is the code of a promotion")
        seen.add(number)
    for chunk in in_chunks(numbers):
        for number in Voucher.objects.filter(number__in=chunk).values_list("number", flat=True):
            yield Fault("numbers", number, "is the number of another voucher")
        for number in SingleUseCode.objects.filter(code__in=chunk).values_list("code", flat=True):
            yield Fault("numbers", number, "is a single-use code")


def _grant(numbers: Sequence[str], at: datetime, by: str, reason: str) -> None:
    id = uuid7()
    event = Event(
        id=id,
        kind="vouchers_created",
        key=f"vouchers-{id}",
        body_hash="",
        answer=b"",
        day=business_values.calendar().day_of(at),
        at=at,
        actor=by,
        reason=reason,
    )
    grants = tuple(Grant(id=uuid7(), account=account_of(n), amount=1) for n in numbers)
    outcome = carry_out(Plan(event=event, movements=grants))
    if not isinstance(outcome, Recorded):
        raise RuntimeError(f"new vouchers could not be granted their use: {outcome}")


_SELECT: Final = """
SELECT v.number, v.percent, v.value, v.minimum, v.state, p.code, v.expires, c.number, a.held + a.posted
FROM offers_voucher v
LEFT JOIN crm_partner p ON p.id = v.partner_id
LEFT JOIN crm_customer c ON c.id = v.customer_id
LEFT JOIN ledger_account a ON a.kind = %s AND a.owner = v.number AND a.asset = 'use'
WHERE v.number IN ({marks})
"""


def voucher_values(numbers: Iterable[str]) -> dict[str, Value]:
    """The vouchers of these numbers, in one query; unknown ones are absent.

    One whose use is held or posted is redeemed. The engine tells by `expires` whether it has lapsed. In
    plain SQL: this is in the way of every scan, and the ORM's query costs five times as much.
    """
    normal = [normal_code(number) for number in numbers]
    marks = ", ".join(["%s"] * len(normal))
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(marks=marks), [Kind.VOUCHER.value, *normal])
        return {row[0]: _value(*row) for row in cursor.fetchall()}


def _value(
    number: str,
    percent: int | None,
    value: int | None,
    minimum: int,
    state: str,
    partner: str | None,
    expires: datetime | None,
    customer: str | None,
    used: int | None,
) -> Value:
    if expires is not None and expires.tzinfo is None:
        # SQLite keeps instants in UTC, without saying so.
        expires = expires.replace(tzinfo=UTC)
    return Value(
        number=number,
        percent=percent,
        value=value,
        minimum=minimum,
        status=VoucherStatus.REDEEMED if used else VoucherStatus(state),
        partner=partner,
        expires=expires,
        customer=customer,
    )
