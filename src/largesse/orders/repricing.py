"""An order of the past is priced again to the same bytes: from its own cart, facts and book (EX-4)."""

from __future__ import annotations

from largesse.engine.formats.stored import price_again
from largesse.engine.quote import Quote
from largesse.offers.current import book_at
from largesse.orders.models import Order


def priced_again(order: Order) -> Quote:
    """The quote that an order was sold by, alive: it explains itself.

    Raises LookupError if the book has no such version any more.
    """
    return price_again(order.quote.encode(), book_at(order.book_version))
