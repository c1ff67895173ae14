"""Pages on which books are made and handed out: the action menu of vouchers (VO-13 to VO-17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.entry_pages import EntryForm, entry_page, first_after
from largesse.backoffice.site import site, staff
from largesse.backoffice.vouchers.forms import AssignForm, HandOutForm, RandomForm, RunForm
from largesse.engine.faults import Faults
from largesse.offers.models import VoucherBook
from largesse.offers.vouchers import assigning, books
from largesse.offers.vouchers.stretches import Stretch, stretch
from largesse.pages.figures import units_text
from largesse.pages.toasts import toast

LIST: Final = "admin:offers_voucherbook_changelist"


def page_address(book: VoucherBook) -> str:
    return reverse("admin:offers_voucherbook_change", args=[book.pk])


def check_may(request: HttpRequest, deed: str) -> None:
    """Raises PermissionDenied for those who may not `add` or `change` books."""
    if not request.user.has_perm(f"offers.{deed}_voucherbook"):
        raise PermissionDenied


def around(**words: Any) -> dict[str, Any]:
    """What stands around a form."""
    list_url = reverse(LIST)
    return {"back": list_url, "crumbs": [(list_url, "Voucher books")], **words}


def data_of(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def random(request: HttpRequest) -> HttpResponse:
    """Begin a book of random numbers; its page shows how far they are."""
    check_may(request, "add")
    form = RandomForm(data_of(request), request=request)

    def do(entered: dict[str, Any]) -> str:
        book = books.begin_random(
            entered["count"],
            at=timezone.now(),
            by=staff(request).get_username(),
            label=entered["label"],
            percent=entered["percent"],
            expires=first_after(entered["last_day"]),
        )
        return page_address(book)

    lead = "DV and 13 random digits each. They work once they are assigned to a partner."
    context = around(title="Make random numbers", lead=lead, button="Make numbers")
    return entry_page(request, form, do, context=context)


def run(request: HttpRequest) -> HttpResponse:
    """Make a book of numbers that count up."""
    form = RunForm(data_of(request), request=request)
    lead = "A printer's sequential book. With a partner its numbers are ready to use."
    return _run(request, form, preprinted=False, title="Make sequential numbers", lead=lead)


def hand_out(request: HttpRequest) -> HttpResponse:
    """Hand out a pre-printed book, which makes its numbers."""
    form = HandOutForm(data_of(request), request=request)
    lead = "A book that a printer has numbered already: its numbers are made now."
    return _run(request, form, preprinted=True, title="Hand out a pre-printed book", lead=lead)


def _run(
    request: HttpRequest, form: RunForm, *, preprinted: bool, title: str, lead: str
) -> HttpResponse:
    check_may(request, "add")

    def do(entered: dict[str, Any]) -> str:
        book = books.make_run(
            entered["first"],
            entered["count"],
            at=timezone.now(),
            by=staff(request).get_username(),
            label=entered["label"],
            percent=entered["percent"],
            expires=first_after(entered["last_day"]),
            partner=form.the_partner(),
            preprinted=preprinted,
        )
        toast(request, f"{book.first} to {book.last} made.")
        return page_address(book)

    context = around(title=title, lead=lead, button="Hand out" if preprinted else "Make numbers")
    return entry_page(request, form, do, context=context)


# --- assigning -------------------------------------------------------------------------------------


def assign(request: HttpRequest) -> HttpResponse:
    """Assign numbers by the first one and how many: first the last one is shown, then it is done."""
    check_may(request, "change")
    given = {
        name: request.GET[name] for name in ("first", "count", "partner") if request.GET.get(name)
    }
    form = AssignForm(data_of(request), request=request, initial=given)
    context = around(
        title="Assign numbers",
        lead="In the order in which they were made, as they stand in the file and in the book.",
        button="Show the last number",
    )
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, context)
    entered = form.cleaned_data
    try:
        found = stretch(entered["first"], entered["count"])
        if not entered["last"]:
            return _confirm(request, form, context, found)
        return entry_page(request, form, lambda _: _assigned(request, form), context=context)
    except Faults as wrong:
        form.tell(wrong.faults)
        return _form(request, form, context)


def _assigned(request: HttpRequest, form: AssignForm) -> str:
    entered = dict(form.cleaned_data)
    partner = form.the_partner()
    assert partner is not None
    found = assigning.assign(
        entered["first"],
        entered["count"],
        partner,
        last=entered["last"],
        percent=entered["percent"],
        anew=entered["anew"],
        at=timezone.now(),
        by=staff(request).get_username(),
    )
    toast(request, f"{units_text(found.size, 'number')} assigned to {partner}.")
    return page_address(found.book)


def _confirm(
    request: HttpRequest, form: AssignForm, context: dict[str, Any], found: Stretch
) -> HttpResponse:
    """The last number, to be checked against the printed book."""
    if not request.user.has_perm("backoffice.see_voucher_numbers"):
        raise PermissionDenied
    return _form(request, form, {**context, "found": found}, "backoffice/vouchers/confirm.html")


def _form(
    request: HttpRequest,
    form: EntryForm,
    context: dict[str, Any],
    template: str = "backoffice/entry.html",
) -> HttpResponse:
    return TemplateResponse(
        request, template, {**site.each_context(request), "form": form, **context}
    )


Page = Callable[..., HttpResponse]

PAGES: Final[Mapping[str, tuple[str, Page]]] = {
    "random": ("random", random),
    "run": ("sequential", run),
    "hand_out": ("pre-printed", hand_out),
    "assign": ("assign", assign),
}
"""By the name of each page: its address, and the page."""
