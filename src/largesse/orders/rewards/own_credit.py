"""Credit of an order's own is an account of the ledger: what is used of it is held, and the rest lapses
when the order is placed (DE-13, SP-7).
"""

from __future__ import annotations

from collections.abc import Iterator

from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Grant, Hold, Movement


def granted(account: Account, amount: int, used: int) -> Iterator[Movement]:
    """What a new order does with a credit of its own: the database refuses more use than there is
    (OR-6).
    """
    if not amount:
        return
    # In this order, so that no statement of the account shows less than nothing.
    ids = sorted(uuid7() for _ in range(3))
    yield Grant(id=ids[0], account=account, amount=amount)
    if used:
        target = Account(Kind.USED, "", account.asset)
        yield Hold(id=ids[1], account=account, target=target, amount=used)
    if used < amount:
        yield Grant(id=ids[2], account=account, amount=used - amount)
