"""How an order is booked: what it holds when it is placed, and its money by the gross method (JO-3).

Sales are credited with what the lines cost before discounts, each discount is debited to the account of
the offer that gave it, receivables to what the buyer owes; tax apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, assert_never

from largesse.engine.facts import Facts
from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment, Consumption, Payment
from largesse.engine.stage import Stage
from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.plan import Entry, Hold
from largesse.offers import allotments, codes, limits, vouchers
from largesse.orders.credit import paying as credit
from largesse.orders.returning.shares import Share
from largesse.orders.rewards.promises import CreditAccount, Promises
from largesse.orders.tenders import Tender, by_method

_DISCOUNTS: Final[Mapping[Stage, Kind]] = {
    Stage.MANUAL: Kind.MANUAL,
    Stage.ALLOTMENT: Kind.ALLOTMENTS,
    Stage.DEAL: Kind.DEALS,
    Stage.STANDARD: Kind.PROMOTIONS,
    Stage.POST: Kind.PROMOTIONS,
    Stage.REWARD: Kind.SPREES,
    Stage.VOUCHER: Kind.PARTNER_VOUCHERS,
    Stage.SHIPPING: Kind.PROMOTIONS,
}
NO_PARTNER: Final = "no-partner"
"""Whose account the discounts of a voucher are booked to that no partner handed out."""


def claimed(consumption: Consumption, currency: str) -> Account:
    """The limited account that a consumption takes from."""
    code = consumption.code
    match consumption.kind:
        case "voucher":
            return vouchers.account_of(code)
        case "allotment":
            return allotments.account_of(code)
        case "single_use_code":
            return codes.account_of(code)
        case "uses" | "uses_per_customer" | "uses_per_day" | "budget" as limit:
            return limits.account_of(limit, code, consumption.of, currency)
        case "credit":
            return credit.payable_by(consumption.of, code, currency)
        case _:
            assert_never(consumption.kind)


def limits_of(consumptions: Iterable[Consumption], currency: str) -> Mapping[Account, int]:
    """What the accounts are limited to that whoever takes from them first opens (PR-5).

    What limits credit is brought up to date by the payment itself (`credit.carry_out`).
    """
    return {
        claimed(each, currency): 1 if each.limit is None else each.limit
        for each in consumptions
        if each.kind == "single_use_code" or (each.limit is not None and each.kind != "credit")
    }


def holds(consumptions: Iterable[Consumption], currency: str) -> tuple[Hold, ...]:
    """What an order keeps back from placing to posting: one hold an account."""
    units: dict[Account, int] = defaultdict(int)
    for consumption in consumptions:
        units[claimed(consumption, currency)] += consumption.units
    return tuple(
        Hold(id=uuid7(), account=account, target=Account(Kind.USED, "", account.asset), amount=n)
        for account, n in units.items()
    )


def is_giveaway(adjustment: Adjustment) -> bool:
    """Whether it makes units free that are given away against a deal's credit (DE-15)."""
    return adjustment.stage is Stage.REWARD and adjustment.kind == "giveaway"


def discount_account(adjustment: Adjustment, facts: Facts) -> tuple[Kind, str]:
    """The account that a discount is booked to: its kind, and the offer, or a voucher's partner."""
    kind = Kind.GIVEAWAY_STOCK if is_giveaway(adjustment) else _DISCOUNTS[adjustment.stage]
    if adjustment.stage is Stage.VOUCHER:
        return kind, facts.vouchers[adjustment.offer].partner or NO_PARTNER
    return kind, adjustment.offer


class Booking(NamedTuple):
    """The money of an order, or of some units of it, by account. Amounts are minor units."""

    net: int
    """What the lines come to for the buyer, without the tax within it."""
    tax: int
    """All tax, added or within the prices."""
    shipping: int
    discounts: Mapping[tuple[str, str], int]
    """What came off, by kind of account and owner."""


def booking_of(shares: Iterable[tuple[Share, Iterable[tuple[str, str]]]], shipping: int) -> Booking:
    """The booking of line shares, each with the accounts of its parts."""
    net = tax = 0
    discounts: dict[tuple[str, str], int] = defaultdict(int)
    for share, accounts in shares:
        net += share.net - share.tax_included
        tax += share.tax + share.tax_included
        for account, amount in zip(accounts, share.parts, strict=True):
            discounts[account] += amount
    return Booking(net, tax, shipping, discounts)


class Leg(NamedTuple):
    """An amount from one account to another."""

    source: Account
    target: Account
    amount: int


def sale_legs(booking: Booking, currency: str) -> Iterator[Leg]:
    """What a sale moves; legs of nothing are left out."""
    receivables = Account(Kind.RECEIVABLES, "", currency)
    sales = Account(Kind.SALES, "", currency)
    legs = [
        Leg(sales, receivables, booking.net),
        Leg(Account(Kind.TAX, "", currency), receivables, booking.tax),
        Leg(Account(Kind.SHIPPING, "", currency), receivables, booking.shipping),
        *(
            Leg(sales, Account(Kind(kind), owner, currency), amount)
            for (kind, owner), amount in sorted(booking.discounts.items())
        ),
    ]
    return (leg for leg in legs if leg.amount)


def shipping_discount_legs(promises: Promises, currency: str) -> Iterator[Leg]:
    """What promotions took off the shipping charge: it is earned before discounts, as sales are."""
    shipping = Account(Kind.SHIPPING, "", currency)
    for offer, amount in promises.shipping_discounts.items():
        yield Leg(shipping, Account(Kind.PROMOTIONS, offer, currency), amount)


_CREDITS: Final[Mapping[str, Kind]] = {
    "promotion": Kind.PROMOTIONS,
    "deal": Kind.DEALS,
    "spree": Kind.SPREES,
}


def credit_legs(credits: Mapping[CreditAccount, int], currency: str) -> Iterator[Leg]:
    """What offers give to credit accounts: the offer's cost, and owed to the customer (AC-7, DE-3,
    SP-11).
    """
    for (by, customer, account, offer), amount in credits.items():
        if amount:
            owed = credit.owed_to(customer, account, currency)
            yield Leg(owed, Account(_CREDITS[by], offer, currency), amount)


def rep_income_legs(income: Mapping[str, int], currency: str) -> Iterator[Leg]:
    """The taxable income of reps: no money moves, so it stands beside the books (SP-9)."""
    contra = Account(Kind.REP_INCOME_CONTRA, "", currency)
    for rep, amount in income.items():
        if amount:
            yield Leg(contra, Account(Kind.REP_INCOME, rep, currency), amount)


_PAID_BY: Final[Mapping[str, Kind]] = {
    "value_voucher": Kind.VOUCHER_CLEARING,
    "credit_account": Kind.CUSTOMER_CREDIT,
}


def payment_legs(
    payments: Iterable[Mapping[str, object]], tenders: Sequence[Tender], currency: str
) -> Iterator[Leg]:
    """How what is owed is paid: by value vouchers, by credit, the rest by tenders, so far as known."""
    receivables = Account(Kind.RECEIVABLES, "", currency)
    for payment in payments:
        amount = payment["amount"]
        assert isinstance(amount, int)
        paid_by = Account(_PAID_BY[str(payment["kind"])], str(payment["owner"]), currency)
        yield Leg(receivables, paid_by, amount)
    for method, amount in by_method(tenders, (each.amount for each in tenders)).items():
        if amount:
            yield Leg(receivables, Account(Kind.TENDERS, method, currency), amount)


def entries(legs: Iterable[Leg]) -> tuple[Entry, ...]:
    """The legs as entries of the journal."""
    return tuple(
        Entry(id=uuid7(), source=leg.source, target=leg.target, amount=leg.amount) for leg in legs
    )


def payments_of(quote: Quote) -> list[dict[str, object]]:
    """The payments of a quote as an order keeps them: with whose account each is booked to."""
    return [
        {
            "kind": payment.kind,
            "code": payment.code,
            "amount": payment.amount,
            "forfeited": payment.forfeited,
            "owner": _payer(payment, quote),
        }
        for payment in quote.payments
    ]


def _payer(payment: Payment, quote: Quote) -> str:
    """Whose account a payment is booked to: a voucher's partner, or a customer's credit account."""
    if payment.kind == "value_voucher":
        return quote.facts.vouchers[payment.code].partner or NO_PARTNER
    assert quote.cart.customer is not None
    return owner_of(quote.cart.customer.id, payment.code)
