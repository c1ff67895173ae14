"""A customer's credit accounts pay for orders: never more than was given and not yet spent (SP-13).

What is owed to the customer is an account of money. Beside it a limited account holds what it can pay:
granted is all that was ever given less what was taken back; what orders pay is held and used. So the
database refuses two orders that together would pay more, whatever each of them was told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain

from django.db.models import Sum

from largesse.engine.actions.award_credit import AwardCredit
from largesse.engine.benefits.rebate import Rebate
from largesse.engine.book import OfferBook
from largesse.engine.facts import CreditBalance
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.models import Transfer
from largesse.ledger.reading import counters


def owed_to(customer: str, account: str, currency: str) -> Account:
    """The account of what is owed to a customer, by the customer's number."""
    return Account(Kind.CUSTOMER_CREDIT, owner_of(customer, account), currency)


def payable_by(customer: str, account: str, currency: str) -> Account:
    """The limited account of what a customer's credit account can pay."""
    return limited(owed_to(customer, account, currency))


def limited(owed: Account) -> Account:
    """What limits the payments from an account of what is owed to a customer."""
    return Account(Kind.CREDIT, owed.owner, owed.asset)


def accounts_of(book: OfferBook) -> tuple[str, ...]:
    """The names of the credit accounts that offers of a book give to; the main one's is empty."""
    actions = (each for promotion in book.promotions.values() for each in promotion.actions)
    benefits = (tier.benefit for deal in book.deals.values() for tier in deal.tiers)
    names = {
        each.account for each in chain(actions, benefits) if isinstance(each, (AwardCredit, Rebate))
    }
    return tuple(sorted(names))


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
            Transfer.objects.filter(**{f"{end}_id__in": list(by_id)}, kind__in=Transfer.BOOKED)
            .exclude(**{f"{other}__kind": Kind.RECEIVABLES})
            .order_by()
            .values_list(end)
            .annotate(sum=Sum("amount"))
        )
        for id, amount in rows:
            account = by_id[id]
            found[account] = found.get(account, 0) + (amount if end == "source" else -amount)
    return found
