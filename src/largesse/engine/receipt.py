"""A quote as a receipt, line by line, the sums visible: in plain text and in HTML (EX-3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from largesse.engine.quote import Quote
from largesse.engine.quoted import Adjustment, QuoteLine

WIDTH = 64
_PAID_BY: Final = {"value_voucher": "Value voucher", "credit_account": "Credit account"}


class Row(NamedTuple):
    """One row of a receipt; `level` is its role: line, off, sum, total, or note."""

    level: str
    label: str
    amount: str


def rows(quote: Quote) -> Iterator[Row]:
    """What a receipt says, row by row, whatever it looks like."""
    taken: dict[str | None, list[Adjustment]] = {}
    for adjustment in quote.adjustments:
        taken.setdefault(adjustment.line, []).append(adjustment)
    yield from _lines(quote, taken)
    yield from _sums(quote, taken.get(None, ()))
    yield from _payments(quote)
    yield from _later(quote)
    yield from _hints(quote)


def _lines(quote: Quote, taken: Mapping[str | None, Sequence[Adjustment]]) -> Iterator[Row]:
    money = quote.format
    for line in quote.lines:
        yield Row("line", _what(line, quote.goes_with.get(line.id)), money(line.gross))
        for adjustment in taken.get(line.id, ()):
            yield Row("off", _why(adjustment, line), f"-{money(adjustment.amount)}")
        if line.id in taken:
            yield Row("sum", "", money(line.net))


def _sums(quote: Quote, off_shipping: Iterable[Adjustment]) -> Iterator[Row]:
    money = quote.format
    if quote.discount:
        yield Row("note", "Before discounts", money(quote.gross))
        yield Row("note", "You save", f"-{money(quote.discount)}")
    yield Row("sum", "Subtotal", money(quote.net))
    if quote.cart.shipping:
        yield Row("note", "Shipping", money(quote.cart.shipping))
    for adjustment in off_shipping:
        yield Row("off", adjustment.title or adjustment.offer, f"-{money(adjustment.amount)}")
    if quote.tax:
        yield Row("note", "Tax", money(quote.tax))
    yield Row("total", f"Total {quote.currency}", money(quote.total))
    if quote.tax_included:
        yield Row("note", "Tax included", money(quote.tax_included))


def _payments(quote: Quote) -> Iterator[Row]:
    money = quote.format
    for payment in quote.payments:
        by = _PAID_BY[payment.kind]
        yield Row("off", f"{by} {payment.code}".rstrip(), f"-{money(payment.amount)}")
        if payment.forfeited:
            yield Row("note", "of which nothing is left; forfeited", money(payment.forfeited))
    if quote.payments:
        yield Row("total", f"Due {quote.currency}", money(quote.due))


def _later(quote: Quote) -> Iterator[Row]:
    """What deals and sprees give to choose with, and what the order brings once it is posted."""
    for deal in quote.deals:
        if deal.credit:
            used, left = quote.format(deal.used), quote.format(deal.left)
            label = f"{deal.title}: credit for stock, {used} used, {left} left"
            yield Row("note", label, quote.format(deal.credit))
    for spree in quote.sprees:
        spent, left = quote.format(spree.given), quote.format(spree.excess)
        label = f"{spree.title}: spree, {spent} spent, {left} left"
        yield Row("note", label, quote.format(spree.award))
    for credit in quote.credits:
        yield Row(
            "note", f"{credit.title}: credit for the {credit.to}", quote.format(credit.amount)
        )
    for right in quote.rights:
        offer = quote.book.promotions[right.promotion]
        yield Row("note", f"{right.title}: {offer.name} on a later order", "")


def _hints(quote: Quote) -> Iterator[Row]:
    """What did nothing, what may be chosen, and what little more would bring."""
    products = quote.book.catalog.products
    for refusal in quote.refusals:
        yield Row("note", f"{refusal.offer}: {refusal.sentence}", "")
    for gift in quote.gifts:
        if gift.chosen is None:
            names = ", ".join(products[sku].name or sku for sku in gift.products)
            yield Row("note", f"{gift.title}: choose one of {names}", "")
    for suggestion in quote.suggestions:
        state = "accepted" if suggestion.accepted else "not accepted"
        saves = quote.format(suggestion.saving)
        yield Row("note", f"{suggestion.title} (saves {saves}): {state}", "")
    for miss in quote.near_misses:
        yield Row("note", miss.sentence, "")


def text_receipt(quote: Quote) -> str:
    """Plain text, 64 characters wide where the labels allow it."""
    return "\n".join(_text_row(row) for row in rows(quote))


def html_receipt(quote: Quote) -> str:
    """A `section` with a table; classes name the role of each row, styles are the page's."""
    body = "\n".join(
        f'<tr class="receipt-{row.level}"><th scope="row">{escape(row.label)}</th>'
        f"<td>{escape(row.amount).replace('-', '−')}</td></tr>"
        for row in rows(quote)
    )
    return (
        f'<section class="receipt"><table><caption>Receipt</caption><tbody>\n{body}\n'
        "</tbody></table></section>"
    )


def _text_row(row: Row) -> str:
    indent = {"off": "  ", "note": "", "sum": "", "line": "", "total": ""}[row.level]
    label = indent + row.label
    return f"{label:<{WIDTH - 12}}{row.amount:>12}".rstrip()


def _what(line: QuoteLine, goes_with: QuoteLine | None) -> str:
    added = " (chosen)" if line.spree else " (added)" if line.added_by else ""
    of = f" (with {goes_with.name or goes_with.sku})" if goes_with is not None else ""
    return f"{line.quantity} × {line.name or line.sku}{added}{of}"


def _why(adjustment: Adjustment, line: QuoteLine) -> str:
    units = f", {adjustment.units} of {line.units}" if adjustment.units != line.units else ""
    return f"{adjustment.title or adjustment.offer}{units}"
