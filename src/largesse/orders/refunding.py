"""To refund is to take back units of a posted order: exactly their stored parts, once (OR-5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from largesse.ids import public_id, uuid7
from largesse.ledger import reading
from largesse.ledger.accounts import Kind
from largesse.ledger.plan import Change, Reverse
from largesse.ledger.reading import TransferRow
from largesse.offers import codes
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, FieldError, Refused
from largesse.orders.booking import (
    booking_of,
    credit_legs,
    sale_legs,
    shipping_discount_legs,
)
from largesse.orders.giving_back import Returned
from largesse.orders.models import Order, OrderLine, Refund, RefundLine
from largesse.orders.promises import promises_of
from largesse.orders.rows import inserted
from largesse.orders.shares import Share, share_of
from largesse.orders.sold import StoredLine, lines_of
from largesse.orders.tenders import by_method, returned, tenders_of


class Return(NamedTuple):
    """Units of a line that are given back: those from `start` to before `stop`, and what they bear."""

    line: StoredLine
    start: int
    stop: int
    share: Share


def refund(
    order_id: UUID,
    deed: Deed,
    lines: Mapping[str, int] | None = None,
    *,
    shipping: bool = False,
) -> Answered:
    """Refund units of a posted order, by line id; None refunds all that is left.

    `shipping` refunds the shipping charge too, which happens once. Units that the buyer was charged for
    go back before those that were free.
    """

    def decide(order: Order) -> events.Step | Refused:
        if order.state not in (Order.State.POSTED, Order.State.PARTLY_REFUNDED):
            return events.wrong_state(order, "only a posted order can be refunded")
        stored = lines_of(order)
        refusal = _refusal(order, stored, lines)
        if refusal is not None:
            return refusal
        return _step(order, deed, stored, _returns(stored, lines), shipping)

    return events.take_step(order_id, deed, decide)


def _refusal(
    order: Order, stored: Sequence[StoredLine], lines: Mapping[str, int] | None
) -> Refused | None:
    """What is wrong with the lines that were asked for, all at once."""
    if lines is None:
        return None
    left = {line.record.line: line.record.units - line.record.units_refunded for line in stored}
    errors: list[FieldError] = []
    for name, units in lines.items():
        if name not in left:
            message = f"order {order.number} has no line {name}"
        elif units < 1:
            message = "is 1 unit or more"
        elif units > left[name]:
            message = f"{left[name]} of line {name} can still be refunded, not {units}"
        else:
            continue
        errors.append(FieldError(f"lines.{name}", str(units), message))
    if not lines:
        errors.append(FieldError("lines", "", "name at least one line"))
    if not errors:
        return None
    return Refused(
        code="cannot_refund",
        message="; ".join(error.message for error in errors).capitalize() + ".",
        field=errors[0].field,
        errors=tuple(errors),
    )


def _returns(stored: Sequence[StoredLine], lines: Mapping[str, int] | None) -> tuple[Return, ...]:
    found: list[Return] = []
    for line in stored:
        start = line.record.units_refunded
        units = line.record.units - start if lines is None else lines.get(line.record.line, 0)
        if units:
            share = share_of(line.sold, start, start + units)
            found.append(Return(line, start, start + units, share))
    return tuple(found)


def _step(
    order: Order,
    deed: Deed,
    stored: Sequence[StoredLine],
    returns: Sequence[Return],
    shipping: bool,
) -> events.Step | Refused:
    rows = reading.transfers_of(order.id)
    shipping_back = _shipping_left(rows) if shipping else 0
    total = sum(r.share.total for r in returns) + shipping_back
    if not returns and not shipping_back:
        return Refused(code="cannot_refund", message="Nothing is left to refund.", field="lines")
    promises = promises_of(order)
    before = Returned(
        order,
        promises,
        stored,
        [line.record.units_refunded for line in stored],
        _shipping_is_back(rows),
    )
    stops = {r.line.record.id: r.stop for r in returns}
    after = before._replace(
        units=[stops.get(line.record.id, line.record.units_refunded) for line in stored],
        shipping=before.shipping or shipping_back > 0,
    )
    state = Order.State.REFUNDED if after.whole else Order.State.PARTLY_REFUNDED
    made = Refund(
        id=uuid7(),
        order_id=order.id,
        at=deed.at,
        actor=deed.actor,
        reason=deed.reason,
        net=sum(r.share.net for r in returns),
        tax=sum(r.share.tax for r in returns),
        shipping=shipping_back,
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
        ),
        new={"state": state.value, "refunded": order.refunded + total},
        movements=(
            *_money_back(rows, returns, before, after, shipping_back),
            *_payments_back(order, rows, total),
            *_claims_back(rows, after),
        ),
        inserts=(
            inserted(Refund, [_columns(made)]),
            *([inserted(RefundLine, [_line_row(made, r) for r in returns])] if returns else []),
        ),
        changes=(
            *_lines_back(returns),
            *(codes.voided(order.id, deed.at) if after.whole and promises.rights else ()),
        ),
    )


def _lines_back(returns: Iterable[Return]) -> Iterator[Change]:
    for r in returns:
        yield Change(
            table=OrderLine._meta.db_table,
            id=r.line.record.id,
            expected={"units_refunded": r.start},
            new={"units_refunded": r.stop},
        )


def _money_back(
    rows: Sequence[TransferRow],
    returns: Sequence[Return],
    before: Returned,
    after: Returned,
    shipping: int,
) -> Iterator[Reverse]:
    """What the refund books back of the sale: lines, discounts and tax by their parts, and credits."""
    currency = after.order.currency
    booked = {(row.source, row.target): row for row in rows if row.kind == "entry"}
    booking = booking_of(((r.share, r.line.accounts) for r in returns), shipping)
    earlier = before.credits
    credits = {to: amount - earlier[to] for to, amount in after.credits.items()}
    legs = [*sale_legs(booking, currency), *credit_legs(credits, currency)]
    if shipping:
        legs += shipping_discount_legs(after.promises, currency)
    for leg in legs:
        yield _reverse(booked[leg.source, leg.target], leg.amount)


def _payments_back(order: Order, rows: Sequence[TransferRow], total: int) -> Iterator[Reverse]:
    """What the refund books back of the payments: money before value vouchers."""
    taken = {row.target.owner: row for row in rows if _pays(row, Kind.TENDERS)}
    if not taken:
        # No money was taken: the buyer owes less, before a value voucher goes back.
        total -= min(total, max(0, order.due - order.refunded))
    before = sum(row.reversed for row in taken.values())
    back = min(total, sum(row.amount for row in taken.values()) - before)
    tenders = tenders_of(order.payment, order.due)
    shares = by_method(tenders, returned(tenders, before + back))
    for method, row in taken.items():
        if shares[method] > row.reversed:
            yield _reverse(row, shares[method] - row.reversed)
    total -= back
    for row in rows:
        back = min(total, row.amount - row.reversed) if _pays(row, Kind.VOUCHER_CLEARING) else 0
        if back:
            total -= back
            yield _reverse(row, back)


def _claims_back(rows: Sequence[TransferRow], after: Returned) -> Iterator[Reverse]:
    """What goes back to limited accounts: all that has come back by now, less what came before."""
    used = {row.source: row for row in rows if row.kind == "post"}
    for account, amount in after.claims.items():
        back = amount - used[account].reversed
        if back > 0:
            yield _reverse(used[account], back)


def _pays(row: TransferRow, kind: Kind) -> bool:
    return row.kind == "entry" and row.target.kind is kind


def _shipping_left(rows: Sequence[TransferRow]) -> int:
    return sum(row.amount - row.reversed for row in _charges(rows))


def _shipping_is_back(rows: Sequence[TransferRow]) -> bool:
    return any(row.reversed for row in _charges(rows))


def _charges(rows: Sequence[TransferRow]) -> list[TransferRow]:
    """What the buyer was charged for shipping: one entry, or none."""
    ends = (Kind.SHIPPING, Kind.RECEIVABLES)
    return [r for r in rows if r.kind == "entry" and (r.source.kind, r.target.kind) == ends]


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
