"""The carts of a document: all that is wrong with each is told at its place in the file (BI-1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart, CartLine
from largesse.engine.checks import cart_faults
from largesse.engine.faults import Fault
from largesse.engine.formats.reader import FAULTY, DocumentReader
from largesse.engine.formats.sections import listed, names_in
from largesse.engine.formats.wording import Place


def carts_of(
    reader: DocumentReader, data: Mapping[str, Any], book: OfferBook, broken: Collection[str]
) -> tuple[Cart, ...]:
    """The carts; lines that can be read are checked even where others can't.

    `broken` are the products and locations of the document that can't be read themselves.
    """
    carts: dict[str, Cart] = {}
    # A file that tells nothing of parties may have carts of one all the same.
    parties = names_in(data, "parties", "number") if "parties" in data else None
    for i, entry in enumerate(listed(reader, data, "carts")):
        cart = _cart(reader, entry, i, book, broken)
        if cart is None:
            continue
        if cart.party is not None and parties is not None:
            reader.named(cart.party, parties, "party", ("carts", i, "party"))
        if cart.id in carts:
            reader.fault(("carts", i, "id"), cart.id, "is used twice")
        carts[cart.id] = cart
    return tuple(carts.values())


def _cart(
    reader: DocumentReader, entry: Any, number: int, book: OfferBook, broken: Collection[str]
) -> Cart | None:
    place: Place = ("carts", number)
    rows = entry.get("lines") if isinstance(entry, Mapping) else None
    if not isinstance(rows, list):
        # Reading it as it is tells what it lacks.
        reader.struct(Cart, entry, place)
        return None
    # A line needs no id in a file: its number serves, and so does the cart's.
    lines = [
        reader.struct(
            CartLine,
            {"id": str(n + 1), **row} if isinstance(row, Mapping) else row,
            (*place, "lines", n),
        )
        for n, row in enumerate(rows)
    ]
    named = {"id": f"cart {number + 1}", "currency": book.currency.code, **entry, "lines": []}
    bare = reader.struct(Cart, named, place)
    if bare is FAULTY:
        return None
    sound = [n for n, line in enumerate(lines) if line is not FAULTY]
    cart: Cart = msgspec.structs.replace(bare, lines=tuple(lines[n] for n in sound))
    unread = {
        str(row.get("id", n + 1))
        for n, row in enumerate(rows)
        if lines[n] is FAULTY and isinstance(row, Mapping)
    }
    # What names something that can't be read itself may be right.
    excused = {"sku": broken, "location": broken, "option_of": unread}
    for fault in cart_faults(book, cart):
        if fault.value not in excused.get(fault.place.rpartition(".")[2], ()):
            reader.faults.append(_moved(fault, number, sound, entry))
    return cart


def _moved(fault: Fault, cart: int, sound: Sequence[int], entry: Mapping[str, Any]) -> Fault:
    """A fault of a cart that has the sound lines only, with its place and value in the file."""
    inner = re.fullmatch(r"lines\[(\d+)\]\.(.*)", fault.place)
    if inner is None:
        return Fault(f"carts[{cart}].{fault.place}", fault.value, fault.message)
    row, name = sound[int(inner[1])], inner[2]
    value = entry["lines"][row].get(name)
    return Fault(f"carts[{cart}].lines[{row}].{name}", value, fault.message)
