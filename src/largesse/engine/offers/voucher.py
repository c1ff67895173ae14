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
    """A percentage voucher has a `percent`, a value voucher a `value`; exactly one of them, but that a
    percentage may be left open until the voucher is assigned (VO-14).

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
    till_only: bool = False
    """Whether its number is one of a run that anybody can count on from: then it is taken only where
    somebody sees the ticket, at the till, from a customer who is known (QU-41)."""

    def faults(self) -> Iterable[tuple[str, str]]:
        """What is wrong with its fields: the field and what is allowed."""
        open_yet = self.status in (VoucherStatus.CREATED, VoucherStatus.VOID)
        both = self.percent is not None and self.value is not None
        if both or (self.percent is None and self.value is None and not open_yet):
            yield "percent", "a voucher has a percentage or a value, and not both"
        if self.percent is not None and not 0 < self.percent <= ONE:
            yield "percent", "is more than 0 and at most 100"
