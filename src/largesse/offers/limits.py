"""What a promotion is limited to lies on accounts of the ledger, which orders take from (PR-5).

What an account is *granted* follows the promotion's limit when an order takes from it: the first order
opens it, and the first one after a change of the limit raises or lowers it. So nothing is written where
nothing is limited, and nothing before somebody buys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, assert_never

from django.db import connection

from largesse.engine.facts import Limit, LimitQuery
from largesse.engine.money import AMOUNT_MAX
from largesse.ids import uuid7
from largesse.ledger import writing
from largesse.ledger.accounts import Account, Kind, owner_of
from largesse.ledger.models import Account as AccountRow
from largesse.ledger.plan import Event, Grant, Plan, Recorded
from largesse.ledger.reading import counters
from largesse.offers.current import current

_IDS_IN_A_QUERY: Final = 10_000


def account_of(limit: Limit, code: str, of: str, currency: str) -> Account:
    """What holds the rest of a promotion's limit; `of` is the customer's number or the ISO day."""
    match limit:
        case "uses":
            return Account(Kind.USES, code, "use")
        case "uses_per_customer":
            return Account(Kind.CUSTOMER_USES, owner_of(of, code), "use")
        case "uses_per_day":
            return Account(Kind.DAY_USES, owner_of(of, code), "use")
        case "budget":
            return Account(Kind.BUDGET, code, currency)
        case _:
            assert_never(limit)


# --- what is used ----------------------------------------------------------------------------------


def used(queries: Iterable[LimitQuery]) -> dict[LimitQuery, int]:
    """What is used or held of limits: orders, or minor units of a budget. One query for all."""
    asked = tuple(queries)
    if not asked:
        return {}
    currency = current().book.currency.code
    accounts = {q: account_of(q.limit, q.promotion, q.of, currency) for q in asked}
    taken = _taken(accounts.values())
    return {query: taken.get(account, 0) for query, account in accounts.items()}


def _taken(accounts: Iterable[Account]) -> dict[Account, int]:
    key = AccountRow._meta.pk
    named = {key.get_db_prep_value(account.id, connection): account for account in accounts}
    found: dict[Account, int] = {}
    # In plain SQL: this is in the way of every cart that a limited promotion may touch.
    with connection.cursor() as cursor:
        for chunk in _chunks(list(named)):
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(
                "SELECT id, held + posted FROM ledger_account"
                f" WHERE granted IS NOT NULL AND id IN ({marks})",
                chunk,
            )
            found.update({named[id]: taken for id, taken in cursor.fetchall()})
    return found


def _chunks(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (ids[i : i + _IDS_IN_A_QUERY] for i in range(0, len(ids), _IDS_IN_A_QUERY))


class Standing(NamedTuple):
    """How far one limit of a promotion is used up: orders, or minor units of its budget."""

    limit: Literal["uses", "budget"]
    most: int
    used: int
    """Used up, or held by orders that aren't posted yet."""

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)


def standing(codes: Iterable[str]) -> dict[str, tuple[Standing, ...]]:
    """How far the uses and the budget of promotions are used up; none for one without such a limit."""
    promotions = current().book.promotions
    asked: list[tuple[str, Literal["uses", "budget"], int]] = []
    for code in dict.fromkeys(codes):
        promotion = promotions.get(code)
        if promotion is not None and promotion.max_uses is not None:
            asked.append((code, "uses", promotion.max_uses))
        if promotion is not None and promotion.budget is not None:
            asked.append((code, "budget", promotion.budget))
    taken = used(LimitQuery(code, limit) for code, limit, _ in asked)
    found: dict[str, tuple[Standing, ...]] = {}
    for code, limit, most in asked:
        one = Standing(limit, most, taken[LimitQuery(code, limit)])
        found[code] = (*found.get(code, ()), one)
    return found


# --- what is granted -------------------------------------------------------------------------------


def follow(limits: Mapping[Account, int], *, at: datetime, by: str) -> bool:
    """Let accounts be granted what they are limited to, but never less than is used or held.

    Each change is an event of the journal, done by one of many who want it at once. False where
    another change came first: then look again.
    """
    known = counters(limits)
    for account, most in limits.items():
        now = known.get(account)
        wanted = most if now is None else max(most, now.held + now.posted)
        if (now is None or now.granted != wanted) and not _set(account, most, at, by):
            return False
    return True


_NOW: Final = """
SELECT granted, held + posted,
    (SELECT COUNT(*) FROM ledger_transfer t WHERE t.limited_id = a.id AND t.kind = 'grant')
FROM ledger_account a WHERE a.id = %s
"""


def _set(account: Account, most: int, at: datetime, by: str) -> bool:
    """Grant the difference, as the account's nth grant: whoever else makes the nth makes the same, or
    is refused.
    """
    key = AccountRow._meta.pk.get_db_prep_value(account.id, connection)
    with connection.cursor() as cursor:
        cursor.execute(_NOW, [key])
        granted, taken, grants = cursor.fetchone() or (0, 0, 0)
    wanted = min(max(most, taken), AMOUNT_MAX)
    if granted == wanted:
        return True
    event = Event(
        id=uuid7(),
        kind="limit_set",
        key=f"limit:{account.id}:{grants}",
        body_hash=str(wanted),
        answer=b"",
        day=current().book.catalog.calendar.day_of(at),
        at=at,
        actor=by,
    )
    grant = Grant(id=uuid7(), account=account, amount=wanted - granted)
    return isinstance(writing.carry_out(Plan(event=event, movements=(grant,))), Recorded)
