"""A host reward order that is given back whole leaves its party closed: the host was never rewarded
(SP-12).

What it gave goes back with its units, and what was carried over with the whole of it. Its corrections
are about an award that is none any more: the same event waives the open ones, and books back what was
charged for others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from largesse.ids import uuid7
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Change, Reverse
from largesse.ledger.reading import TransferRow
from largesse.orders.answers import Deed
from largesse.orders.models import Correction, Order, Party
from largesse.orders.parties.changing import changed, guests_unchanged
from largesse.orders.parties.consequences import Consequence


def taken_back(order: Order, rows: Iterable[TransferRow], deed: Deed) -> Consequence:
    """What else happens when a host reward order, with its transfers, is given back whole."""
    party = order.party
    assert party is not None
    guests = guests_unchanged(party)
    open_ones = list(corrections_of(order).filter(state=Correction.State.OPEN))
    row, past = changed(party, deed, state=Party.State.CLOSED.value)
    return Consequence(
        changes=(
            row,
            *guests,
            *(settled(each, Correction.State.WAIVED, deed, lapsed(order)) for each in open_ones),
        ),
        inserts=(past,),
        movements=tuple(_charges_back(rows)),
        waived=tuple(each.public_id for each in open_ones),
    )


def corrections_of(reward: Order) -> QuerySet[Correction]:
    """The corrections of the award of a host reward order: those that were made after it was placed,
    and there is no other one until it was given back.
    """
    return Correction.objects.filter(party=reward.party_id, id__gt=reward.id).order_by("id")


def settled(correction: Correction, state: Correction.State, deed: Deed, reason: str) -> Change:
    """A correction is settled, if it is still open."""
    return Change(
        table=Correction._meta.db_table,
        id=correction.id,
        expected={"state": Correction.State.OPEN.value},
        new={
            "state": state.value,
            "settled_at": deed.at,
            "settled_by": deed.actor,
            "reason": reason,
        },
    )


def lapsed(order: Order) -> str:
    """Why the open corrections of a host reward order are waived when it is given back."""
    return f"Order {order.number} was given back."


def is_charge(source: Account, target: Account) -> bool:
    """Whether an entry between these accounts charges a host for an award that was too much."""
    return source.kind is Kind.SPREES and target.kind is Kind.CUSTOMER_CREDIT


def _charges_back(rows: Iterable[TransferRow]) -> Iterator[Reverse]:
    for row in rows:
        if row.kind == "entry" and is_charge(row.source, row.target) and row.reversible:
            yield Reverse(id=uuid7(), transfer=row.id, amount=row.reversible)
