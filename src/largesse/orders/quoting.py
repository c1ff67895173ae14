"""To quote is to price a cart with today's book and facts; it reads, and consumes nothing (OR-2)."""

from __future__ import annotations

from msgspec import Struct

from largesse.engine.cart import Cart
from largesse.engine.pricing import price
from largesse.engine.quote import Quote
from largesse.offers.current import current
from largesse.orders.facts import facts_for
from largesse.orders.parties.admitting import of_party


class Priced(Struct, frozen=True):
    """A quote, and the version of the book that it was priced with."""

    quote: Quote
    book_version: int


def priced(cart: Cart) -> Priced:
    """Price a cart. Raises `Faults`, all at once, for one that can't be priced (BI-1)."""
    now = current()
    cart = of_party(cart)
    return Priced(price(now.book, cart, facts_for(now.book, cart)), now.version)


def quote(cart: Cart) -> Quote:
    """The quote of a cart. Raises `Faults`, all at once, for one that can't be priced (BI-1)."""
    return priced(cart).quote
