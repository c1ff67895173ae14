"""What refunds paid went back to tenders, then credit accounts, then value vouchers (OR-5, SP-13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from largesse.ledger.accounts import Account, Kind
from largesse.orders.credit.paying import limited
from largesse.orders.models import Order
from largesse.orders.tenders import tenders_of

Amounts = Mapping[tuple[Account, Account], int]
"""Minor units by the accounts of the entries that they are of."""


def differences(order: Order, booked: Amounts, given_back: Amounts) -> Iterator[str]:
    """What went back to payments of a kind and should not have, or the other way round."""
    paid, back = _by_kind(booked), _by_kind(given_back)
    left = order.refunded
    if not tenders_of(order.payment, order.due):
        # No money was taken: the buyer owes less, before anything goes back.
        left -= min(left, order.due)
    for kind in (Kind.TENDERS, Kind.CUSTOMER_CREDIT, Kind.VOUCHER_CLEARING):
        wanted = min(left, paid[kind])
        left -= wanted
        if back[kind] != wanted:
            yield f"{back[kind]} went back to {kind.value}, it should be {wanted}"


def payable_again(given_back: Amounts) -> Mapping[Account, int]:
    """What comes back to the limited accounts of credit: what was booked back of the payments."""
    return {
        limited(paid_by): amount
        for (source, paid_by), amount in given_back.items()
        if source.kind is Kind.RECEIVABLES and paid_by.kind is Kind.CUSTOMER_CREDIT
    }


def _by_kind(amounts: Amounts) -> Mapping[Kind, int]:
    """The payments among some amounts, by the kind of account that paid."""
    sums: dict[Kind, int] = defaultdict(int)
    for (source, paid_by), amount in amounts.items():
        if source.kind is Kind.RECEIVABLES:
            sums[paid_by.kind] += amount
    return sums
