"""An order takes a voucher's use; the first one to want it opens the account that holds it (VO-4).

So a million vouchers are a million rows and nothing else. The account is opened in the order's own
plan, which is stale where another order was first, or where the voucher has changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from largesse.ids import uuid7
from largesse.ledger.plan import Change, Grant
from largesse.offers.models import Voucher
from largesse.offers.vouchers.journaling import account_of


class Taking(NamedTuple):
    """What a plan that holds vouchers does besides: accounts are opened, rows are as they were read."""

    grants: tuple[Grant, ...]
    changes: tuple[Change, ...]


NOTHING_TAKEN: Final = Taking((), ())


def taking(numbers: Iterable[str]) -> Taking:
    """What belongs into a plan that holds these vouchers' uses."""
    rows = Voucher.objects.filter(number__in=list(numbers), state=Voucher.State.ASSIGNED)
    found = list(rows.order_by("id").values_list("id", "number", "partner_id", "opened"))
    return Taking(
        grants=tuple(
            Grant(id=uuid7(), account=account_of(number), amount=1)
            for _, number, _, opened in found
            if not opened
        ),
        changes=tuple(_as_read(id, partner, opened) for id, _, partner, opened in found),
    )


def _as_read(id: Any, partner: Any, opened: bool) -> Change:
    state = Voucher.State.ASSIGNED.value
    return Change(
        table=Voucher._meta.db_table,
        id=id,
        expected={"state": state, "partner_id": partner, "opened": opened},
        new={"opened": True},
    )
