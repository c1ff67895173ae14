"""A receipt: what was bought, what came off, how it was paid, and the number that brings it back."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from largesse.business.models import Business
from largesse.engine.stage import Stage
from largesse.orders.credit.purses import payment_words
from largesse.orders.models import Order, Part
from largesse.orders.tenders import tenders_of
from largesse.till.barcode import Barcode, barcode_of
from largesse.till.models import Sale
from largesse.till.taking import METHODS


class Off(Struct, frozen=True):
    """What came off a line, in minor units."""

    title: str
    amount: int


class Line(Struct, frozen=True):
    """A line: its price before what came off it."""

    quantity: str
    name: str
    gross: int
    offs: tuple[Off, ...]


class Paid(Struct, frozen=True):
    """What a part was paid with. `given` is 0 where no more than that was given."""

    words: str
    amount: int
    given: int = 0
    change: int = 0


class Receipt(Struct, frozen=True):
    """All that is printed. Amounts are minor units."""

    business: str
    place: str
    number: str
    at: datetime
    cashier: str
    customer: str
    currency: str
    lines: tuple[Line, ...]
    voucher: Off | None
    saved: int
    net: int
    tax: int
    tax_included: int
    total: int
    paid: tuple[Paid, ...]
    refunded: int
    barcode: Barcode


def receipt_of(sale: Sale, business: Business) -> Receipt:
    """The receipt of a sale that was sold."""
    order = sale.order
    assert order is not None
    customer = sale.customer
    return Receipt(
        business=business.name,
        place=f"{sale.location.title}, till {sale.till}",
        number=order.number,
        at=order.placed_at,
        cashier=sale.cashier.get_short_name() or sale.cashier.get_username(),
        customer=customer.name if customer is not None else "",
        currency=order.currency,
        lines=_lines(order),
        voucher=_voucher(order),
        saved=order.discount,
        net=order.net,
        tax=order.tax,
        tax_included=order.tax_included,
        total=order.total,
        paid=_paid(order),
        refunded=order.refunded,
        barcode=barcode_of(order.number),
    )


def _lines(order: Order) -> tuple[Line, ...]:
    return tuple(
        Line(
            f"{line.quantity / 1000:g}",
            line.name or line.sku,
            line.gross,
            tuple(Off(_title(p), p.amount) for p in line.parts.all() if p.stage != Stage.VOUCHER),
        )
        for line in order.lines.prefetch_related("parts")
    )


def _title(part: Part) -> str:
    return part.title or "Discount"


def _voucher(order: Order) -> Off | None:
    """What a percentage voucher took off the whole order, after all lines (VO-10)."""
    parts = list(Part.objects.filter(order_line__order=order, stage=Stage.VOUCHER))
    return Off(_title(parts[0]), sum(part.amount for part in parts)) if parts else None


def _paid(order: Order) -> tuple[Paid, ...]:
    """Value vouchers first, then credit, then the tenders in the order in which they were taken."""
    paid = [
        Paid(payment_words(each["kind"], each["code"]), each["amount"]) for each in order.payments
    ]
    for tender in tenders_of(order.payment, order.due):
        words = METHODS[tender.method].word if tender.method in METHODS else tender.method
        ending = f" ending in {tender.last4}" if tender.last4 else ""
        given = tender.given if tender.given is not None and tender.change else 0
        paid.append(Paid(f"{words}{ending}", tender.amount, given, tender.change))
    return tuple(paid)
