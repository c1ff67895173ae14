"""Staff and programs give credit by hand, and take it off again, with a reason and once for its key
(SP-13).

It is booked against discounts given by hand. What is taken off is no more than the account can pay, so
not what orders hold, unless it is said that the account may go below zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from largesse.engine.actions.award_credit import AwardCredit
from largesse.engine.benefits.rebate import Rebate
from largesse.engine.book import OfferBook
from largesse.engine.money import Currency
from largesse.ids import uuid7
from largesse.ledger import reading, writing
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Entry, KeyReused, Plan, Recorded
from largesse.orders import events
from largesse.orders.answers import Deed, Refused
from largesse.orders.credit.paying import balances, keep_still, owed_to

BY_HAND: Final = "credit"
"""Whose account among those of discounts by hand it is booked to."""


class Booked(Struct, frozen=True, kw_only=True, tag="credit_by_hand"):
    """It was given, or taken off where the amount is negative; in minor units."""

    customer: str
    account: str
    currency: str
    amount: int


Answer = Booked | Refused


class CreditAnswered(Struct, frozen=True):
    """An answer, and whether it is an earlier one that is repeated for its key."""

    answer: Answer
    repeated: bool = False


# Made once, at import: two threads that first met the type at once would crash.
_ANSWERS: Final[msgspec.json.Decoder[Answer]] = msgspec.json.Decoder(Answer)


def names_to_give(book: OfferBook) -> tuple[str, ...]:
    """The names of the accounts that today's offers give to, and the main one's, which is empty."""
    actions = [each for promotion in book.promotions.values() for each in promotion.actions]
    benefits = [tier.benefit for deal in book.deals.values() for tier in deal.tiers]
    given = (each for each in (*actions, *benefits) if isinstance(each, (AwardCredit, Rebate)))
    return tuple(sorted({"", *(each.account for each in given)}))


def answered_before(deed: Deed) -> CreditAnswered | None:
    """What the key of a deed was answered before, if it was."""
    known = reading.stored_answer(deed.key, events.body_hash(deed))
    return None if known is None else _told(known)


def give(
    customer: str, account: str, amount: int, currency: Currency, deed: Deed
) -> CreditAnswered:
    """Give an amount, more than 0, to an account of a customer. The deed's reason says why."""
    owed = owed_to(customer, account, currency.code)
    booked = Booked(customer=customer, account=account, currency=currency.code, amount=amount)
    return _once(deed, owed, lambda: _carried_out(deed, "credit.given", booked, owed))


def take(
    customer: str,
    account: str,
    amount: int,
    currency: Currency,
    deed: Deed,
    *,
    below_zero: bool = False,
) -> CreditAnswered:
    """Take an amount, more than 0, off an account of a customer. The deed's reason says why.

    It is refused where the account can pay less, unless it may go `below_zero`.
    """
    owed = owed_to(customer, account, currency.code)
    booked = Booked(customer=customer, account=account, currency=currency.code, amount=-amount)

    def taken() -> CreditAnswered:
        found = balances(customer, [account], currency.code).get(account)
        payable = 0 if found is None else found.left
        if amount > payable and not below_zero:
            return _carried_out(deed, "refused", _too_much(payable, currency))
        return _carried_out(deed, "credit.taken", booked, owed)

    return _once(deed, owed, taken)


_NO_REASON: Final = Refused(code="reason_needed", message="Say why.", field="reason")


def _too_much(payable: int, currency: Currency) -> Refused:
    message = f"The account can pay {currency.format(payable)}; take that off, or less."
    return Refused(code="credit_too_small", message=message, field="amount")


def _once(deed: Deed, owed: Account, do: Callable[[], CreditAnswered]) -> CreditAnswered:
    """Do it while nobody else books to the account, or tell what the key was answered before."""

    def alone() -> CreditAnswered:
        keep_still([owed])
        known = answered_before(deed)
        if known is not None:
            return known
        return do() if deed.reason.strip() else _carried_out(deed, "refused", _NO_REASON)

    return writing.together(alone)


def _carried_out(
    deed: Deed, kind: str, answer: Answer, owed: Account | None = None
) -> CreditAnswered:
    entries = () if owed is None else (_entry(answer, owed),)
    event = events.event_of(deed, kind, answer)
    outcome = writing.carry_out(Plan(event=event, movements=entries))
    assert isinstance(outcome, Recorded | KeyReused), outcome
    return _told(outcome)


def _entry(answer: Answer, owed: Account) -> Entry:
    assert isinstance(answer, Booked)
    by_hand = Account(Kind.MANUAL, BY_HAND, owed.asset)
    source, target = (owed, by_hand) if answer.amount > 0 else (by_hand, owed)
    return Entry(id=uuid7(), source=source, target=target, amount=abs(answer.amount))


def _told(outcome: Recorded | KeyReused) -> CreditAnswered:
    if isinstance(outcome, KeyReused):
        return CreditAnswered(events.key_reused(outcome.key))
    return CreditAnswered(_ANSWERS.decode(outcome.answer), outcome.repeated)
