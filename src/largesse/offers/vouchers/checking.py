"""Whether vouchers and the accounts that hold their uses agree: one use each, opened once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import connection

from largesse.ledger.accounts import Kind
from largesse.ledger.checking import Finding

_ACCOUNTS: Final = """
SELECT a.owner, a.granted, v.opened FROM ledger_account a
LEFT JOIN offers_voucher v ON v.number = a.owner
WHERE a.kind = %s AND (a.granted <> 1 OR v.opened IS NULL OR NOT v.opened)
ORDER BY a.owner
"""
_OPENED: Final = """
SELECT v.number FROM offers_voucher v
LEFT JOIN ledger_account a ON a.kind = %s AND a.owner = v.number AND a.asset = 'use'
WHERE v.opened AND a.id IS NULL
ORDER BY v.number
"""


def check() -> tuple[Finding, ...]:
    """Everything in which vouchers and their accounts differ."""
    return tuple(_findings())


def _findings() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS, [Kind.VOUCHER.value])
        for number, granted, opened in cursor.fetchall():
            if granted != 1:
                yield Finding(f"voucher {number}", f"it was granted {granted} uses, it has one")
            if opened is None:
                yield Finding(f"voucher {number}", "the journal has its use, but it is not there")
            elif not opened:
                yield Finding(f"voucher {number}", "it says that no order has opened its account")
        cursor.execute(_OPENED, [Kind.VOUCHER.value])
        for (number,) in cursor.fetchall():
            yield Finding(f"voucher {number}", "it says that its account is open; there is none")
