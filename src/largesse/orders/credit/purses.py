"""Which of a customer's credit accounts can pay for an order, and what of them does (SP-13)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.core.exceptions import ValidationError
from msgspec import Struct

from largesse.crm.models import Customer
from largesse.engine.money import Currency
from largesse.engine.quote import Quote
from largesse.orders.credit.accounts import of_customer, title_of
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
    held: bool,
) -> tuple[Purse, ...]:
    """The accounts that can pay for an order, or do; `held` says whether its credit is kept back for it
    already. What was `typed` and is wrong comes by account.
    """
    if customer is None:
        return ()
    paid = {p.code: p.amount for p in quote.payments if p.kind == "credit_account"}
    found = []
    for account in of_customer(customer.number, quote.currency):
        pays = paid.get(account.account, 0)
        left = account.payable + (pays if held else 0)
        if left > 0 or pays:
            most = min(left, quote.due + pays)
            name = account.account
            wrong = (typed.get(name), errors.get(name, ""))
            found.append(Purse(name, account.title, left, pays, most, *wrong))
    return tuple(found)


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
