"""A quote as a receipt, line by line, the sums visible: in plain text and in HTML (EX-3)."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from largesse.engine.quote import Adjustment, Quote, QuoteLine

WIDTH = 64


class Row(NamedTuple):
    """One row of a receipt; `level` is its role: line, off, sum, total, or note."""

    level: str
    label: str
    amount: str


def rows(quote: Quote) -> Iterator[Row]:
    """What a receipt says, row by row, whatever it looks like."""
    money = quote.format
    taken: dict[str | None, list[Adjustment]] = {}
    for adjustment in quote.adjustments:
        taken.setdefault(adjustment.line, []).append(adjustment)
    for line in quote.lines:
        yield Row("line", _what(line), money(line.gross))
        for adjustment in taken.get(line.id, ()):
            yield Row("off", _why(adjustment, line), f"-{money(adjustment.amount)}")
        if line.id in taken:
            yield Row("sum", "", money(line.net))
    if quote.discount:
        yield Row("note", "Before discounts", money(quote.gross))
        yield Row("note", "You save", f"-{money(quote.discount)}")
    yield Row("sum", "Subtotal", money(quote.net))
    if quote.shipping:
        yield Row("note", "Shipping", money(quote.shipping))
    if quote.tax:
        yield Row("note", "Tax", money(quote.tax))
    yield Row("total", f"Total {quote.currency}", money(quote.total))
    if quote.tax_included:
        yield Row("note", "Tax included", money(quote.tax_included))
    for payment in quote.payments:
        yield Row("off", f"Value voucher {payment.code}", f"-{money(payment.amount)}")
        if payment.forfeited:
            yield Row("note", "of which nothing is left; forfeited", money(payment.forfeited))
    if quote.payments:
        yield Row("total", f"Due {quote.currency}", money(quote.due))
    for refusal in quote.refusals:
        yield Row("note", f"{refusal.offer}: {refusal.sentence}", "")
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


def _what(line: QuoteLine) -> str:
    added = " (added)" if line.added_by else ""
    return f"{line.quantity} × {line.name or line.sku}{added}"


def _why(adjustment: Adjustment, line: QuoteLine) -> str:
    units = f", {adjustment.units} of {line.units}" if adjustment.units != line.units else ""
    return f"{adjustment.title or adjustment.offer}{units}"
