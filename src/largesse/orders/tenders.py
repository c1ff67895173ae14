"""Tenders are the money that pays what is due of an order, each by a method, in the order of taking.

What is given back goes to the tender taken last first, and to value vouchers, which pay before all
tenders, at the end. An order keeps its tenders in `payment`; where that names one method and no
tenders, all that was due was paid by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from largesse.engine.money import Currency
from largesse.orders.answers import Refused


class Tender(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An amount that was paid, in minor units; of cash also what was given for it and the change."""

    method: str
    amount: int
    given: int | None = None
    change: int = 0
    reference: str = ""
    """What the payment provider calls it."""
    last4: str = ""
    """The last four digits of a card."""


# Met once, at import: two threads that first met the type at once would crash.
msgspec.convert([], tuple[Tender, ...])


def payment_of(tenders: Iterable[Tender]) -> dict[str, Any]:
    """Tenders as an order keeps them."""
    return {"tenders": [msgspec.to_builtins(each) for each in tenders]}


def tenders_of(payment: Mapping[str, Any] | None, due: int) -> tuple[Tender, ...]:
    """The tenders that an order keeps, of which `due` was to be paid; none where no method is known."""
    if payment is None or not due:
        return ()
    if "tenders" in payment:
        return msgspec.convert(payment["tenders"], tuple[Tender, ...])
    if "method" not in payment:
        return ()
    said = {name: payment[name] for name in ("reference", "last4") if payment.get(name)}
    return (Tender(method=payment["method"], amount=due, **said),)


def not_what_is_due(payment: Mapping[str, Any] | None, due: int, currency: str) -> Refused | None:
    """Why tenders don't pay an order: they come to exactly what is due."""
    if payment is None or "tenders" not in payment:
        return None
    paid = sum(each["amount"] for each in payment["tenders"])
    if paid == due:
        return None
    money = Currency.of(currency).format
    return Refused(
        code="tenders_differ",
        message=f"The tenders come to {money(paid)}, and {money(due)} is due.",
        field="payment.tenders",
    )


def by_method(tenders: Iterable[Tender], amounts: Iterable[int]) -> Mapping[str, int]:
    """Amounts of tenders, summed by method: each has one account."""
    sums: dict[str, int] = defaultdict(int)
    for tender, amount in zip(tenders, amounts, strict=True):
        sums[tender.method] += amount
    return sums


def returned(tenders: Sequence[Tender], amount: int) -> tuple[int, ...]:
    """What of each tender has gone back once an amount has: of the one taken last first.

    >>> returned([Tender(method="card", amount=20), Tender(method="cash", amount=40)], 50)
    (10, 40)
    """
    back: list[int] = []
    for tender in reversed(tenders):
        share = min(amount, tender.amount)
        back.append(share)
        amount -= share
    return tuple(reversed(back))
