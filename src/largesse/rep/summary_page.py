"""The Summary tab, and a saved order's page: line by line what is due and why, and what comes later.

Amounts are minor units; what was taken off is positive.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from largesse.engine.cart import Cart
from largesse.engine.quote import Quote
from largesse.engine.quoted import QuoteLine
from largesse.engine.stage import Stage
from largesse.orders.credit.purses import payment_words
from largesse.orders.explaining.explanation import cell_key


class Off(Struct, frozen=True):
    """What one offer took off a line; `cell` asks where it comes from."""

    title: str
    amount: int
    cell: str


class Line(Struct, frozen=True):
    """A line of the receipt."""

    name: str
    quantity: str
    each: int | None
    gross: int
    net: int
    off: tuple[Off, ...]


class Given(Struct, frozen=True):
    """Units that are given away, at their list value."""

    name: str
    units: int
    value: int
    deal: str


class OnDeal(Struct, frozen=True):
    """A deal that lines are on, and what it brings in all."""

    title: str
    lines: int
    off: int
    rebate: int
    credit: int
    used: int
    left: int
    referred: bool


class Paid(Struct, frozen=True):
    """What a credit account or a value voucher pays of the order."""

    words: str
    amount: int


class Summary(Struct, frozen=True):
    """The receipt of a quote."""

    lines: tuple[Line, ...]
    given: tuple[Given, ...]
    deals: tuple[OnDeal, ...]
    gross: int
    off: int
    net: int
    shipping: int
    tax: int
    tax_included: int
    total: int
    payments: tuple[Paid, ...]
    due: int
    rebates: int
    lapses: int
    credits: tuple[Off, ...]
    benefit: int


def summary(quote: Quote) -> Summary:
    """What a quote comes to, as a rep reads it to a customer."""
    lines = [(place, line) for place, line in enumerate(quote.lines) if not line.bonus]
    return Summary(
        tuple(_line(quote, place, line) for place, line in lines),
        tuple(_given(quote)),
        tuple(
            OnDeal(
                deal.title,
                len(deal.lines),
                deal.off,
                deal.rebate,
                deal.credit,
                deal.used,
                deal.left,
                deal.referred,
            )
            for deal in quote.deals
        ),
        sum(line.gross for _, line in lines),
        sum(line.gross - line.net for _, line in lines),
        quote.net,
        quote.shipping,
        quote.tax,
        quote.tax_included,
        quote.total,
        tuple(Paid(payment_words(p.kind, p.code), p.amount) for p in quote.payments),
        quote.due,
        sum(deal.rebate for deal in quote.deals),
        sum(deal.left for deal in quote.deals),
        tuple(
            Off(credit.title, credit.amount, "")
            for credit in quote.credits
            if credit.by == "promotion"
        ),
        quote.benefit,
    )


def _line(quote: Quote, place: int, line: QuoteLine) -> Line:
    whole, rest = divmod(line.gross, line.units)
    return Line(
        line.name or line.sku,
        f"{line.quantity:,}" if isinstance(line.quantity, int) else f"{line.quantity:f}",
        None if rest or not isinstance(line.quantity, int) else whole,
        line.gross,
        line.net,
        tuple(
            Off(a.title or a.offer, a.amount, cell_key(place, a.stage))
            for a in quote.adjustments
            if a.line == line.id
        ),
    )


def _given(quote: Quote) -> Iterator[Given]:
    titles = {deal.offer: deal.title for deal in quote.deals}
    for line in quote.lines:
        if line.bonus:
            value = sum(
                a.amount for a in quote.adjustments if a.line == line.id and a.stage is Stage.REWARD
            )
            yield Given(
                line.name or line.sku, line.units, value, titles.get(line.added_by or "", "")
            )


def asked_credit(cart: Cart, quote: Quote) -> tuple[Off, ...]:
    """The credit that was asked for with referred deals (DE-14)."""
    return tuple(
        Off(quote.book.deals[code].name, asked, "")
        for code, asked in cart.referred.items()
        if asked and code in quote.book.deals
    )
