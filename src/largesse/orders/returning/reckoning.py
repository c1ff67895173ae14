"""What a refund comes to is worked out before anything is done, so it can be shown before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from largesse.business import configuration
from largesse.business.configuration import CHARGE_BACK_UNEARNED
from largesse.ledger import reading
from largesse.ledger.accounts import Kind
from largesse.ledger.reading import TransferRow
from largesse.orders import events
from largesse.orders.answers import FieldError, Refused, Unearned
from largesse.orders.models import Order
from largesse.orders.returning.charging_back import NOTHING, Charges, at_most, chargeable, charged
from largesse.orders.returning.giving_back import Returned
from largesse.orders.returning.shares import Share, share_of
from largesse.orders.returning.sold import StoredLine, lines_of
from largesse.orders.returning.unearned import unearned
from largesse.orders.rewards.promises import promises_of


class Return(NamedTuple):
    """Units of a line that are given back: those from `start` to before `stop`, and what they bear."""

    line: StoredLine
    start: int
    stop: int
    share: Share


class Reckoning(NamedTuple):
    """What a refund comes to. Amounts are minor units.

    `rows` are the order's transfers, `shipping` what is given back of the charge, `earlier` what the
    buyer had paid for all that came back before. `before` and `after` say what has come back.
    """

    rows: Sequence[TransferRow]
    returns: Sequence[Return]
    shipping: int
    earlier: int
    before: Returned
    after: Returned
    unearned: tuple[Unearned, ...] = ()
    """What the units that stay don't earn of deals."""
    charged: Charges = NOTHING
    """What was charged back for it before, by account."""
    charges: Charges = NOTHING
    """What is charged back once the refund is made."""

    @property
    def returned(self) -> int:
        """What the buyer had paid for what comes back."""
        return sum((r.share.total for r in self.returns), self.shipping)

    @property
    def charged_back(self) -> int:
        """What is charged back in all once the refund is made."""
        return sum(self.charges.values())

    @property
    def total(self) -> int:
        """What the buyer gets: for all that came back, less the charges and what they got before."""
        refunded: int = self.after.order.refunded
        return max(0, self.earlier + self.returned - self.charged_back - refunded)


def reckon(
    order: Order, lines: Mapping[str, int] | None = None, *, shipping: bool = False
) -> Reckoning | Refused:
    """What a refund of units by line id, or of all that is left, comes to now; or why it can't be."""
    if order.state not in (Order.State.POSTED, Order.State.PARTLY_REFUNDED):
        return events.wrong_state(order, "only a posted order can be refunded")
    stored = lines_of(order)
    refusal = _refusal(order, stored, lines)
    if refusal is not None:
        return refusal
    returns = _returns(stored, lines)
    rows = reading.transfers_of(order.id)
    shipping_back = _shipping_left(rows) if shipping else 0
    # An order without lines may have given credit: it is given back as such.
    if stored and not returns and not shipping_back:
        return Refused(code="cannot_refund", message="Nothing is left to refund.", field="lines")
    before = Returned(
        order,
        promises_of(order),
        stored,
        [line.record.units_refunded for line in stored],
        any(row.reversed for row in _shipping_charges(rows)),
    )
    stops = {r.line.record.id: r.stop for r in returns}
    after = before._replace(
        units=[stops.get(line.record.id, line.record.units_refunded) for line in stored],
        shipping=before.shipping or shipping_back > 0,
        taken_back=not stored,
    )
    found = Reckoning(rows, returns, shipping_back, order.refunded, before, after)
    return _with_charges(found) if after.promises.deals else found


def _with_charges(reckoning: Reckoning) -> Reckoning:
    """The same with what is unearned, and charged back: nothing more, where the business doesn't."""
    order = reckoning.after.order
    earlier = sum(r.net + r.tax + r.shipping for r in order.refunds.all())
    found = unearned(reckoning.after)
    before = charged(reckoning.rows)
    charges = chargeable(found, earlier + reckoning.returned, order.currency)
    if charges and not configuration.value(CHARGE_BACK_UNEARNED):
        charges = at_most(charges, before)
    return reckoning._replace(earlier=earlier, unearned=found, charged=before, charges=charges)


# --- what is asked for -----------------------------------------------------------------------------


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


_SHIPPING_ENDS: Final = (Kind.SHIPPING, Kind.RECEIVABLES)


def _shipping_left(rows: Sequence[TransferRow]) -> int:
    return sum(row.amount - row.reversed for row in _shipping_charges(rows))


def _shipping_charges(rows: Sequence[TransferRow]) -> list[TransferRow]:
    """What the buyer was charged for shipping: one entry, or none."""
    entries = [row for row in rows if row.kind == "entry"]
    return [row for row in entries if (row.source.kind, row.target.kind) == _SHIPPING_ENDS]
