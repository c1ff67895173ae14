"""What shoppers have on their credit accounts, what pays of it, and what moved there (SP-13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, assert_never

from msgspec import Struct

from largesse.crm.models import Customer
from largesse.engine.quote import Quote
from largesse.orders.credit_accounts import CreditAccount, of_customer, title_of
from largesse.orders.credit_statements import Movement, What
from largesse.orders.models import Order

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Purse(Struct, frozen=True):
    """A credit account at checkout. Amounts are minor units.

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
    for account in _of_currency(customer, quote.currency):
        pays = paid.get(account.account, 0)
        left = account.payable + (pays if held else 0)
        if left > 0 or pays:
            most = min(left, quote.due + pays)
            name = account.account
            wrong = (typed.get(name), errors.get(name, ""))
            found.append(Purse(name, account.title, left, pays, most, *wrong))
    return tuple(found)


def accounts(customer: Customer, currency: str) -> tuple[CreditAccount, ...]:
    """The accounts that a customer sees: those with something on them, or that owe something."""
    found = _of_currency(customer, currency)
    return tuple(each for each in found if each.balance or each.held)


def _of_currency(customer: Customer, currency: str) -> Iterable[CreditAccount]:
    return (each for each in of_customer(customer.number) if each.currency == currency)


# --- in words --------------------------------------------------------------------------------------


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


def movement_words(movement: Movement, business: str) -> str:
    """What moved on an account, as the customer reads it."""
    back = movement.is_back
    match movement.what:
        case What.PROMOTION:
            return "An award was taken back" if back else "You were awarded"
        case What.DEAL:
            return "A rebate was taken back" if back else "Rebate"
        case What.SPREE:
            return "Taken back" if back else "Left over of a shopping spree"
        case What.BY_HAND:
            return f"From {business}" if movement.change > 0 else f"Taken off by {business}"
        case What.PAYMENT:
            return "Given back to your credit" if back else "Paid for an order"
        case _:
            assert_never(movement.what)


class Moved(Struct, frozen=True):
    """A movement as its customer sees it; `order` is one of theirs."""

    movement: Movement
    words: str
    order: Order | None


def moved(movements: Iterable[Movement], customer: Customer, business: str) -> tuple[Moved, ...]:
    """What moved on an account. Orders of others, who brought it credit, are not told (QU-40)."""
    return tuple(
        Moved(each, movement_words(each, business), _own(each.order, customer))
        for each in movements
    )


def _own(order: Order | None, customer: Customer) -> Order | None:
    return order if order is not None and order.customer_id == customer.pk else None
