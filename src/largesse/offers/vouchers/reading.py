"""What the engine is told of vouchers: one query, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from django.db import connection

from largesse.engine.cart import normal_code
from largesse.engine.offers.voucher import Voucher as Value
from largesse.engine.offers.voucher import VoucherStatus
from largesse.ledger.accounts import Kind
from largesse.offers.models import VoucherBook

_SELECT: Final = """
SELECT v.number, v.percent, v.value, v.minimum, v.state, p.code, COALESCE(v.expires, b.expires),
    c.number, b.kind, a.held + a.posted
FROM offers_voucher v
LEFT JOIN offers_voucherbook b ON b.id = v.book_id
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
    expires: datetime | str | None,
    customer: str | None,
    kind: str | None,
    used: int | None,
) -> Value:
    return Value(
        number=number,
        percent=percent,
        value=value,
        minimum=minimum,
        status=VoucherStatus.REDEEMED if used else VoucherStatus(state),
        partner=partner,
        expires=_instant(expires),
        customer=customer,
        till_only=kind in VoucherBook.RUNS,
    )


def _instant(stored: datetime | str | None) -> datetime | None:
    """An instant as the database keeps it: SQLite in UTC, without saying so, or as a text."""
    if stored is None:
        return None
    found = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return found if found.tzinfo else found.replace(tzinfo=UTC)
