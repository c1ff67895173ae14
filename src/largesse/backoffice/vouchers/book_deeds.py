"""What is done with one book: its numbers are made, exported, printed, drawn, and end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from largesse.backoffice.entry_pages import EntryForm, entry_page, first_after, last_moment
from largesse.backoffice.site import site, staff
from largesse.backoffice.vouchers.forms import DrawForm, ExpiryForm, LabelsForm, VoidForm
from largesse.backoffice.vouchers.making import check_may, data_of, page_address
from largesse.backoffice.vouchers.showing import SEES_NUMBERS
from largesse.engine.faults import Fault, Faults
from largesse.offers.models import VoucherBook
from largesse.offers.vouchers import books, drawing, ending, exporting, importing
from largesse.offers.vouchers.labels import PAPERS
from largesse.offers.vouchers.stretches import Stretch, stretch, whole
from largesse.pages.figures import units_text
from largesse.pages.toasts import toast

SLICES_A_LOOK: Final = 2
"""So many slices are made by each look at the progress, where nobody else makes them."""


def _book(pk: UUID) -> VoucherBook:
    return get_object_or_404(VoucherBook, pk=pk)


def _check_sees(request: HttpRequest) -> None:
    if not request.user.has_perm(SEES_NUMBERS):
        raise PermissionDenied


def _words(book: VoucherBook, **words: Any) -> dict[str, Any]:
    back = page_address(book)
    return {"back": back, "crumbs": [(back, str(book))], **words}


@require_POST
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a book is; the page asks again and again, and makes some numbers each time."""
    check_may(request, "add")
    book = _book(pk)
    is_made = books.make_rest(book, slices=SLICES_A_LOOK)
    if is_made or book.stopped_at is not None:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    context = {"book": book, **site.each_context(request)}
    return TemplateResponse(request, "backoffice/vouchers/progress.html", context)


def numbers(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The zip of CSV files for the printer."""
    _check_sees(request)
    book = _book(pk)
    try:
        sent = exporting.numbers(book, at=timezone.now(), by=staff(request).get_username())
    except Faults as wrong:
        toast(request, str(wrong))
        return redirect(page_address(book))
    answer = StreamingHttpResponse(sent, content_type="application/zip")
    name = exporting.file_name(book)
    answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return answer


def labels(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sheets of labels as PDF."""
    _check_sees(request)
    book = _book(pk)
    count = min(book.made, next(iter(PAPERS.values())).size)
    initial = {"first": book.first, "count": count or 1, "skip": 0}
    form = LabelsForm(data_of(request), request=request, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _pdf(request, book, form.cleaned_data)
        except Faults as wrong:
            form.tell(wrong.faults)
    lead = "Each with its number, its barcode and QR code, and what it gives."
    context = _words(book, title="Print labels", lead=lead, button="Make PDF", form=form)
    return TemplateResponse(
        request, "backoffice/entry.html", {**site.each_context(request), **context}
    )


def _pdf(request: HttpRequest, book: VoucherBook, entered: dict[str, Any]) -> HttpResponse:
    found = _of_book(book, entered["first"], entered["count"])
    made = exporting.labels(
        found,
        PAPERS[entered["paper"]],
        skip=entered["skip"],
        at=timezone.now(),
        by=staff(request).get_username(),
    )
    answer = HttpResponse(made, content_type="application/pdf")
    name = exporting.file_name(book)
    answer["Content-Disposition"] = f'attachment; filename="{name}-labels.pdf"'
    return answer


def _of_book(book: VoucherBook, first: str, count: int) -> Stretch:
    """The stretch of this book. Raises `Faults` for a number of another one."""
    found = stretch(first, count)
    if found.book.pk != book.pk:
        raise Faults([Fault("first", first, f"is in another book: {found.book}")])
    return found


# --- ending, drawing, undoing ----------------------------------------------------------------------


def _deed(
    request: HttpRequest,
    book: VoucherBook,
    form: EntryForm,
    do: Callable[[dict[str, Any], dict[str, Any]], str],
    **words: Any,
) -> HttpResponse:
    """The form of a deed; `do` is told what was entered, and who does it when; it says what it did."""

    def done(entered: dict[str, Any]) -> str:
        toast(request, do(entered, {"at": timezone.now(), "by": staff(request).get_username()}))
        return page_address(book)

    return entry_page(request, form, done, context=_words(book, **words))


def void(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let nobody use numbers of a book any more."""
    check_may(request, "change")
    book = _book(pk)

    def do(entered: dict[str, Any], who: dict[str, Any]) -> str:
        first, count = entered["first"], entered["count"] or 1
        found = _of_book(book, first, count) if first else whole(book)
        return f"{units_text(ending.void(found, reason=entered['reason'], **who), 'number')} void."

    form = VoidForm(data_of(request), request=request)
    lead = "Numbers that are used stay so. It can't be undone."
    return _deed(request, book, form, do, title="Make numbers void", button="Make void", lead=lead)


def expiry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set the last day of a book's vouchers."""
    check_may(request, "change")
    book = _book(pk)
    last = last_moment(book.expires)
    initial = {"last_day": None if last is None else timezone.localtime(last).date()}
    form = ExpiryForm(data_of(request), request=request, initial=initial)

    def do(entered: dict[str, Any], who: dict[str, Any]) -> str:
        ending.set_expiry(book, first_after(entered["last_day"]), **who)
        return "The last day is set."

    lead = "For vouchers that have no day of their own."
    return _deed(request, book, form, do, title="Set the last day", button="Set", lead=lead)


def draw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Draw the next number for a person."""
    check_may(request, "change")
    _check_sees(request)
    book = _book(pk)

    def do(entered: dict[str, Any], who: dict[str, Any]) -> str:
        drawn = drawing.draw(book, entered["person"], customer=entered["customer"], **who)
        told = "already has" if drawn.repeated else "gets"
        return f"{entered['person']} {told} {drawn.voucher.number}."

    form = DrawForm(data_of(request), request=request)
    lead = "The next unused number of the book, once for each person."
    return _deed(request, book, form, do, title="Draw a number", button="Draw", lead=lead)


@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the vouchers of a sheet away again."""
    check_may(request, "change")
    book = _book(pk)
    try:
        count = importing.undo(book, at=timezone.now(), by=staff(request).get_username())
        toast(request, f"{units_text(count, 'voucher')} taken away again.")
    except Faults as wrong:
        toast(request, str(wrong.faults[0].message).capitalize() + ".")
    return redirect(page_address(book))


PAGES: Final[Mapping[str, Callable[..., HttpResponseBase]]] = {
    "progress": progress,
    "numbers": numbers,
    "labels": labels,
    "void": void,
    "expiry": expiry,
    "draw": draw,
    "undo": undo,
}
