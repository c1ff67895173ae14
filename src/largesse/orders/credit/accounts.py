"""Credit accounts are listed with what is owed on them, also below zero, and what they can pay (SP-12).

What is owed is the journal's balance. What orders that aren't posted yet hold of it pays nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat, Greatest, Replace, StrIndex, Substr

from largesse.crm.models import Customer
from largesse.ids import public_id
from largesse.ledger.accounts import Kind, owner_of
from largesse.ledger.models import Account as AccountRow
from largesse.ledger.models import Transfer
from largesse.orders.credit.names import named, rows_of

PREFIX: Final = "cra"
"""What the shown id of a credit account begins with."""

MAIN: Final = "Main account"
"""What the account with the empty name is called."""

_TOLD_AT_ONCE: Final = 500


class CreditAccount(NamedTuple):
    """A customer's balance with the business. Amounts are minor units."""

    id: UUID
    number: str
    """The customer's."""
    customer: Customer | None
    """None where no record has the number any more."""
    account: str
    currency: str
    balance: int
    """What is owed to the customer; below zero, what was taken back though it was spent."""
    held: int
    """What orders hold that aren't posted yet."""

    @property
    def payable(self) -> int:
        """What it can pay now."""
        return max(0, self.balance - self.held)

    @property
    def missing(self) -> int:
        """What has to be given before it pays again."""
        return max(0, self.held - self.balance)

    @property
    def title(self) -> str:
        return title_of(self.account)

    @property
    def public_id(self) -> str:
        """The key as people and programs see it."""
        return public_id(PREFIX, self.id)


def title_of(account: str) -> str:
    """What people call an account.

    >>> title_of(""), title_of("rewards")
    ('Main account', 'Rewards')
    """
    return f"{account[:1].upper()}{account[1:]}" or MAIN


# --- rows ------------------------------------------------------------------------------------------


def with_balances(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The credit accounts among rows of accounts, each with its `balance`, and what is
    `held_by_orders`.

    They are filtered and sorted by more, which is worked out only where it is asked for: what is
    `payable`, what it is `called`, and the `number` and `customer_name` of its customer.
    """
    limit = AccountRow.objects.filter(
        kind=Kind.CREDIT.value, owner=OuterRef("owner"), asset=OuterRef("asset")
    )
    whose = Customer.objects.filter(number=OuterRef("number"))
    held = Coalesce(Subquery(limit.values("held")[:1]), Value(0))
    found: QuerySet[Any] = (
        rows.filter(kind=Kind.CUSTOMER_CREDIT.value)
        .annotate(balance=_booked("source") - _booked("target"), held_by_orders=held)
        .alias(
            payable=Greatest(F("balance") - F("held_by_orders"), Value(0)),
            called=Substr("owner", _slash() + 1),
            number=_number(),
        )
        .alias(customer_name=Coalesce(Subquery(whose.values("name")[:1]), F("number")))
    )
    return found


def _booked(end: str) -> Coalesce:
    """What was booked from an account of money, or to it."""
    rows = Transfer.objects.filter(**{end: OuterRef("pk")}).order_by()
    if end == "source":
        # None of its transfers changes a limited account; an index knows only such ones.
        rows = rows.filter(limited__isnull=True)
    sums = rows.values(end).annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums, output_field=BigIntegerField()), Value(0))


def _number() -> Replace:
    """The customer's number, which is the first name in an account's owner."""
    first = Substr("owner", 1, _slash() - 1)
    return Replace(Replace(first, Value("%2F"), Value("/")), Value("%25"), Value("%"))


def _slash() -> StrIndex:
    """Where the first name in an account's owner ends."""
    return StrIndex(Concat(F("owner"), Value("/")), Value("/"))


def matching(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """The rows whose customer, by name, number or e-mail address, or whose account has some words in
    it.
    """
    words = words.strip()
    if not words:
        return rows
    customers = Customer.objects.filter(
        Q(name__icontains=words) | Q(number__icontains=words) | Q(email__icontains=words)
    )
    said = Q(number__in=customers.values("number")) | Q(owner__icontains=owner_of(words))
    if words.lower() in MAIN.lower():
        said |= Q(owner__endswith="/")
    return rows.filter(said)


# --- values ----------------------------------------------------------------------------------------


def told(rows: Iterable[Any]) -> Iterator[CreditAccount]:
    """Rows with their balances as values, some at once; two queries for each lot of them."""
    waiting = iter(rows)
    while lot := list(islice(waiting, _TOLD_AT_ONCE)):
        names = named(lot)
        numbers = {each.customer for each in names.values()}
        customers = {each.number: each for each in Customer.objects.filter(number__in=numbers)}
        for row in lot:
            whose = names[row.id]
            yield CreditAccount(
                id=row.id,
                number=whose.customer,
                customer=customers.get(whose.customer),
                account=whose.account,
                currency=row.asset,
                balance=row.balance,
                held=row.held_by_orders,
            )


def of_customer(number: str, currency: str | None = None) -> tuple[CreditAccount, ...]:
    """The credit accounts of a customer, the main one first, then by name; of one currency or all."""
    rows = rows_of(number) if currency is None else rows_of(number).filter(asset=currency)
    found = told(with_balances(rows))
    return tuple(sorted((each for each in found if each.number == number), key=_by_name))


def _by_name(account: CreditAccount) -> tuple[str, str]:
    return account.account, account.currency


def account_with(id: UUID) -> CreditAccount | None:
    """The credit account with an id, if there is one."""
    return next(told(with_balances(AccountRow.objects.filter(id=id))), None)
