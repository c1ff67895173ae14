"""A customer's credit accounts pay for orders: never more than was given and not yet spent (SP-13).

What is owed to the customer is an account of money. Beside it a limited account holds what it can pay:
granted is all that was ever given less what was taken back; what orders pay is held and used. So the
database refuses two orders that together would pay more, whatever each of them was told.

Granted is brought up to date by the order that is to be paid, while nobody gives or takes back: so an
award that is taken back at the same moment comes before the order, or after it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Sum

from largesse.engine.facts import CreditBalance
from largesse.ledger import writing
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.models import Account as AccountRow
from largesse.ledger.models import Transfer
from largesse.ledger.plan import Hold, Outcome, Plan
from largesse.ledger.reading import counters
from largesse.offers import limits


def owed_to(customer: str, account: str, currency: str) -> Account:
    """The account of what is owed to a customer, by the customer's number."""
    return Account(Kind.CUSTOMER_CREDIT, owner_of(customer, account), currency)


def payable_by(customer: str, account: str, currency: str) -> Account:
    """The limited account of what a customer's credit account can pay."""
    return limited(owed_to(customer, account, currency))


def limited(owed: Account) -> Account:
    """What limits the payments from an account of what is owed to a customer."""
    return Account(Kind.CREDIT, owed.owner, owed.asset)


def owing(payable: Account) -> Account:
    """The account of what is owed to a customer that a limited account pays from."""
    return Account(Kind.CUSTOMER_CREDIT, payable.owner, payable.asset)


# --- what it can pay -------------------------------------------------------------------------------


def balances(
    customer: str, accounts: Collection[str], currency: str
) -> Mapping[str, CreditBalance]:
    """What credit accounts of a customer can pay, by name; one that was never credited is left out.

    Three queries for all of them.
    """
    named = {owed_to(customer, account, currency): account for account in accounts}
    given = _given(named)
    taken = counters([limited(owed) for owed in given])
    found: dict[str, CreditBalance] = {}
    for owed, most in given.items():
        known = taken.get(limited(owed))
        used = 0 if known is None else known.held + known.posted
        found[named[owed]] = CreditBalance(given=most, left=max(0, most - used))
    return found


def _given(accounts: Collection[Account]) -> Mapping[Account, int]:
    """All that was credited to accounts less what was taken back, in minor units.

    A payment, and what a refund gives back of one, is booked against receivables: it gives nothing.
    """
    by_id = {account.id: account for account in accounts}
    found: dict[Account, int] = {}
    for end, other in (("source", "target"), ("target", "source")):
        rows = (
            # None of its transfers changes a limited account; an index knows only such ones.
            Transfer.objects.filter(**{f"{end}_id__in": list(by_id)}, limited__isnull=True)
            .exclude(**{f"{other}__kind": Kind.RECEIVABLES})
            .order_by()
            .values_list(end)
            .annotate(sum=Sum("amount"))
        )
        for id, amount in rows:
            account = by_id[id]
            found[account] = found.get(account, 0) + (amount if end == "source" else -amount)
    return found


# --- it pays ---------------------------------------------------------------------------------------


def carry_out(plan: Plan) -> Outcome:
    """Carry out a plan; where it holds credit, nobody books to those accounts meanwhile.

    As `writing.carry_out` otherwise. What the accounts can pay is what was given to them at that
    moment, so more than that is `Short`.
    """
    owed = [
        owing(each.account)
        for each in plan.movements
        if isinstance(each, Hold) and each.account.kind is Kind.CREDIT
    ]
    if not owed:
        return writing.carry_out(plan)

    def alone() -> Outcome:
        keep_still(owed)
        given = {limited(account): amount for account, amount in _given(owed).items()}
        limits.follow(given, at=plan.event.at, by=plan.event.actor)
        return writing.carry_out(plan)

    return writing.together(alone)


def keep_still(owed: Iterable[Account]) -> None:
    """Until the transaction ends, let nobody else book to accounts of what is owed, or pay by them.

    On SQLite the transaction is the only one that writes. On PostgreSQL an account is locked as if it
    were to be removed: so whatever names it in a transfer waits, or is waited for.
    """
    accounts = tuple(owed)
    rows = AccountRow.objects.order_by("id").values_list("id")
    # First what limits the payments, as all do that book to both: so that two can't deadlock.
    limits_first = rows.filter(id__in=[limited(each).id for each in accounts])
    list(limits_first.select_for_update(no_key=True))
    list(rows.filter(id__in=[each.id for each in accounts]).select_for_update())
