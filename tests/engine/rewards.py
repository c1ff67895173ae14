"""What tests of shopping sprees have in common: a reward list, and what a quote says of a spree."""

from __future__ import annotations

from typing import Any

import largesse as lg
from tests.words import group, priced, product

PRODUCTS = [
    product("apron", "50.00", name="Linen apron, flax"),
    product("candle", "18.00", name="Soy candle, fig"),
    product("mug", "14.50", name="Stoneware mug, chalk"),
    product("board", "50.00", name="Walnut serving board"),
    product("towel", "9.00"),
    product("penny", "0.01"),
    product("sample", "0.00"),
    product("ham", "20.00", quantity_decimals=3),
]
SMALL = group("mug", "candle", "towel", code="SMALL", title="Small things")


def sold(cart: lg.Cart, *offers: Any, **fields: Any) -> lg.Quote:
    """The quote of a cart of these products."""
    return priced(cart, *offers, products=PRODUCTS, **fields)


def only(quote: lg.Quote) -> lg.AppliedSpree:
    """The one spree of a quote."""
    (applied,) = quote.sprees
    return applied


def award(quote: lg.Quote) -> str | None:
    """What the one spree of a quote gives to spend, if there is one."""
    return quote.format(only(quote).award) if quote.sprees else None


def sums(quote: lg.Quote) -> list[str]:
    """What the one spree awards, what is chosen, what it pays of that, what is due, what is left."""
    spree = only(quote)
    amounts = (spree.award, spree.selected, spree.given, spree.due, spree.excess)
    return [quote.format(amount) for amount in amounts]
