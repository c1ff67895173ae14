"""Programs give credit to customers by hand and take it off, as staff do in the back office (SP-13)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from largesse.api import credit_accounts
from largesse.api.amounts import Amount, SignedMoney, minor_of, shown
from largesse.api.credit_accounts import account_of
from largesse.api.deeds import deed_of, refusal
from largesse.api.headers import IdempotencyKey
from largesse.api.reading import read
from largesse.api.routing import Call, Reply, Route, operation
from largesse.api.scopes import Scope
from largesse.business import values as business_values
from largesse.crm.models import Customer
from largesse.engine.faults import Fault, Faults
from largesse.engine.money import Currency
from largesse.ids import public_id
from largesse.offers.current import current
from largesse.orders.answers import Refused
from largesse.orders.credit import by_hand
from largesse.orders.credit.accounts import PREFIX
from largesse.orders.credit.by_hand import Booked, CreditAnswered
from largesse.orders.credit.paying import owed_to

router: Final = credit_accounts.router
"""The same as of the accounts, whose addresses they have."""

Why = Annotated[
    str, Meta(min_length=1, max_length=200, description="The customer reads it on the statement.")
]


class CreditByHandIn(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much is given, and why."""

    amount: Annotated[Amount, Meta(description="More than 0.")]
    reason: Why


class CreditGivenIn(CreditByHandIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom it is given to, and on which account, how much, and why."""

    customer: Annotated[
        str, Meta(min_length=1, max_length=32, description="The customer's number.")
    ]
    account: Annotated[
        str,
        Meta(
            max_length=64,
            description="The name of the account: one that an offer gives to, or empty for the main "
            "one.",
        ),
    ] = ""


class CreditTakenIn(CreditByHandIn, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much is taken off, and why."""

    below_zero: Annotated[
        bool,
        Meta(description="Whether more may be taken than the account can pay, so that it owes."),
    ] = False


class CreditByHandOut(Struct, frozen=True, kw_only=True):
    """What was booked by hand. The same idempotency key is answered with the same bytes for ever."""

    object: Literal["credit_by_hand"] = "credit_by_hand"
    credit_account: Annotated[str, Meta(description="The id of the account.")]
    customer: Annotated[str, Meta(description="The customer's number.")]
    account: Annotated[
        str, Meta(description="What carts call it in `credit`; the main account is empty.")
    ]
    change: Annotated[SignedMoney, Meta(description="Below zero where it was taken off.")]


_route = partial(
    Route,
    method="POST",
    tag="credit-accounts",
    scope=Scope.CREDIT_GIVE,
    answer=CreditByHandOut,
    headers=("Idempotent-Replayed",),
)
_COMMON: Final = ("idempotency_key_missing", "idempotency_key_reused", "reason_needed")


@operation(
    router,
    _route(
        path="/credit-accounts",
        name="give_credit",
        body=CreditGivenIn,
        problems=_COMMON,
        example={
            "customer": "C-1001",
            "account": "",
            "amount": {"amount": "15.00", "currency": "USD"},
            "reason": "A parcel that came two weeks late.",
        },
    ),
)
def give_credit(request: Call, key: IdempotencyKey) -> Reply:
    """Give credit to an account of a customer, which opens where there is none yet. Once for the
    idempotency key.
    """
    asked = read(CreditGivenIn, request.body)
    deed = deed_of(request, key, asked.reason)
    answered = by_hand.answered_before(deed)
    if answered is None:
        currency = business_values.currency()
        amount = _checked(asked, currency)
        answered = by_hand.give(asked.customer, asked.account, amount, currency, deed)
    return _told(answered)


@operation(
    router,
    _route(
        path="/credit-accounts/{id}/give",
        name="give_to_credit_account",
        body=CreditByHandIn,
        problems=(*_COMMON, "not_found"),
        example={
            "amount": {"amount": "15.00", "currency": "USD"},
            "reason": "A parcel that came two weeks late.",
        },
    ),
)
def give_to_credit_account(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Give credit to an account. Once for the idempotency key."""
    asked = read(CreditByHandIn, request.body)
    of = account_of(id)
    currency = Currency.of(of.currency)
    deed, amount = deed_of(request, key, asked.reason), _amount(asked, currency)
    return _told(by_hand.give(of.number, of.account, amount, currency, deed))


@operation(
    router,
    _route(
        path="/credit-accounts/{id}/take",
        name="take_from_credit_account",
        body=CreditTakenIn,
        problems=(*_COMMON, "not_found", "credit_too_small"),
        example={
            "amount": {"amount": "15.00", "currency": "USD"},
            "reason": "It was given twice.",
            "below_zero": False,
        },
    ),
)
def take_from_credit_account(request: Call, id: str, key: IdempotencyKey) -> Reply:
    """Take credit off an account: no more than it can pay, so nothing that orders hold, unless it may
    go below zero. Once for the idempotency key.
    """
    asked = read(CreditTakenIn, request.body)
    of = account_of(id)
    currency = Currency.of(of.currency)
    deed, amount = deed_of(request, key, asked.reason), _amount(asked, currency)
    return _told(
        by_hand.take(of.number, of.account, amount, currency, deed, below_zero=asked.below_zero)
    )


def _checked(asked: CreditGivenIn, currency: Currency) -> int:
    """The amount. Raises `Faults` with all that is wrong with it, the customer and the account."""
    faults, amount = list(_whose_faults(asked)), 0
    try:
        amount = _amount(asked, currency)
    except Faults as wrong:
        faults.extend(wrong.faults)
    if faults:
        raise Faults(faults)
    return amount


def _whose_faults(asked: CreditGivenIn) -> Iterator[Fault]:
    if not Customer.objects.filter(number=asked.customer, active=True).exists():
        yield Fault("customer", asked.customer, "is no active customer's number")
    names = by_hand.names_to_give(current().book)
    if asked.account not in names:
        known = ", ".join(name for name in names if name) or "none"
        message = f"is no account that an offer gives to: {known}; empty is the main one"
        yield Fault("account", asked.account, message)


def _amount(asked: CreditByHandIn, currency: Currency) -> int:
    """Minor units. Raises `Faults`."""
    amount = minor_of(asked.amount, currency, ("amount",))
    if not amount:
        raise Faults([Fault("amount.amount", asked.amount.amount, "is more than 0")])
    return amount


def _told(answered: CreditAnswered) -> Reply:
    """An answer as HTTP has it: from what is stored alone, so that its bytes stay the same."""
    headers = {"Idempotent-Replayed": "true"} if answered.repeated else {}
    booked = answered.answer
    if isinstance(booked, Refused):
        raise refusal(booked, headers)
    return Reply(booked_out(booked), None, headers)


def booked_out(booked: Booked) -> CreditByHandOut:
    """What was booked by hand."""
    of = owed_to(booked.customer, booked.account, booked.currency)
    return CreditByHandOut(
        credit_account=public_id(PREFIX, of.id),
        customer=booked.customer,
        account=booked.account,
        change=shown(booked.amount, booked.currency),
    )
