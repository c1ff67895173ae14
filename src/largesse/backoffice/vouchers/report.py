"""What partners' vouchers brought and cost, on a page, as CSV and as a workbook (VO-20)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from largesse.backoffice import exporting
from largesse.backoffice.amounts import currency_of, shown
from largesse.backoffice.entry_pages import start_of
from largesse.backoffice.site import site
from largesse.backoffice.vouchers.forms import PeriodForm
from largesse.engine.money import Currency
from largesse.offers.models import VoucherBook
from largesse.orders.voucher_report import Figures, OfPartner, report, total
from largesse.pages.figures import count_text
from largesse.sheets.writing import Cell

HEAD: Final = ("Partner", "Book", "Made", "Assigned", "Redeemed", "Void", "Sales", "Discount given",
               "Cost per sale")  # fmt: skip
NOBODY: Final = "Nobody yet"
ALONE: Final = "Single vouchers"


def report_page(request: HttpRequest) -> HttpResponseBase:
    """The report of a period; `?as=csv` and `?as=xlsx` are files of the same."""
    if not request.user.has_perm("offers.view_voucherbook"):
        raise PermissionDenied
    since, until = PeriodForm(request.GET).days()
    after = until + timedelta(days=1) if until is not None else None
    found = report(start_of(since), start_of(after))
    currency = currency_of(request)
    kind = request.GET.get("as", "")
    if kind in exporting.KINDS:
        return _file(request, kind, found, currency)
    sums = total(each.figures for each in found)
    context = {
        **site.each_context(request),
        "partners": [
            {
                "name": _partner(each),
                "code": each.partner.code if each.partner is not None else "",
                "sum": _shown(each.figures, currency),
                "books": [
                    {
                        "name": _book(line.book),
                        "book": line.book,
                        "figures": _shown(line.figures, currency),
                    }
                    for line in each.lines
                ],
            }
            for each in found
        ],
        "sums": _shown(sums, currency),
        "currency": currency.code,
        "since": since,
        "until": until,
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "backoffice/vouchers/report.html", context)


def _partner(each: OfPartner) -> str:
    return each.partner.name if each.partner is not None else NOBODY


def _book(book: VoucherBook | None) -> str:
    return str(book) if book is not None else ALONE


def _shown(figures: Figures, currency: Currency) -> list[str]:
    """The figures as the columns of the page have them."""
    return [
        *(count_text(count) for count in figures[:4]),
        shown(figures.sales, currency.code),
        shown(figures.given, currency.code),
        shown(figures.cost_per_sale, currency.code),
    ]


# --- files -----------------------------------------------------------------------------------------


def _file(
    request: HttpRequest, kind: str, found: Sequence[OfPartner], currency: Currency
) -> HttpResponseBase:
    exporting.record(request, VoucherBook, "The report by partner and book", kind)
    return exporting.sheet(kind, "vouchers-by-partner", "Vouchers", HEAD, _rows(found, currency))


def _rows(found: Sequence[OfPartner], currency: Currency) -> Iterator[list[Cell]]:
    """A row for each partner and book; amounts as numbers with their decimals."""
    for each in found:
        for line in each.lines:
            figures = line.figures
            amounts = (figures.sales, figures.given, figures.cost_per_sale)
            yield [
                _partner(each),
                _book(line.book),
                *figures[:4],
                *("" if a is None else float(currency.format(a)) for a in amounts),
            ]
