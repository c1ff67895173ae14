"""Carts to try a draft on: those of recent orders, one for each customer, or a pasted one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from largesse.backoffice.building.known import Choice
from largesse.crm.models import Customer
from largesse.crm.values import customer_value
from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, CartLine
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.carts import carts_of
from largesse.engine.formats.reader import DocumentReader
from largesse.engine.formats.text import parse_text
from largesse.orders.models import Order

PASTED: Final = "pasted"
"""What stands for the pasted cart among the samples."""

SAMPLES: Final = 8
LOOKED_AT: Final = 60


def samples() -> tuple[Choice, ...]:
    """The latest order of each of the latest customers, and a pasted cart."""
    return (*_samples(), Choice(PASTED, "A pasted cart"))


def _samples() -> Iterator[Choice]:
    latest = Order.objects.select_related("customer").order_by("-placed_at").defer("quote")
    seen: set[Any] = set()
    # Those of a customer first: they can meet every condition.
    for order in sorted(latest[:LOOKED_AT], key=lambda each: each.customer is None):
        if order.customer_id in seen or len(seen) == SAMPLES:
            continue
        seen.add(order.customer_id)
        who = order.customer.name if order.customer else "No customer"
        yield Choice(order.number, f"{who}, {order.channel.replace('_', ' ')}")


def sample_cart(sample: str, pasted: str, book: OfferBook, at: datetime) -> Cart | None:
    """The cart of a sample at an instant; None where there is none. Raises `Faults` for a pasted one
    that is wrong.
    """
    if sample == PASTED:
        return _pasted(pasted, book, at) if pasted.strip() else None
    order = Order.objects.filter(number=sample).first()
    return _of_order(order, book, at) if order is not None else None


def _of_order(order: Order, book: OfferBook, at: datetime) -> Cart | None:
    """The cart that an order was, of what is still sold, as if it were filled now."""
    data = msgspec.json.decode(order.quote.encode())["cart"]
    reader = DocumentReader(book.currency, book.catalog.calendar)
    cart = reader.struct(Cart, data, ())
    if reader.faults:
        return None
    kept = tuple(_plain_line(line) for line in cart.lines if line.sku in book.catalog.products)
    location = cart.location if cart.location in book.catalog.locations else None
    found: Cart = msgspec.structs.replace(
        cart, lines=kept, at=at, codes=(), answers={}, gifts={}, location=location,
        assign="best", referred={}, giveaways=(),
    )  # fmt: skip
    return found if kept else None


def _plain_line(line: CartLine) -> CartLine:
    return msgspec.structs.replace(line, less=0, allotment=None, deal=None, option_of=None)


# --- pasted ----------------------------------------------------------------------------------------

_AFTER: Final = re.compile(r"(?P<sku>\S+)(?:\s*[×*]\s*|\s+x\s*|\s+)(?P<units>\d+(?:\.\d+)?)")
_BEFORE: Final = re.compile(r"(?P<units>\d+(?:\.\d+)?)(?:\s*[×*]\s*|\s*x\s+|\s+)(?P<sku>\S+)")


def _pasted(text: str, book: OfferBook, at: datetime) -> Cart:
    entry = _entry(text, book)
    entry.setdefault("at", at)
    reader = DocumentReader(book.currency, book.catalog.calendar)
    _know_customer(reader, entry.get("customer"))
    carts = carts_of(reader, {"carts": [entry]}, book, ())
    if reader.faults:
        raise Faults(
            Fault(f.place.removeprefix("carts[0]").removeprefix("."), f.value, f.message)
            for f in reader.faults
        )
    return carts[0]


def _entry(text: str, book: OfferBook) -> dict[str, Any]:
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    lines = [_line(row, book) for row in rows]
    if all(line is not None for line in lines):
        return {"lines": lines}
    try:
        found = parse_text(text.replace("\r\n", "\n"))
    except ValueError as wrong:
        raise Faults([Fault("", None, f"it can't be read: {wrong}")]) from None
    if isinstance(found, Mapping) and isinstance(found.get("carts"), list) and found["carts"]:
        found = found["carts"][0]
    if isinstance(found, list):
        found = {"lines": found}
    if not isinstance(found, Mapping):
        told = "write one product a line, as in “MUG × 2”, or a cart in YAML or JSON"
        raise Faults([Fault("", None, told)])
    return dict(found)


def _line(row: str, book: OfferBook) -> dict[str, Any] | None:
    if row in book.catalog.products:
        return {"sku": row, "quantity": 1}
    for shape in (_AFTER, _BEFORE):
        found = shape.fullmatch(row)
        if found is not None:
            units = found["units"]
            return {"sku": found["sku"], "quantity": int(units) if units.isdigit() else units}
    return None


def _know_customer(reader: DocumentReader, number: Any) -> None:
    if isinstance(number, (str, int)):
        found = Customer.objects.filter(number=str(number)).first()
        if found is not None:
            reader.customers[found.number] = customer_value(found)
