"""What refunds paid is what their units bore, less what they charged back as unearned (QU-28)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from largesse.ledger.accounts import Account
from largesse.ledger.models import Event, Transfer
from largesse.orders.answers import Done, from_bytes
from largesse.orders.models import Refund
from largesse.orders.returning.charging_back import chargeable, is_charge
from largesse.orders.returning.giving_back import Returned
from largesse.orders.returning.shares import share_of
from largesse.orders.returning.unearned import unearned


def differences(
    returned: Returned, events: Iterable[Event], transfers: Iterable[Transfer]
) -> Iterator[str]:
    """What the refunds of an order say, and its lines and the journal say otherwise."""
    refunds = {refund.public_id: refund for refund in returned.order.refunds.all()}
    charged = _charged_by_event(transfers)
    charges: dict[Account, int] = defaultdict(int)
    units: dict[UUID, int] = defaultdict(int)
    returned_sum = paid = 0
    for event in events:
        for account, amount in charged.get(event.id, {}).items():
            charges[account] += amount
        answer = from_bytes(bytes(event.answer))
        if not isinstance(answer, Done) or answer.refund is None:
            continue
        refund = refunds.pop(answer.refund, None)
        if refund is None:
            yield f"its refund {answer.refund} isn't there"
            continue
        yield from _as_borne(returned, refund, units)
        yield from _as_answered(refund, answer, sum(charges.values()))
        returned_sum += refund.net + refund.tax + refund.shipping
        wanted = max(0, returned_sum - sum(charges.values()) - paid)
        if refund.total != wanted:
            yield f"{refund.total} was paid back by {refund}, it should be {wanted}"
        paid += refund.total
    for refund in refunds.values():
        yield f"no event made its {refund}"
    yield from _as_unearned(returned, charges, returned_sum)


def _as_borne(returned: Returned, refund: Refund, units: dict[UUID, int]) -> Iterator[str]:
    """The amounts of a refund are what its units bore, which come after those of earlier refunds."""
    sold = {line.record.id: line.sold for line in returned.lines}
    sums = {"net": 0, "tax": 0}
    for row in refund.lines.all():
        start = units[row.order_line_id]
        if row.first_unit != start:
            yield f"{refund} begins at unit {row.first_unit} of a line, it should be {start}"
        units[row.order_line_id] += row.units
        borne = share_of(sold[row.order_line_id], start, start + row.units)
        for name in sums:
            sums[name] += getattr(borne, name)
            if getattr(row, name) != getattr(borne, name):
                yield (
                    f"{getattr(row, name)} {name} was paid back for {row.units} units by {refund}, "
                    f"they bore {getattr(borne, name)}"
                )
    for name, wanted in sums.items():
        if getattr(refund, name) != wanted:
            has = getattr(refund, name)
            yield f"{has} {name} was paid back by {refund}, its lines come to {wanted}"


def _as_answered(refund: Refund, answer: Done, charged: int) -> Iterator[str]:
    if answer.refund_total != refund.total:
        yield f"{refund.total} was paid back by {refund}, its event says {answer.refund_total}"
    if answer.charged_back != charged:
        yield f"{charged} is charged back after {refund}, its event says {answer.charged_back}"


def _as_unearned(returned: Returned, charges: Mapping[Account, int], most: int) -> Iterator[str]:
    """No account was given more than is unearned; less, where nothing was to be charged back."""
    booked = {account: amount for account, amount in charges.items() if amount}
    if not booked:
        return
    wanted = chargeable(unearned(returned), most, returned.order.currency)
    for account, amount in booked.items():
        if not 0 < amount <= wanted.get(account, 0):
            name = f"{account.kind.value} {account.owner}"
            yield f"{amount} is charged back on {name}, {wanted.get(account, 0)} is unearned"


def _charged_by_event(transfers: Iterable[Transfer]) -> dict[UUID, dict[Account, int]]:
    """What each event charged back, or gave back of earlier charges."""
    found: dict[UUID, dict[Account, int]] = defaultdict(lambda: defaultdict(int))
    listed: Sequence[Transfer] = list(transfers)
    charges = {
        t.id: t.source.name
        for t in listed
        if t.kind == Transfer.Kind.ENTRY and is_charge(t.source.name, t.target.name)
    }
    for t in listed:
        if t.id in charges:
            found[t.event_id][charges[t.id]] += t.amount
        elif t.reverses_id in charges:
            found[t.event_id][charges[t.reverses_id]] -= t.amount
    return found
