"""Bugs to be planted in a running server, one function replaced each: tests must turn red with them.

A bug works while a file of its name lies in the folder that PLANTED names.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

FOLDER: Final = "PLANTED"

SLOWLY: Final = "slowly"
"""No bug, but time for others between pricing and writing: what a race needs comes about each time."""

UNGUARDED: Final = "unguarded"
"""Counters are written without the check that they stay within what was granted."""

CARELESS: Final = "careless"
"""What is short is an error that nobody catches, as where code checks first and acts then."""

ONLY_LOOKED_AT: Final = "only_looked_at"
"""What a promotion is limited to is asked for when a cart is priced, and not held for the order."""

UNASKED: Final = "unasked"
"""Whoever orders is charged today's price, whatever they agreed to."""

UNCLAIMED: Final = "unclaimed"
"""The idempotency key is not claimed: each request has an effect of its own."""

TOO_EARLY: Final = "too_early"
"""The answer is given before the commit."""

UNBOUNDED: Final = "unbounded"
"""A refund gives units back as often as it is asked, whether or not they were given back before."""

DECIDED_AGAIN: Final = "decided_again"
"""Whoever approves or declines an order doesn't look whether somebody did so before."""


UNLOCKED: Final = "unlocked"
"""A cart is read, changed and saved whole, with time between for another tab to do so too."""


@dataclass(frozen=True)
class Planted:
    """The bugs of one server, as its test sees them."""

    folder: Path

    @contextmanager
    def bugs(self, *names: str) -> Iterator[None]:
        """With these bugs, until the end of the block."""
        files = [self.folder / name for name in names]
        for file in files:
            file.touch()
        try:
            yield
        finally:
            for file in files:
                file.unlink()


def _works(name: str) -> bool:
    return (Path(os.environ[FOLDER]) / name).exists()


def plant() -> None:
    """Replace the functions; called in the server and in each of its workers."""
    from largesse.ledger import sqlite_writer, writing
    from largesse.orders import booking, deciding, placing, quoting, refunding
    from largesse.orders.credit import paying as credit
    from largesse.shop import changing

    placing.priced = _priced(quoting.priced)  # type: ignore[attr-defined]
    placing.holds = _holds(booking.holds)  # type: ignore[attr-defined]
    placing.place = _place(placing.place)
    writing.carry_out = _carried_out(writing.carry_out)
    credit.carry_out = _paid(credit.carry_out)
    deciding.not_to_decide = _not_to_decide(deciding.not_to_decide)
    refunding.refund = _refund(refunding.refund)
    sqlite_writer._commit = _commit(sqlite_writer._commit)
    changing.together = _together(changing.together)  # type: ignore[attr-defined]
    changing._locked = _locked(changing._locked)
    changing._keep = _keep(changing._keep)


def _priced(real: Callable[..., Any]) -> Callable[..., Any]:
    def priced(*said: Any) -> Any:
        found = real(*said)
        if _works(SLOWLY):
            time.sleep(0.25)
        return found

    return priced


def _holds(real: Callable[..., Any]) -> Callable[..., Any]:
    def holds(consumptions: Any, currency: str) -> Any:
        if _works(ONLY_LOOKED_AT):
            consumptions = [each for each in consumptions if each.kind in ("voucher", "allotment")]
        return real(consumptions, currency)

    return holds


def _place(real: Callable[..., Any]) -> Callable[..., Any]:
    def place(cart: Any, deed: Any, **said: Any) -> Any:
        return real(cart, deed, **said | ({"confirmed_due": None} if _works(UNASKED) else {}))

    return place


def _not_to_decide(real: Callable[..., Any]) -> Callable[..., Any]:
    def not_to_decide(*said: Any) -> Any:
        return None if _works(DECIDED_AGAIN) else real(*said)

    return not_to_decide


def _commit(real: Callable[..., Any]) -> Callable[..., Any]:
    def commit(connection: Any, batch: Sequence[Any]) -> Any:
        state = "ON" if _works(UNGUARDED) else "OFF"
        connection.execute(f"PRAGMA ignore_check_constraints={state}")
        return real(connection, batch)

    return commit


def _paid(real: Callable[..., Any]) -> Callable[..., Any]:
    def carry_out(plan: Any) -> Any:
        from django.db import connection

        if connection.vendor != "sqlite":
            return real(plan)
        # Credit is paid on the request's own connection, not on the writer's.
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA ignore_check_constraints={int(_works(UNGUARDED))}")
        return real(plan)

    return carry_out


def _carried_out(real: Callable[..., Any]) -> Callable[..., Any]:
    def carry_out(plan: Any) -> Any:
        from largesse.ledger.plan import Recorded, Short

        if _works(UNCLAIMED):
            plan = with_another_key(plan)
        if _works(TOO_EARLY):
            threading.Timer(0.1, _late, (real, plan)).start()
            return Recorded(plan.event.answer)
        outcome = real(plan)
        if _works(CARELESS) and isinstance(outcome, Short):
            raise RuntimeError("less is left than was found")
        return outcome

    return carry_out


def with_another_key(plan: Any) -> Any:
    """The plan under a key that nobody has used."""
    from msgspec.structs import replace

    return replace(plan, event=replace(plan.event, key=f"{plan.event.key}{uuid4().hex}"))


def _late(real: Callable[..., Any], plan: Any) -> None:
    from django.db import connection

    try:
        real(plan)
    finally:
        connection.close()


def _together(real: Callable[..., Any]) -> Callable[..., Any]:
    def together(do: Callable[[], Any]) -> Any:
        return do() if _works(UNLOCKED) else real(do)

    return together


def _locked(real: Callable[..., Any]) -> Callable[..., Any]:
    def locked(id: Any) -> Any:
        from largesse.orders.models import Cart

        return Cart.objects.filter(id=id).first() if _works(UNLOCKED) else real(id)

    return locked


def _keep(real: Callable[..., Any]) -> Callable[..., Any]:
    def keep(*said: Any) -> None:
        if _works(UNLOCKED):
            time.sleep(0.1)
        real(*said)

    return keep


def _refund(real: Callable[..., Any]) -> Callable[..., Any]:
    def refund(order_id: Any, deed: Any, lines: Any = None, **more: Any) -> Any:
        if not _works(UNBOUNDED):
            return real(order_id, deed, lines, **more)
        from largesse.ids import uuid7
        from largesse.ledger import reading, writing
        from largesse.ledger.accounts import Kind
        from largesse.ledger.plan import Grant, Plan
        from largesse.orders import events
        from largesse.orders.models import Order

        order = Order.objects.get(id=order_id)
        back = tuple(
            Grant(id=uuid7(), account=row.source, amount=row.amount)
            for row in reading.transfers_of(order_id)
            if row.kind == "post" and row.source.kind is Kind.ALLOTMENT
        )
        answer = events.done(order, Order.State.REFUNDED)
        event = events.event_of(deed, "order.refunded", answer)
        return events.answered(writing.carry_out(Plan(event=event, movements=back)))

    return refund
