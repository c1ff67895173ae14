"""A voucher is a numbered single-use right: a percentage off the whole order, or a part payment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from largesse.engine.money import ONE, Money, Rate


class VoucherStatus(StrEnum):
    """The life of a voucher (VO-1)."""

    CREATED = "created"
    ASSIGNED = "assigned"
    REDEEMED = "redeemed"
    VOID = "void"
    EXPIRED = "expired"


class Voucher(Struct, frozen=True, kw_only=True):
    """A percentage voucher has a `percent`, a value voucher a `value`; exactly one of them.

    `minimum` is the least payable total, tax included, of an order that a value voucher pays on
    (VO-31). `customer` binds it to one buyer.
    """

    number: str
    """What is printed on it; unique over both kinds."""
    percent: Rate | None = None
    """The percentage off the whole order."""
    value: Money | None = None
    """What it pays."""
    minimum: Money = 0
    """The least payable total, tax included, that a value voucher pays on."""
    status: VoucherStatus = VoucherStatus.ASSIGNED
    """Where it is in its life."""
    partner: str | None = None
    """Who handed it out."""
    expires: datetime | None = None
    """The instant from which it can't be used."""
    customer: str | None = None
    """The only buyer who may use it, if it is bound to one."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        if (self.percent is None) == (self.value is None):
            yield "percent", "a voucher has a percentage or a value, and not both"
        if self.percent is not None and not 0 < self.percent <= ONE:
            yield "percent", "is more than 0 and at most 100"
