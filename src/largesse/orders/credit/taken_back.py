"""What was taken back of a credit account under a placed order pays for it no more: a payment never
takes an account below zero (SP-13).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from uuid import UUID

from largesse.engine.money import Currency
from largesse.ledger.accounts import Account, Kind
from largesse.orders.answers import FieldError, Refused
from largesse.orders.credit.accounts import title_of
from largesse.orders.credit.statements import balance_before
from largesse.orders.models import Order

CODE: Final = "credit_taken_back"
"""The code of the refusal of an order that credit would pay which is there no more."""


class Lack(NamedTuple):
    """A credit account that has less than an order was to be paid with. Amounts are minor units."""

    account: str
    """Its name; the main one's is empty."""
    pays: int
    """What the order was to be paid with from it."""
    left: int
    """What is owed on it now; below zero, what was taken back of what was spent."""

    @property
    def missing(self) -> int:
        """What has to be given before it pays."""
        return self.pays - self.left


def payers_of(order_id: UUID) -> tuple[Account, ...]:
    """The accounts of what is owed to the customer that pay for an order; none if there is none."""
    orders = Order.objects.filter(id=order_id).only("payments", "currency")
    return tuple(owed for order in orders for owed, _, _ in _payments(order))


def lacking(order: Order) -> Refused | None:
    """Why a placed order can't be posted: its credit was taken back since. None where there is enough.

    Whichever of several orders is posted first is paid: what others hold of the account is not set
    aside for them.
    """
    found = tuple(_lacks(order))
    if not found:
        return None
    told = Currency.of(order.currency).format
    errors = tuple(_error(each, told(each.pays), told(each.missing)) for each in found)
    said = "; ".join(
        f"{title_of(each.account)} has {told(each.left)} of {told(each.pays)}" for each in found
    )
    missing = told(sum(each.missing for each in found))
    return Refused(
        code=CODE,
        message=f"Credit that pays for order {order.number} was taken back, {missing} is missing: "
        f"{said}. Give it, place the order anew, or cancel it.",
        field="credit",
        errors=errors,
    )


def _error(lack: Lack, pays: str, missing: str) -> FieldError:
    return FieldError(f"credit.{lack.account}", pays, f"{missing} is missing on the account")


def _lacks(order: Order) -> Iterator[Lack]:
    for owed, account, pays in _payments(order):
        left = balance_before(owed.id, None)
        if left < pays:
            yield Lack(account, pays, left)


def _payments(order: Order) -> Iterator[tuple[Account, str, int]]:
    for payment in order.payments:
        if payment["kind"] == "credit_account":
            owed = Account(Kind.CUSTOMER_CREDIT, payment["owner"], order.currency)
            yield owed, payment["code"], payment["amount"]
