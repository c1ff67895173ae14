"""Vouchers as pages show them: masked to those who may not see numbers, what they give, their state."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from largesse.backoffice.amounts import rate_shown, shown
from largesse.backoffice.journal import masked
from largesse.offers.models import Voucher
from largesse.pages.figures import NOTHING

SEES_NUMBERS: Final = "backoffice.see_voucher_numbers"


def sees_numbers(request: HttpRequest) -> bool:
    return request.user.has_perm(SEES_NUMBERS)


def number_of(voucher: Voucher, request: HttpRequest) -> str:
    """A number, whole or masked."""
    return str(voucher.number) if sees_numbers(request) else masked(voucher.number)


def number_shown(row: Any) -> str:
    """The same of a row that says whether it `is_masked`."""
    return masked(row.number) if row.is_masked else str(row.number)


def gives(voucher: Any) -> str:
    """What a voucher takes off or pays; a dash while its percentage is open. Rows carry `currency`."""
    if voucher.percent is not None:
        return f"{rate_shown(voucher.percent)} off"
    if voucher.value is None:
        return NOTHING
    return f"{shown(voucher.value, voucher.currency)} {voucher.currency}"


def expires_of(voucher: Voucher) -> datetime | None:
    """When it lapses: by its own instant, or by its book's."""
    return voucher.expires or (voucher.book.expires if voucher.book is not None else None)


def state_of(voucher: Any) -> str:
    """Where it is in its life (VO-1); rows carry how often they are `used`."""
    if voucher.used:
        return "redeemed"
    if voucher.state == Voucher.State.VOID:
        return "void"
    expires = expires_of(voucher)
    if expires is not None and expires <= timezone.now():
        return "expired"
    return str(voucher.state)
