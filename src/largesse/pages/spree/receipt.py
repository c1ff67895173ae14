"""The receipt of what is chosen: what it costs, what the spree pays of it, and what is due (SP-7)."""

from __future__ import annotations

from typing import NamedTuple

from largesse.engine.quote import Quote
from largesse.engine.quoted import QuoteLine
from largesse.orders.rewards.sprees import is_of
from largesse.pages.figures import amount_text, percent_text


class Row(NamedTuple):
    """So many units of a product and what they cost, in minor units."""

    units: int
    name: str
    amount: int


class Sum(NamedTuple):
    """What something comes to, in minor units, with its name."""

    name: str
    amount: int


class Receipt(NamedTuple):
    """What is chosen against sprees, and what is due for it. Amounts are minor units."""

    lines: tuple[Row, ...]
    selected: int
    given: tuple[Sum, ...]
    """What each spree pays."""
    shipping: int
    tax: int
    tax_said: str
    tax_included: int
    paid: tuple[Sum, ...]
    """What credit and vouchers pay."""
    due: int


def receipt_of(quote: Quote, place: str) -> Receipt:
    """The receipt of a quote of nothing but what is chosen; `place` is where it is taxed."""
    lines = [line for line in quote.lines if line.spree]
    several = len(quote.sprees) > 1
    return Receipt(
        lines=tuple(Row(line.units, line.name or line.sku, line.gross) for line in lines),
        selected=sum(line.gross for line in lines),
        given=tuple(
            Sum(each.title if several else "Shopping spree", each.given)
            for each in quote.sprees
            if each.given
        ),
        shipping=quote.shipping,
        tax=quote.tax,
        tax_said=tax_said(quote, lines, place),
        tax_included=quote.tax_included,
        paid=tuple(Sum(_payment_said(each.kind), each.amount) for each in quote.payments),
        due=quote.due,
    )


def tax_said(quote: Quote, lines: list[QuoteLine], place: str) -> str:
    """What the tax is of: "on 50 % of 100.50, Seattle"; the place alone where it is of the price."""
    taxable, price = sum(line.taxable for line in lines), sum(line.gross for line in lines)
    currency = quote.book.currency
    if taxable == price:
        return place
    rate = _rate(quote, lines)
    part = amount_text(price if rate else taxable, currency)
    said = f"on {percent_text(rate)} of {part}" if rate else f"on {part}"
    return f"{said}, {place}" if place else said


def _rate(quote: Quote, lines: list[QuoteLine]) -> int | None:
    """The one rate at which all that is chosen, and wholly given, is taxed; None if there is none."""
    ids = {line.id for line in lines}
    rates = {
        adjustment.multipliers.taxable
        for spree in quote.sprees
        for adjustment in quote.adjustments
        if adjustment.line in ids and is_of(adjustment, spree.offer)
    }
    products = quote.book.catalog.products
    is_plain = all(
        line.net == 0 and products[line.sku].measures.taxable is None
        for line in lines
        if line.gross
    )
    return rates.pop() if is_plain and len(rates) == 1 else None


def _payment_said(kind: str) -> str:
    return "Credit" if kind == "credit_account" else "Voucher"
