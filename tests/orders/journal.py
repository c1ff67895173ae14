"""The journal of an order in one line an account, as an accountant writes it."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from largesse.ledger import reading
from largesse.ledger.accounts import Account, Kind
from tests.words import money


def booked(order_id: UUID) -> dict[str, int]:
    """What is on each account of money from an order: debits above zero, credits below."""
    sums: dict[str, int] = defaultdict(int)
    for row in reading.transfers_of(order_id):
        if row.kind in ("entry", "reverse") and not _is_right(row.source, row.target):
            sums[_name(row.target)] += row.amount
            sums[_name(row.source)] -= row.amount
    return {name: amount for name, amount in sums.items() if amount}


def _is_right(*ends: Account) -> bool:
    return any(end.kind.value.startswith("rights:") for end in ends)


def _name(account: Account) -> str:
    return " ".join(filter(None, (account.kind.value.split(":")[-1], account.owner)))


def amounts(**said: str) -> dict[str, int]:
    """`amounts(receivables="80.00", sales="-100.00")`; an underscore is a hyphen, two are a space."""
    return {
        name.replace("__", " ").replace("_", "-"): money(text.lstrip("-")) * (-1) ** text.count("-")
        for name, text in said.items()
    }


def left(kind: Kind, owner: str, asset: str) -> int:
    account = Account(kind, owner, asset)
    return reading.left([account])[account]
