"""What an order does with a voucher, without the order."""

from __future__ import annotations

from uuid import uuid4

from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Event, Grant, Hold, Movement, Plan, Recorded
from largesse.ledger.writing import carry_out
from largesse.offers import vouchers
from tests.offers.store import AT


def hold(number: str) -> None:
    """Open the voucher's account, whatever its state, and hold its one use."""
    event = Event(
        id=uuid4(),
        kind="held",
        key=f"held-{number}-{uuid4()}",
        body_hash="",
        answer=b"",
        day=AT.date(),
        at=AT,
        actor="a",
    )
    movement = Hold(
        id=uuid4(),
        account=vouchers.account_of(number),
        target=Account(Kind.USED, "", "use"),
        amount=1,
    )
    taken = vouchers.taking([number])
    opening = Grant(id=uuid4(), account=movement.account, amount=1)
    movements: tuple[Movement, ...] = (*(taken.grants or (opening,)), movement)
    plan = Plan(event=event, movements=movements, changes=taken.changes)
    assert isinstance(carry_out(plan), Recorded)
