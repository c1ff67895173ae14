"""Which of a customer's credit accounts can pay for an order, and what of them does (SP-13)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ValidationError
from msgspec import Struct
from msgspec.structs import replace

from largesse.crm.models import Customer
from largesse.engine.facts import CreditBalance, Facts
from largesse.engine.money import Currency
from largesse.engine.quote import Quote
from largesse.orders.credit.accounts import of_customer, title_of
from largesse.orders.models import Order
from largesse.records import AmountFormField

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Purse(Struct, frozen=True):
    """A credit account that may pay for an order. Amounts are minor units.

    `left` is what it could pay of this order, what it `pays` already included; `most` is what it would
    pay at most.
    """

    account: str
    title: str
    left: int
    pays: int
    most: int
    typed: str | None = None
    error: str = ""


def purses(
    customer: Customer | None,
    quote: Quote,
    typed: Mapping[str, str] = NOTHING,
    errors: Mapping[str, str] = NOTHING,
    *,
    own: Mapping[str, int],
) -> tuple[Purse, ...]:
    """The accounts that can pay for an order, or do; `own` is what it holds already, by account. What
    was `typed` and is wrong comes by account, too.
    """
    if customer is None:
        return ()
    paid = paid_by(quote)
    found = []
    for account in of_customer(customer.number, quote.currency):
        pays = paid.get(account.account, 0)
        left = account.payable + own.get(account.account, 0)
        if left > 0 or pays:
            most = min(left, quote.due + pays)
            name = account.account
            wrong = (typed.get(name), errors.get(name, ""))
            found.append(Purse(name, account.title, left, pays, most, *wrong))
    return tuple(found)


def paid_by(quote: Quote) -> Mapping[str, int]:
    """What credit accounts pay of an order, by name in minor units."""
    return {p.code: p.amount for p in quote.payments if p.kind == "credit_account"}


def held_by(order: Order) -> Mapping[str, int]:
    """What of credit accounts a saved order holds whose changed form would replace it, by name."""
    if order.state not in _HOLDING:
        return {}
    return {p["code"]: p["amount"] for p in order.payments if p["kind"] == "credit_account"}


_HOLDING: Final = (Order.State.REFERRED, Order.State.REFERRED_BY_USER, Order.State.PENDING)


def with_own(facts: Facts, own: Mapping[str, int]) -> Facts:
    """The facts for the changed form of an order, which has what the old form gives back."""
    if not own or not facts.credit:
        return facts
    credit = {
        name: CreditBalance(each.given, each.left + own.get(name, 0))
        for name, each in facts.credit.items()
    }
    return replace(facts, credit=credit)


def amount_of(purse: Purse, typed: str, currency: Currency) -> int:
    """What was typed as an amount to pay from an account, in minor units.

    Raises ValidationError for what is no amount, for nothing, and for more than it has left.
    """
    field = AmountFormField(required=False)
    field.known = currency
    most: int | None = field.clean(typed)
    if not most:
        raise ValidationError("Enter an amount, such as 5.00.")
    if most > purse.left:
        raise ValidationError(f"Only {currency.format(purse.left)} is on this account.")
    return most


def payment_words(kind: str, code: str) -> str:
    """What pays a part of an order, as its buyer reads it.

    >>> payment_words("credit_account", ""), payment_words("credit_account", "rewards")
    ('Credit, main account', 'Credit, rewards')
    >>> payment_words("value_voucher", "GV1")
    'Voucher GV1'
    """
    if kind != "credit_account":
        return f"Voucher {code}"
    title = title_of(code)
    return f"Credit, {title[:1].lower()}{title[1:]}"
