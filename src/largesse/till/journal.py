"""What a sale posts, and what it will post once it is paid: debits and credits by account (JO-3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from largesse.crm.models import Partner
from largesse.engine.quote import Quote
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.reading import TransferRow
from largesse.offers.current import current
from largesse.orders.booking import (
    NO_PARTNER,
    Booking,
    Leg,
    credit_legs,
    discount_account,
    payment_legs,
    payments_of,
    sale_legs,
)
from largesse.orders.rewards.promises import CreditAccount
from largesse.orders.tenders import Tender

_WORDS: Final[Mapping[Kind, str]] = {
    Kind.RECEIVABLES: "Receivables",
    Kind.VOUCHER_CLEARING: "Value voucher clearing",
    Kind.SALES: "Sales",
    Kind.SHIPPING: "Shipping income",
    Kind.PROMOTIONS: "Discounts, promotions",
    Kind.DEALS: "Discounts, deals",
    Kind.PARTNER_VOUCHERS: "Discounts, partner vouchers",
    Kind.ALLOTMENTS: "Discounts, allotments",
    Kind.SPREES: "Discounts, shopping sprees",
    Kind.MANUAL: "Discounts, by hand",
    Kind.GIVEAWAY_STOCK: "Giveaway stock",
    Kind.TAX: "Tax payable",
    Kind.CUSTOMER_CREDIT: "Customer credit",
}
_TENDERS: Final = {"cash": "Cash drawer", "card": "Card clearing"}
_OF_PARTNERS: Final = (Kind.PARTNER_VOUCHERS, Kind.VOUCHER_CLEARING)


class Row(Struct, frozen=True):
    """An account of an entry; `note` says whose it is. One of the two amounts is 0."""

    account: str
    note: str
    debit: int
    credit: int


class Ledger(Struct, frozen=True):
    """What was booked together: its rows, debits first, and what each side comes to."""

    title: str
    rows: tuple[Row, ...]
    debits: int
    credits: int
    at: datetime | None = None

    @property
    def is_balanced(self) -> bool:
        return self.debits == self.credits


def foretold(quote: Quote, tenders: Sequence[Tender]) -> tuple[Ledger, ...]:
    """What a sale at this price, paid by these tenders, would post."""
    currency = quote.currency
    discounts: dict[tuple[str, str], int] = defaultdict(int)
    off_shipping: list[Leg] = []
    for adjustment in quote.adjustments:
        kind, owner = discount_account(adjustment, quote.facts)
        if adjustment.line is not None:
            discounts[kind, owner] += adjustment.amount
        else:
            shipping = Account(Kind.SHIPPING, "", currency)
            off_shipping.append(Leg(shipping, Account(kind, owner, currency), adjustment.amount))
    booking = Booking(
        quote.net - quote.tax_included, quote.tax + quote.tax_included, quote.shipping, discounts
    )
    credits: dict[CreditAccount, int] = defaultdict(int)
    for credit in quote.credits:
        credits[CreditAccount(credit.by, credit.owner, credit.account, credit.offer)] += (
            credit.amount
        )
    sale = [*sale_legs(booking, currency), *off_shipping, *credit_legs(credits, currency)]
    payment = list(payment_legs(payments_of(quote), tenders, currency))
    return _ledgers((("Sale", sale), ("Payment", payment)))


def posted(rows: Iterable[TransferRow]) -> tuple[Ledger, ...]:
    """What the events of an order have booked: the sale, its payment, and each refund."""
    sale: list[Leg] = []
    payment: list[Leg] = []
    refunds: dict[datetime, list[Leg]] = {}
    at: datetime | None = None
    for row in rows:
        leg = Leg(row.source, row.target, row.amount)
        if row.kind == "entry" and row.event_kind == "order.posted":
            at = row.at
            (payment if row.source.kind is Kind.RECEIVABLES else sale).append(leg)
        elif row.event_kind == "order.refunded" and row.source.kind in (*_WORDS, Kind.TENDERS):
            refunds.setdefault(row.at, []).append(leg)
    told = list(_ledgers((("Sale", sale), ("Payment", payment)), at))
    for when, legs in refunds.items():
        back = [leg for leg in legs if leg.target.kind is Kind.RECEIVABLES]
        goods = [leg for leg in legs if leg.target.kind is not Kind.RECEIVABLES]
        told += _ledgers((("Refund", goods), ("Paid back", back)), when)
    return tuple(told)


def _ledgers(
    told: Sequence[tuple[str, Sequence[Leg]]], at: datetime | None = None
) -> tuple[Ledger, ...]:
    """What was booked together, under its title; nothing under those that moved nothing."""
    names = _names(leg for _, legs in told for leg in legs)
    return tuple(_ledger(title, legs, names, at) for title, legs in told if legs)


def _ledger(
    title: str, legs: Iterable[Leg], names: Mapping[str, str], at: datetime | None
) -> Ledger:
    debits: dict[Account, int] = defaultdict(int)
    credits: dict[Account, int] = defaultdict(int)
    for leg in legs:
        debits[leg.target] += leg.amount
        credits[leg.source] += leg.amount
    rows = [Row(_word(a), _note(a, names), amount, 0) for a, amount in _sorted(debits)]
    rows += [Row(_word(a), _note(a, names), 0, amount) for a, amount in _sorted(credits)]
    return Ledger(title, tuple(rows), sum(debits.values()), sum(credits.values()), at)


def _sorted(amounts: Mapping[Account, int]) -> list[tuple[Account, int]]:
    """Tenders, then the accounts in the order of their words above."""
    order = [Kind.TENDERS, *_WORDS]
    return sorted(amounts.items(), key=lambda each: (order.index(each[0].kind), each[0].owner))


def _word(account: Account) -> str:
    if account.kind is Kind.TENDERS:
        known = _TENDERS.get(account.owner)
        return known or account.owner.replace("-", " ").replace("_", " ").capitalize()
    return _WORDS[account.kind]


def _note(account: Account, names: Mapping[str, str]) -> str:
    if account.kind is Kind.TENDERS:
        return ""
    if account.kind is Kind.CUSTOMER_CREDIT:
        return account.owner.replace("/", ", ").removesuffix(", ")
    return names.get(account.owner, account.owner)


def _names(legs: Iterable[Leg]) -> Mapping[str, str]:
    """What people call the offers and partners whose accounts are booked to."""
    accounts = {account for leg in legs for account in (leg.source, leg.target) if account.owner}
    book = current().book
    names = {
        account.owner: book.promotions[account.owner].name
        for account in accounts
        if account.kind is Kind.PROMOTIONS and account.owner in book.promotions
    }
    deals = [a.owner for a in accounts if a.kind in (Kind.DEALS, Kind.GIVEAWAY_STOCK)]
    names |= {code: book.deals[code].title or code for code in deals if code in book.deals}
    partners = [account.owner for account in accounts if account.kind in _OF_PARTNERS]
    if partners:
        names |= dict(Partner.objects.filter(code__in=partners).values_list("code", "name"))
        names[NO_PARTNER] = ""
    return names
