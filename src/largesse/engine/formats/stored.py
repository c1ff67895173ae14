"""A stored quote holds the cart and the facts that it was priced from, so it can be priced again
(BE-20).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from largesse.engine.book import OfferBook
from largesse.engine.cart import Cart
from largesse.engine.facts import Facts, HistoryQuery
from largesse.engine.faults import Faults
from largesse.engine.formats.reader import FAULTY, DocumentReader
from largesse.engine.offers.voucher import Voucher
from largesse.engine.pricing import price
from largesse.engine.quote import Quote


def price_again(stored: bytes, book: OfferBook) -> Quote:
    """Price the cart of a stored quote again, from its own facts.

    Raises ValueError if it was priced with another book or is no quote, `Faults` if its cart is
    broken.
    """
    try:
        data = json.loads(stored, parse_float=Decimal)
    except ValueError:
        raise ValueError("is not a quote that `largesse price --json` printed") from None
    if not isinstance(data, Mapping) or not {"book", "cart", "facts", "steps"} <= set(data):
        raise ValueError("is not a quote that `largesse price --json` printed")
    if data["book"] != book.content_hash:
        raise ValueError(
            f"was priced with the book {str(data['book'])[:12]}…, not with {book.content_hash[:12]}…"
        )
    reader = DocumentReader(book.currency, book.catalog.calendar)
    cart = reader.struct(Cart, data["cart"], ("cart",))
    facts = _facts(reader, data["facts"])
    if reader.faults:
        raise Faults(reader.faults)
    return price(book, cart, facts, steps=data["steps"])


def _facts(reader: DocumentReader, data: Mapping[str, Any]) -> Facts:
    history = {}
    for i, entry in enumerate(data.get("history", ())):
        asked = {name: value for name, value in entry.items() if name != "units"}
        query = reader.struct(HistoryQuery, asked, ("facts", "history", i))
        if query is not FAULTY:
            history[query] = entry["units"]
    vouchers = {}
    for i, entry in enumerate(data.get("vouchers", ())):
        voucher = reader.struct(Voucher, entry, ("facts", "vouchers", i))
        if voucher is not FAULTY:
            vouchers[voucher.number] = voucher
    return Facts(history, vouchers, dict(data.get("allotments_left", {})))
