"""Value vouchers from a sheet, page by page: upload, columns, preview, done (VO-32)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from largesse.backoffice.amounts import currency_of, shown
from largesse.backoffice.entry_pages import entry_page, last_moment
from largesse.backoffice.site import site, staff
from largesse.backoffice.vouchers.forms import UploadForm
from largesse.backoffice.vouchers.making import around, check_may, page_address
from largesse.crm.models import Partner
from largesse.engine.faults import Fault, Faults
from largesse.offers.models import SheetPreset, SheetUpload
from largesse.offers.vouchers import importing
from largesse.offers.vouchers.sheet_rows import FIELDS
from largesse.pages.figures import units_text
from largesse.pages.toasts import toast
from largesse.sheets.reading import Sheet

ROWS_SHOWN: Final = 20
_LABELS: Final = {
    "number": "Number",
    "value": "Value",
    "minimum": "Minimum order",
    "expires": "Last day",
    "partner": "Partner",
}


def upload(request: HttpRequest) -> HttpResponse:
    """Take a sheet, and go on to what it says."""
    check_may(request, "add")
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None, files=request.FILES if posted else None, request=request
    )

    def do(entered: dict[str, Any]) -> str:
        file = entered["sheet"]
        by = staff(request).get_username()
        kept = importing.upload(file.name, file.read(), at=timezone.now(), by=by)
        return reverse("admin:offers_voucherbook_sheet", args=[kept.pk])

    lead = "Number, value, minimum, last day and partner: a row a voucher."
    context = around(title="Value vouchers from a sheet", lead=lead, button="Upload")
    return entry_page(request, form, do, context=context)


def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The columns and the preview of a sheet; and, once it is looked at, its writing."""
    check_may(request, "add")
    kept = get_object_or_404(SheetUpload, pk=pk)
    if kept.book is not None:
        return redirect(page_address(kept.book))
    found = importing.sheet_of(kept)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            if "write" in request.POST:
                return _written(request, kept)
            _map(request, kept, found)
            return redirect(request.path)
        except Faults as wrong:
            faults = wrong.faults
    return _preview(request, kept, found, faults)


def _map(request: HttpRequest, kept: SheetUpload, found: Sheet) -> None:
    chosen = request.POST.get("use_preset", "")
    preset = SheetPreset.objects.filter(pk=chosen).first() if chosen else None
    if preset is not None:
        mapping: Mapping[str, str] = preset.mapping
    else:
        mapping = {field: request.POST.get(field, "") for field in FIELDS}
    name = request.POST.get("preset", "").strip()
    now = timezone.now()
    importing.map_columns(kept, mapping, titles=found.titles, at=now, preset=name)


def _written(request: HttpRequest, kept: SheetUpload) -> HttpResponse:
    by = staff(request).get_username()
    book = importing.write(kept, at=timezone.now(), by=by)
    undo = reverse("admin:offers_voucherbook_undo", args=[book.pk])
    toast(request, f"{units_text(book.made, 'voucher')} made.", undo=undo)
    return redirect(page_address(book))


def _preview(
    request: HttpRequest, kept: SheetUpload, found: Sheet, faults: tuple[Fault, ...]
) -> HttpResponse:
    checked = importing.check(found, kept.mapping, at=timezone.now())
    currency = currency_of(request).code
    partners = dict(Partner.objects.values_list("id", "name"))
    fields = [
        (field, _LABELS[field], kept.mapping.get(field, ""), field in ("number", "value"))
        for field in FIELDS
    ]
    context = {
        **site.each_context(request),
        **around(title=kept.name),
        "kept": kept,
        "titles": found.titles,
        "fields": fields,
        "faults": [f"{_LABELS.get(f.place, f.place).capitalize()} {f.message}." for f in faults],
        "presets": SheetPreset.objects.all()[:ROWS_SHOWN],
        "good_count": len(checked.good),
        "bad_count": len(checked.bad),
        "bad": checked.bad[:ROWS_SHOWN],
        "good": [
            {
                "row": each.row,
                "number": each.number,
                "value": shown(each.value, currency),
                "minimum": shown(each.minimum or None, currency),
                "last": last_moment(each.expires),
                "partner": partners.get(each.partner, "") if each.partner else "",
            }
            for each in checked.good[:ROWS_SHOWN]
        ],
        "currency": currency,
    }
    return TemplateResponse(request, "backoffice/vouchers/sheet.html", context)


def bad_rows(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The rows that can't be written, each with why, as CSV."""
    check_may(request, "add")
    kept = get_object_or_404(SheetUpload, pk=pk, book=None)
    found = importing.sheet_of(kept)
    bad = importing.check(found, kept.mapping, at=timezone.now()).bad
    answer = StreamingHttpResponse(
        importing.bad_rows(found, bad), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="rows-to-mend.csv"'
    return answer


PAGES: Final[Mapping[str, tuple[str, Callable[..., HttpResponseBase]]]] = {
    "upload": ("sheets", upload),
    "sheet": ("sheets/<uuid:pk>", sheet),
    "bad_rows": ("sheets/<uuid:pk>/rows-to-mend", bad_rows),
}
"""By the name of each page: its address, and the page."""
