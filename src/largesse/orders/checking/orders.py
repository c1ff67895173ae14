"""Whether every order agrees with itself and with the journal (JO-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from uuid import UUID

import msgspec

from largesse.ledger.accounts import Account
from largesse.ledger.checking import Finding, one_state
from largesse.ledger.models import Transfer
from largesse.orders.booking import (
    Leg,
    booking_of,
    claimed,
    credit_legs,
    rep_income_legs,
    sale_legs,
    shipping_discount_legs,
)
from largesse.orders.checking import as_charged, as_paid_back, as_quoted
from largesse.orders.checking.audited import UNREADABLE, Audited, audited
from largesse.orders.models import Order
from largesse.orders.parties import checking as parties
from largesse.orders.posting import legs_of
from largesse.orders.returning.shares import share_of
from largesse.orders.rewards import giveaways, sprees
from largesse.orders.tenders import not_what_is_due

CHUNK: Final = 200
"""How many orders are read at once."""

BOOKED: Final = (Order.State.POSTED, Order.State.PARTLY_REFUNDED, Order.State.REFUNDED)
_HOLDING: Final = (
    Order.State.HELD,
    Order.State.REFERRED,
    Order.State.REFERRED_BY_USER,
    Order.State.PENDING,
    Order.State.PLACED,
)
"""The states in which what an order uses is held for it."""
_STATES_AFTER: Final[Mapping[str, tuple[str, ...]]] = {
    "order.held": (Order.State.HELD,),
    "order.referred": (Order.State.REFERRED,),
    "order.referred_by_user": (Order.State.REFERRED_BY_USER,),
    "order.approved": (Order.State.PENDING,),
    "order.declined": (Order.State.DECLINED,),
    "order.replaced": (Order.State.CANCELLED,),
    "order.placed": (Order.State.PLACED,),
    "order.posted": (Order.State.POSTED,),
    "order.cancelled": (Order.State.CANCELLED,),
    "order.expired": (Order.State.CANCELLED,),
    "order.refunded": (Order.State.PARTLY_REFUNDED, Order.State.REFUNDED),
    "correction.charged": (Order.State.POSTED, Order.State.PARTLY_REFUNDED),
    "correction.waived": (Order.State.POSTED, Order.State.PARTLY_REFUNDED),
}


def check() -> tuple[Finding, ...]:
    """Everything in which an order differs from its lines, its refunds, or the journal.

    It reads one state of the database, whatever is done to orders meanwhile.
    """
    found: list[Finding] = []
    with one_state():
        try:
            for each in audited(CHUNK):
                where = f"order {each.order.number}"
                found += [Finding(where, message) for message in _differences(each)]
            found += parties.check()
        except UNREADABLE as error:
            found.append(Finding("orders", f"one can't be read, so not all were checked: {error}"))
    return tuple(found)


def _differences(audited: Audited) -> Iterator[str]:
    for look in (
        _sums,
        _as_quoted,
        _life,
        _referral,
        _holds,
        _money,
        _refunds,
        _payments,
        _charges,
        _claims,
        _rights,
    ):
        try:
            yield from look(audited)
        except UNREADABLE as error:
            yield f"it can't be read, so not all of it was checked: {error}"


def _sums(audited: Audited) -> Iterator[str]:
    order, lines = audited.order, audited.lines
    for name in ("gross", "net", "tax", "tax_included"):
        kept, summed = getattr(order, name), sum(getattr(x.record, name) for x in lines)
        if kept != summed:
            yield f"its {name} is {kept}, its lines come to {summed}"
    if order.total != order.net + order.shipping + order.tax:
        yield f"its total {order.total} is not net + shipping + tax"
    paid = sum(payment["amount"] for payment in order.payments)
    if order.due != order.total - paid:
        yield f"its due {order.due} is not the total less the payments {paid}"
    if not_what_is_due(order.payment, order.due, order.currency) is not None:
        yield f"its tenders do not come to its due {order.due}"
    for line in lines:
        off = line.record.gross - line.record.net
        parts = sum(part.amount for part in line.parts)
        if parts != off:
            yield f"{off} came off line {line.record.line}, its parts come to {parts}"


def _as_quoted(audited: Audited) -> Iterator[str]:
    return as_quoted.differences(audited.order, audited.lines)


def _life(audited: Audited) -> Iterator[str]:
    """Its events are those that it counts, and its state is what the last one made."""
    order, events = audited.order, audited.events
    if not events:
        yield "no event of the journal made it"
        return
    if order.events != len(events):
        yield f"it counts {order.events} events, the journal has {len(events)}"
    answered = msgspec.json.decode(bytes(events[0].answer))
    if answered["number"] != order.number:
        yield f"its first event calls it {answered['number']}"
    posted_at = next((each.at for each in events if each.kind == "order.posted"), None)
    if order.posted_at != posted_at:
        yield f"it says that it was posted at {order.posted_at}, the journal at {posted_at}"
    last = events[-1]
    if order.state not in _STATES_AFTER.get(last.kind, ()):
        yield f"it is {order.state}, but its last event is {last.kind}"
    if bytes(order.digest) != bytes(last.digest):
        yield "its digest is not that of its last event"


def _referral(audited: Audited) -> Iterator[str]:
    """Who referred it did not decide about it, and what it replaces is no order any more (DE-8)."""
    order = audited.order
    for event in audited.events:
        if event.kind in ("order.approved", "order.declined") and event.actor == order.requested_by:
            yield f"{event.actor} referred it, and {event.kind.partition('.')[2]} it too"
    if order.replaces is not None and order.replaces.state != Order.State.CANCELLED:
        yield f"it replaces order {order.replaces.number}, which is {order.replaces.state}"


def _holds(audited: Audited) -> Iterator[str]:
    """It holds what its quote uses as long as its state says so."""
    order = audited.order
    resolved = {t.resolves_id for t in audited.transfers if t.resolves_id is not None}
    holds = [t for t in audited.transfers if t.kind == Transfer.Kind.HOLD]
    is_open = order.state in _HOLDING
    for hold in holds:
        if (hold.id not in resolved) != is_open:
            yield f"it is {order.state}, but its hold of {hold.amount} on {hold.source} is " + (
                "resolved" if is_open else "open"
            )
    wanted: dict[Account, int] = defaultdict(int)
    for one in audited.promises.consumptions:
        wanted[claimed(one, order.currency)] += one.units
    for deal in audited.promises.deals:
        if deal.used:
            wanted[giveaways.account_of(order.number, deal.offer, order.currency)] += deal.used
    for spree in audited.promises.sprees:
        if spree.given:
            wanted[sprees.account_of(order.number, spree.offer, order.currency)] += spree.given
    held = {hold.source.name: hold.amount for hold in holds}
    if held != dict(wanted):
        yield f"its quote uses {_told(wanted)}, it held {_told(held)}"


def _money(audited: Audited) -> Iterator[str]:
    order = audited.order
    expected: Mapping[tuple[Account, Account], int] = {}
    if order.state in BOOKED:
        expected = _by_accounts(legs_of(order, audited.lines, audited.promises))
    yield from _compared("booked", expected, audited.booked)


def _refunds(audited: Audited) -> Iterator[str]:
    order, lines = audited.order, audited.lines
    refunds = list(order.refunds.all())
    if order.refunded != sum(refund.total for refund in refunds):
        yield f"{order.refunded} was refunded, its refunds come to {sum(r.total for r in refunds)}"
    units: dict[UUID, int] = defaultdict(int)
    for refund in refunds:
        for row in refund.lines.all():
            units[row.order_line_id] += row.units
    for line in lines:
        if line.record.units_refunded != units[line.record.id]:
            yield (
                f"{line.record.units_refunded} units of line {line.record.line} were given back, "
                f"its refunds have {units[line.record.id]}"
            )
    shares = [(share_of(x.sold, 0, x.record.units_refunded), x.accounts) for x in lines]
    shipping = sum(refund.shipping for refund in refunds)
    legs = [
        *sale_legs(booking_of(shares, shipping), order.currency),
        *credit_legs(audited.returned.credits, order.currency),
        *rep_income_legs(audited.returned.rep_income, order.currency),
        *(shipping_discount_legs(audited.promises, order.currency) if shipping else ()),
    ]
    expected = _by_accounts(legs)
    sale = {key: n for key, n in audited.given_back.items() if not _is_payment(key)}
    yield from _compared("reversed", expected, sale)


def _payments(audited: Audited) -> Iterator[str]:
    return as_paid_back.differences(audited.order, audited.booked, audited.given_back)


def _charges(audited: Audited) -> Iterator[str]:
    return as_charged.differences(audited.returned, audited.events, audited.transfers)


def _claims(audited: Audited) -> Iterator[str]:
    """What an order used and has given back since: a code, free units, a part of a budget, credit."""
    if audited.order.state not in BOOKED:
        return
    used = {t.id: t.source.name for t in audited.transfers if t.kind == Transfer.Kind.POST}
    found: dict[Account, int] = defaultdict(int)
    for transfer in audited.transfers:
        if transfer.reverses_id in used:
            found[used[transfer.reverses_id]] += transfer.amount
    claims = {**audited.returned.claims, **as_paid_back.payable_again(audited.given_back)}
    expected = {account: n for account, n in claims.items() if n}
    if dict(found) != expected:
        yield f"{_told(found)} came back of what it used, it should be {_told(expected)}"


def _rights(audited: Audited) -> Iterator[str]:
    """The rights that it gave are those of its quote, and void once it was given back whole."""
    booked = audited.order.state in BOOKED
    promised = sorted(
        (each.promotion, each.customer, str(each.starts), str(each.ends))
        for each in (audited.promises.rights if booked else ())
    )
    given = sorted(
        (
            code.promotion.code,
            code.customer.number if code.customer else "",
            str(code.starts),
            str(code.ends),
        )
        for code in audited.rights
    )
    if given != promised:
        yield f"it gave the rights {given}, its quote promises {promised}"
    if audited.order.state == Order.State.REFUNDED:
        for code in audited.rights:
            if code.void_since is None:
                yield f"it was given back, but the right {code.code} that it gave is not void"


def _is_payment(accounts: tuple[Account, Account]) -> bool:
    return accounts[0].kind.value == "assets:receivables"


def _compared(
    what: str,
    expected: Mapping[tuple[Account, Account], int],
    found: Mapping[tuple[Account, Account], int],
) -> Iterator[str]:
    for key in sorted({*expected, *found}):
        wanted, had = expected.get(key, 0), found.get(key, 0)
        if wanted != had:
            source, target = key
            yield f"{had} is {what} from {_name(source)} to {_name(target)}, it should be {wanted}"


def _by_accounts(legs: Iterable[Leg]) -> Mapping[tuple[Account, Account], int]:
    sums: dict[tuple[Account, Account], int] = defaultdict(int)
    for leg in legs:
        sums[leg.source, leg.target] += leg.amount
    return sums


def _told(units: Mapping[Account, int]) -> str:
    return ", ".join(f"{n} of {_name(a)}" for a, n in sorted(units.items())) or "nothing"


def _name(account: Account) -> str:
    return f"{account.kind.value} {account.owner}".rstrip()
