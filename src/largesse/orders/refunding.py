"""To refund is to take back units of a posted order: exactly their stored parts, once (OR-5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from largesse.engine.stage import Stage
from largesse.ids import public_id, uuid7
from largesse.ledger import reading
from largesse.ledger.accounts import Account, Kind
from largesse.ledger.plan import Change, Reverse
from largesse.ledger.reading import TransferRow
from largesse.orders import events
from largesse.orders.answers import Answered, Deed, FieldError, Refused
from largesse.orders.booking import booking_of, sale_legs
from largesse.orders.models import Order, OrderLine, Refund, RefundLine
from largesse.orders.rows import inserted
from largesse.orders.shares import Share, share_of, units_of_part
from largesse.orders.sold import StoredLine, lines_of


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
    shipping_back = _shipping_left(order, rows) if shipping else 0
    total = sum(r.share.total for r in returns) + shipping_back
    left = sum(line.record.units - line.record.units_refunded for line in stored)
    whole = left == sum(r.stop - r.start for r in returns)
    if not returns and not shipping_back:
        return Refused(code="cannot_refund", message="Nothing is left to refund.", field="lines")
    state = Order.State.REFUNDED if whole else Order.State.PARTLY_REFUNDED
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
        movements=tuple(_reversals(order, rows, returns, shipping_back, total, whole)),
        inserts=(
            inserted(Refund, [_columns(made)]),
            *([inserted(RefundLine, [_line_row(made, r) for r in returns])] if returns else []),
        ),
        changes=tuple(
            Change(
                table=OrderLine._meta.db_table,
                id=r.line.record.id,
                expected={"units_refunded": r.start},
                new={"units_refunded": r.stop},
            )
            for r in returns
        ),
    )


def _reversals(
    order: Order,
    rows: Sequence[TransferRow],
    returns: Sequence[Return],
    shipping: int,
    total: int,
    whole: bool,
) -> Iterator[Reverse]:
    """What the refund books back: sale, discounts and tax by their parts, payments, free units."""
    booked = {(row.source, row.target): row for row in rows if row.kind == "entry"}
    booking = booking_of(((r.share, r.line.accounts) for r in returns), shipping)
    for leg in sale_legs(booking, order.currency):
        yield _reverse(booked[leg.source, leg.target], leg.amount)
    payments = _payments(rows)
    if not any(row.target.kind is Kind.TENDERS for row in payments):
        # No money was taken: the buyer owes less, before a value voucher goes back.
        total -= min(total, max(0, order.due - order.refunded))
    for row in payments:
        back = min(total, row.amount - row.reversed)
        if back:
            total -= back
            yield _reverse(row, back)
    used = {row.source: row for row in rows if row.kind == "post"}
    for account, units in _freed(returns).items():
        yield _reverse(used[account], units)
    if whole:
        # An order that was given back whole has not used its voucher (VO-6).
        for account, row in used.items():
            if account.kind is Kind.VOUCHER:
                yield _reverse(row, row.amount)


def _payments(rows: Sequence[TransferRow]) -> list[TransferRow]:
    """What the buyer paid with: money goes back before value vouchers do."""
    order = (Kind.TENDERS, Kind.VOUCHER_CLEARING)
    paid = [row for row in rows if row.kind == "entry" and row.target.kind in order]
    return sorted(paid, key=lambda row: order.index(row.target.kind))


def _freed(returns: Sequence[Return]) -> Mapping[Account, int]:
    """The units of allotments that are given back."""
    freed: dict[Account, int] = {}
    for r in returns:
        for part, sold in zip(r.line.parts, r.line.sold.parts, strict=True):
            if part.stage == Stage.ALLOTMENT:
                account = Account(Kind.ALLOTMENT, part.offer, "unit")
                units = units_of_part(sold, r.start, r.stop)
                if units:
                    freed[account] = freed.get(account, 0) + units
    return freed


def _shipping_left(order: Order, rows: Sequence[TransferRow]) -> int:
    charged = [row for row in rows if row.kind == "entry" and row.source.kind is Kind.SHIPPING]
    return sum(row.amount - row.reversed for row in charged)


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
