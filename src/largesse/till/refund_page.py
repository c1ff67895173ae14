"""A refund by receipt: what can come back, and what goes to which tender, told before it is done."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from largesse.ledger.accounts import Kind
from largesse.orders.answers import Refused
from largesse.orders.models import Order
from largesse.orders.refunding import money_back
from largesse.orders.returning.reckoning import Reckoning, reckon
from largesse.orders.tenders import returned, tenders_of
from largesse.till.taking import METHODS

REASONS = ("Changed their mind", "Damaged", "Wrong item", "Price mistake")


class Line(Struct, frozen=True):
    """A line of the order. `left` units can still come back, `units` of them are chosen to."""

    id: str
    name: str
    sku: str
    quantity: str
    net: int
    left: int
    returned: int
    units: int


class Back(Struct, frozen=True):
    """An amount that goes back by a tender, or to a voucher."""

    words: str
    icon: str
    detail: str
    amount: int


class RefundPage(Struct, frozen=True):
    """What a refund would come to; `refusal` says why there is none."""

    lines: tuple[Line, ...]
    total: int
    backs: tuple[Back, ...]
    voucher: str
    """The voucher that can be used again, since all of the order comes back."""
    unearned: tuple[str, ...]
    charged: int
    refusal: str


def refund_page(order: Order, units: Mapping[str, int]) -> RefundPage:
    """The refund of so many units of each line, by line id."""
    lines = tuple(
        Line(
            line.line,
            line.name or line.sku,
            line.sku,
            f"{line.quantity / 1000:g}",
            line.net + line.tax,
            line.units - line.units_refunded,
            line.units_refunded,
            min(units.get(line.line, 0), line.units - line.units_refunded),
        )
        for line in order.lines.all()
    )
    wanted = {line.id: line.units for line in lines if line.units}
    if not wanted:
        return RefundPage(lines, 0, (), "", (), 0, "")
    found = reckon(order, wanted)
    if isinstance(found, Refused):
        return RefundPage(lines, 0, (), "", (), 0, found.message)
    unearned = tuple(f"{each.title or each.deal}" for each in found.unearned)
    charged = max(0, found.returned - found.total)
    backs = _backs(order, found)
    return RefundPage(lines, found.total, backs, _voucher(order, found), unearned, charged, "")


def _backs(order: Order, found: Reckoning) -> tuple[Back, ...]:
    """What goes back by each tender, the one taken last first, to credit and to value vouchers."""
    before, after, credit, vouchers = money_back(order, found.rows, found.total)
    tenders = tenders_of(order.payment, order.due)
    shares = zip(tenders, returned(tenders, before), returned(tenders, after), strict=True)
    backs = []
    for tender, was, now in reversed(list(shares)):
        if now > was:
            words = METHODS.get(tender.method)
            word = words.word if words is not None else tender.method
            detail = f"•••• {tender.last4}" if tender.last4 else ""
            backs.append(Back(word, words.icon if words else "coins", detail, now - was))
    if credit:
        backs.append(Back("Credit", "coins", "", credit))
    if vouchers:
        number = order.payments[0]["code"] if order.payments else ""
        backs.append(Back("Value voucher", "ticket", number, vouchers))
    return tuple(backs)


def _voucher(order: Order, found: Reckoning) -> str:
    """The number of the voucher that a refund of the whole order gives back (VO-6)."""
    if not found.after.whole:
        return ""
    claims = [account for account in found.after.claims if account.kind is Kind.VOUCHER]
    return claims[0].owner if claims else ""
