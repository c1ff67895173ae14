"""Vouchers that are made by their numbers, all alike: one, or a handful (VO-1, VO-2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from largesse.crm.models import Customer, Partner
from largesse.engine.cart import normal_code
from largesse.engine.faults import Fault, Faults
from largesse.engine.offers.voucher import Voucher as Value
from largesse.engine.offers.voucher import VoucherStatus
from largesse.offers.models import Voucher
from largesse.offers.vouchers.journaling import journal
from largesse.offers.vouchers.numbers import faults_of
from largesse.offers.vouchers.storing import Row, store


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
    """Make vouchers of these numbers, all alike. How many were made.

    `percent` is a rate in millionths, `value` and `minimum` are minor units; `by` is who makes them, as
    the journal shall say. Raises `Faults` for numbers that can't be, or are taken; then none is made.
    """
    normal = [normal_code(number) for number in numbers]
    fields: dict[str, Any] = {"percent": percent, "value": value, "minimum": minimum}
    sample = Value(number="", **fields, status=VoucherStatus(state.value))
    with transaction.atomic():
        faults = [
            *(Fault(name, getattr(sample, name), message) for name, message in sample.faults()),
            *faults_of(normal),
        ]
        if faults:
            raise Faults(faults)
        rows = [
            Row(
                number=number,
                state=state,
                partner=None if partner is None else partner.pk,
                customer=None if customer is None else customer.pk,
                expires=expires,
                **fields,
            )
            for number in normal
        ]
        store(rows)
        told = reason or (f"{len(normal):,} vouchers" if len(normal) > 1 else "".join(normal))
        journal("vouchers_created", at=at, by=by, reason=told)
    return len(normal)
