"""To refund is to take back units of a posted order: exactly their stored parts, once (OR-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from largesse.ids import public_id, uuid7
from largesse.ledger.accounts import Kind
from largesse.ledger.plan import Change, Reverse
from largesse.ledger.reading import TransferRow
from largesse.offers import codes
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, Refused
from largesse.orders.booking import (
    booking_of,
    credit_legs,
    rep_income_legs,
    sale_legs,
    shipping_discount_legs,
)
from largesse.orders.credit.paying import limited
from largesse.orders.models import Order, OrderLine, Refund, RefundLine
from largesse.orders.parties import correcting
from largesse.orders.parties.consequences import Consequence
from largesse.orders.returning import charging_back
from largesse.orders.returning.giving_back import Returned
from largesse.orders.returning.reckoning import Reckoning, Return, reckon
from largesse.orders.rows import inserted
from largesse.orders.tenders import by_method, returned, tenders_of


def refund(
    order_id: UUID,
    deed: Deed,
    lines: Mapping[str, int] | None = None,
    *,
    shipping: bool = False,
) -> Answered:
    """Refund units of a posted order, by line id; None refunds all that is left.

    `shipping` refunds the shipping charge too, which happens once. Units that the buyer was charged for
    go back before those that were free. What the kept units don't earn of deals any more is told, and
    charged back where the business says so (DE-16). What a party's guest gives back after its host was
    rewarded makes a correction; a host reward order that is given back whole leaves the party closed
    (SP-12).
    """

    def decide(order: Order) -> events.Step | Refused:
        found = reckon(order, lines, shipping=shipping)
        if isinstance(found, Refused):
            return found
        return _step(order, deed, found, correcting.after_refund(found, deed))

    return events.take_step(order_id, deed, decide)


def _step(order: Order, deed: Deed, found: Reckoning, party: Consequence) -> events.Step:
    """What a refund changes: its own rows, the order's, its party's, and the journal's."""
    returns, after, total = found.returns, found.after, found.total
    payments_back = tuple(_payments_back(order, found.rows, total))
    state = Order.State.REFUNDED if after.whole else Order.State.PARTLY_REFUNDED
    made = Refund(
        id=uuid7(),
        order_id=order.id,
        at=deed.at,
        actor=deed.actor,
        reason=deed.reason,
        net=sum(r.share.net for r in returns),
        tax=sum(r.share.tax for r in returns),
        shipping=found.shipping,
        total=total,
    )
    return events.Step(
        kind="order.refunded",
        answer=events.done(
            order,
            state,
            refunded=order.refunded + total,
            refund=public_id(Refund.prefix, made.id),
            refund_total=total,
            unearned=found.unearned,
            charged_back=found.charged_back,
            correction=party.correction,
            waived=party.waived,
        ),
        new={"state": state.value, "refunded": order.refunded + total},
        movements=(
            *_money_back(found),
            *charging_back.movements(found.rows, found.charged, found.charges, order.currency),
            *payments_back,
            *_credit_back(found.rows, payments_back),
            *_claims_back(found.rows, after),
            *party.movements,
        ),
        inserts=(
            inserted(Refund, [_columns(made)]),
            *([inserted(RefundLine, [_line_row(made, r) for r in returns])] if returns else []),
            *party.inserts,
        ),
        changes=(
            *_lines_back(returns),
            *(codes.voided(order.id, deed.at) if after.whole and after.promises.rights else ()),
        ),
        ahead=party.changes,
    )


def _lines_back(returns: Iterable[Return]) -> Iterator[Change]:
    for r in returns:
        yield Change(
            table=OrderLine._meta.db_table,
            id=r.line.record.id,
            expected={"units_refunded": r.start},
            new={"units_refunded": r.stop},
        )


def _money_back(found: Reckoning) -> Iterator[Reverse]:
    """What the refund books back of the sale: lines, discounts and tax by their parts, credits, and the
    taxable income of reps.
    """
    after, shipping = found.after, found.shipping
    currency = after.order.currency
    booked = {(row.source, row.target): row for row in found.rows if row.kind == "entry"}
    booking = booking_of(((r.share, r.line.accounts) for r in found.returns), shipping)
    earlier = found.before.credits
    credits = {to: amount - earlier[to] for to, amount in after.credits.items()}
    known = found.before.rep_income
    income = {rep: amount - known[rep] for rep, amount in after.rep_income.items()}
    legs = [
        *sale_legs(booking, currency),
        *credit_legs(credits, currency),
        *rep_income_legs(income, currency),
    ]
    if shipping:
        legs += shipping_discount_legs(after.promises, currency)
    for leg in legs:
        yield _reverse(booked[leg.source, leg.target], leg.amount)


class MoneyBack(NamedTuple):
    """What goes back of an order's payments: of all tenders together, by when `before` a refund and by
    when `after` it; to credit accounts; and to value vouchers. Amounts are minor units.
    """

    before: int
    after: int
    credit: int
    vouchers: int


def money_back(order: Order, rows: Sequence[TransferRow], total: int) -> MoneyBack:
    """How a refund of `total` is paid back: by tenders as long as something was paid by them, then to
    credit accounts, then to value vouchers.
    """
    taken = [row for row in rows if _pays(row, Kind.TENDERS)]
    if not taken:
        # No money was taken: the buyer owes less, before credit or a value voucher goes back.
        total -= min(total, max(0, order.due - order.refunded))
    before = sum(row.reversed for row in taken)
    after = min(before + total, sum(row.amount for row in taken))
    left = total - (after - before)
    credit = min(left, _paid(rows, Kind.CUSTOMER_CREDIT))
    vouchers = min(left - credit, _paid(rows, Kind.VOUCHER_CLEARING))
    return MoneyBack(before, after, credit, vouchers)


def _paid(rows: Iterable[TransferRow], kind: Kind) -> int:
    """What was paid from accounts of a kind and hasn't gone back."""
    return sum(row.amount - row.reversed for row in rows if _pays(row, kind))


def _payments_back(order: Order, rows: Sequence[TransferRow], total: int) -> Iterator[Reverse]:
    """What the refund books back of the payments: money before credit before value vouchers, and of
    several credit accounts the last by name first.
    """
    found = money_back(order, rows, total)
    tenders = tenders_of(order.payment, order.due)
    shares = by_method(tenders, returned(tenders, found.after))
    left = {Kind.CUSTOMER_CREDIT: found.credit, Kind.VOUCHER_CLEARING: found.vouchers}
    for row in sorted(rows, key=lambda each: each.target, reverse=True):
        back = 0
        if _pays(row, Kind.TENDERS):
            back = shares[row.target.owner] - row.reversed
        elif _pays(row, *left):
            back = min(left[row.target.kind], row.amount - row.reversed)
            left[row.target.kind] -= back
        if back > 0:
            yield _reverse(row, back)


def _credit_back(
    rows: Sequence[TransferRow], payments_back: Iterable[Reverse]
) -> Iterator[Reverse]:
    """What credit accounts can pay again: what goes back to them (SP-13)."""
    paid_by = {row.id: row.target for row in rows if _pays(row, Kind.CUSTOMER_CREDIT)}
    used = {row.source: row for row in rows if row.kind == "post"}
    for back in payments_back:
        if back.transfer in paid_by:
            yield _reverse(used[limited(paid_by[back.transfer])], back.amount)


def _claims_back(rows: Sequence[TransferRow], after: Returned) -> Iterator[Reverse]:
    """What goes back to limited accounts: all that has come back by now, less what came before."""
    used = {row.source: row for row in rows if row.kind == "post"}
    for account, amount in after.claims.items():
        back = amount - used[account].reversed
        if back > 0:
            yield _reverse(used[account], back)


def _pays(row: TransferRow, *kinds: Kind) -> bool:
    """Whether it is a payment of what was owed, from an account of one of these kinds."""
    is_payment = row.kind == "entry" and row.source.kind is Kind.RECEIVABLES
    return is_payment and row.target.kind in kinds


def _reverse(row: TransferRow, amount: int) -> Reverse:
    return Reverse(id=uuid7(), transfer=row.id, amount=amount)


def _columns(made: Refund) -> dict[str, object]:
    return {field.attname: getattr(made, field.attname) for field in made._meta.concrete_fields}


def _line_row(made: Refund, given: Return) -> dict[str, object]:
    return {
        "id": uuid7(),
        "refund_id": made.id,
        "order_line_id": given.line.record.id,
        "first_unit": given.start,
        "units": given.stop - given.start,
        "net": given.share.net,
        "tax": given.share.tax,
    }
