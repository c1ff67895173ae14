"""Books of vouchers: their list, and the page of each with what was done with it and by whom."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from largesse.backoffice.amounts import rate_shown
from largesse.backoffice.base import ReadOnly, badge_shown
from largesse.backoffice.entry_pages import last_moment
from largesse.backoffice.site import site
from largesse.backoffice.vouchers import book_deeds, making, sheets
from largesse.backoffice.vouchers.report import report_page
from largesse.backoffice.vouchers.showing import sees_numbers
from largesse.offers.models import BookEvent, Voucher, VoucherBook, VoucherRange
from largesse.offers.vouchers.stretches import is_used
from largesse.pages.figures import NOTHING, count_text
from largesse.pages.templatetags.pages import day

EVENTS_SHOWN = 50


def state_of(book: VoucherBook) -> str:
    """Where a book is: its numbers are being made, ready, undone, void, or expired."""
    if book.stopped_at is not None:
        return "void" if book.made else "undone"
    if not book.is_complete:
        return "running"
    expired = book.expires is not None and book.expires <= timezone.now()
    return "expired" if expired else "ready"


@admin.register(VoucherBook, site=site)
class VoucherBookAdmin(ReadOnly):
    purpose = "A book is a run of vouchers that were made together and are handed out in parts."
    heading = "Voucher books"
    search_hint = "Label or first number"
    change_list_template = "backoffice/vouchers/books.html"
    list_display = (
        "name", "kind_words", "state_badge", "made_count", "assigned_count", "partners_words",
        "percent_words", "last_day", "made_at",
    )  # fmt: skip
    list_filter = ("kind",)
    search_fields = ("label", "first")
    search_help_text = search_hint
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        ranges = VoucherRange.objects.filter(book=OuterRef("pk")).order_by().values("book")
        size = F("last_position") - F("first_position") + 1
        handed = ranges.annotate(size=Sum(size)).values("size")
        rows = super().get_queryset(request).prefetch_related("ranges__partner")
        return rows.annotate(handed=Coalesce(Subquery(handed, output_field=IntegerField()), 0))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("offers.add_voucherbook")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        made = {**making.PAGES, **sheets.PAGES}
        return [
            path("report/", view(report_page), name="offers_voucherbook_report"),
            *(
                path(f"{address}/", view(page), name=f"offers_voucherbook_{name}")
                for name, (address, page) in made.items()
            ),
            *(
                path(f"<uuid:pk>/{name}/", view(page), name=f"offers_voucherbook_{name}")
                for name, page in book_deeds.PAGES.items()
            ),
            *super().get_urls(),
        ]

    @admin.display(description="Book", ordering="label")
    def name(self, book: Any) -> str:
        return str(book)

    @admin.display(description="Kind", ordering="kind")
    def kind_words(self, book: Any) -> str:
        return str(book.get_kind_display()).capitalize()

    @admin.display(description="State")
    def state_badge(self, book: Any) -> str:
        return badge_shown(state_of(book))

    @admin.display(description="Made", ordering="made")
    def made_count(self, book: Any) -> str:
        return count_text(book.made)

    @admin.display(description="Assigned")
    def assigned_count(self, book: Any) -> str:
        if book.kind == VoucherBook.Kind.SHEET:
            return NOTHING
        return count_text(book.handed)

    @admin.display(description="Partners")
    def partners_words(self, book: Any) -> str:
        names = list(dict.fromkeys(part.partner.name for part in book.ranges.all()))
        more = f" and {len(names) - 2} more" if len(names) > 2 else ""
        return (", ".join(names[:2]) + more) or NOTHING

    @admin.display(description="Percentage", ordering="percent")
    def percent_words(self, book: Any) -> str:
        return rate_shown(book.percent)

    @admin.display(description="Last day", ordering="expires")
    def last_day(self, book: Any) -> str:
        return NOTHING if book.expires is None else day(last_moment(book.expires))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return making.random(request)
        book = self.row(request, object_id)
        context = {**self.admin_site.each_context(request), **page_of(request, book)}
        return TemplateResponse(request, "backoffice/vouchers/book.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history stands on its page."""
        return self.changeform_view(request, object_id)


def page_of(request: HttpRequest, book: Any) -> dict[str, Any]:
    """What a book's page tells."""
    vouchers = Voucher.objects.filter(book=book)
    events: QuerySet[BookEvent] = book.events.all()
    is_sheet = book.kind == VoucherBook.Kind.SHEET
    return {
        "book": book,
        "state": state_of(book),
        "percent": rate_shown(book.percent),
        "last": last_moment(book.expires),
        "is_sheet": is_sheet,
        "assigned": vouchers.exclude(partner=None).count() if is_sheet else book.handed,
        "redeemed": vouchers.filter(is_used(), opened=True).count(),
        "void": vouchers.filter(state=Voucher.State.VOID).count(),
        "ranges": [
            (part, rate_shown(part.percent)) for part in book.ranges.select_related("partner")
        ],
        "draws": book.draws.count(),
        "done": events.exclude(kind__in=BookEvent.ACCESSES)[:EVENTS_SHOWN],
        "looks": events.filter(kind__in=BookEvent.ACCESSES)[:EVENTS_SHOWN],
        "sees": sees_numbers(request),
        "may_change": request.user.has_perm("offers.change_voucherbook"),
        "is_making": state_of(book) == "running",
        "report": reverse("admin:offers_voucherbook_report"),
    }
