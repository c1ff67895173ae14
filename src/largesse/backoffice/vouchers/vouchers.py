"""The list of all vouchers, and the page of each (VO-6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from largesse.backoffice import exporting
from largesse.backoffice.base import ReadOnly, badge_shown, page_action
from largesse.backoffice.entry_pages import entry_page, first_after, last_moment
from largesse.backoffice.journal import bookings
from largesse.backoffice.site import site, staff
from largesse.backoffice.vouchers import one
from largesse.backoffice.vouchers.forms import VoucherForm
from largesse.backoffice.vouchers.keyset import KeysetList, Order
from largesse.backoffice.vouchers.showing import (
    expires_of,
    gives,
    number_shown,
    sees_numbers,
    state_of,
)
from largesse.crm.models import Partner
from largesse.engine.cart import normal_code
from largesse.engine.faults import Faults
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Account, Event
from largesse.offers import vouchers
from largesse.offers.models import BookEvent, Voucher, VoucherBook
from largesse.offers.vouchers.barcodes import Symbology, svg
from largesse.offers.vouchers.ending import void_one
from largesse.offers.vouchers.finding import beginning_with, in_state
from largesse.offers.vouchers.journaling import record, record_seen
from largesse.offers.vouchers.numbers import random_numbers
from largesse.offers.vouchers.storing import handed_to
from largesse.orders.redeemed import event_ids_of, orders_of, redemption_of
from largesse.pages.figures import NOTHING, units_text
from largesse.pages.templatetags.pages import day
from largesse.pages.toasts import toast

LIST = "admin:offers_voucher_changelist"
PARTNERS_LISTED = 100
"""The most partners that the filter offers; others are found by searching."""


class _InState(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (state, state.capitalize()) for state in ("created", "assigned", "redeemed", "void")
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "redeemed":
            return queryset.filter(opened=True, used__gt=0)
        unused = Q(opened=False) | Q(used=0)
        chosen = self.value() or ""
        if chosen not in Voucher.State.values:
            return queryset
        return queryset.filter(unused, in_state(Voucher.State(chosen)))


class _OfKind(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("percentage", "Percentage"), ("value", "Value")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        return queryset.filter(value__isnull=self.value() == "percentage")


class _OfPartner(admin.SimpleListFilter):
    title = "partner"
    parameter_name = "partner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = Partner.objects.order_by("name")
        found = list(rows.values_list("code", "name")[:PARTNERS_LISTED])
        asked = request.GET.get(self.parameter_name)
        if asked and asked not in dict(found):
            found += list(rows.filter(code=asked).values_list("code", "name"))
        return found

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(partner__code=self.value()) if self.value() else queryset


class _OfBook(admin.SimpleListFilter):
    """Offers the one book that the address names: its page leads here."""

    title = "book"
    parameter_name = "book"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        book = book_asked(request)
        return [] if book is None else [(str(book.pk), str(book))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(book=self.value()) if self.value() else queryset


def book_asked(request: HttpRequest) -> VoucherBook | None:
    """The book whose vouchers are listed, if one book's are."""
    try:
        return VoucherBook.objects.filter(pk=UUID(request.GET.get("book", ""))).first()
    except ValueError:
        return None


@admin.register(Voucher, site=site)
class VoucherAdmin(ReadOnly):
    """Numbers are shown whole to those who may see them; each look at a book's is recorded (QU-40)."""

    purpose = "A voucher is a numbered right to one discount, or a part payment."
    search_hint = "Number or partner"
    change_list_template = "backoffice/vouchers/list.html"
    list_display = ("number_words", "gives_words", "state_badge", "order_link", "partner", "book",
                    "customer", "last_day")  # fmt: skip
    list_display_links = ("number_words",)
    list_filter = (_InState, _OfKind, _OfPartner, _OfBook)
    list_select_related = ("partner", "customer", "book")
    search_fields = ("number", "partner__name")
    search_help_text = search_hint
    sortable_by = ()
    actions: Any = ("make_void",)
    ordering = ("-id",)
    export_fields = ("number", "percent", "value", "minimum", "state", "book", "partner",
                     "customer", "expires")  # fmt: skip

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return KeysetList

    def order_of(self, request: HttpRequest) -> Order:
        """The newest first; those of a book as they were made, and what was searched by number."""
        if request.GET.get("q", "").strip() and connection.vendor == "sqlite":
            return Order("number")
        return Order("position") if book_asked(request) else Order("id", descending=True)

    def get_queryset(self, request: HttpRequest) -> Any:
        account = Account.objects.filter(
            kind=Kind.VOUCHER.value, owner=OuterRef("number"), asset="use"
        )
        rows = super().get_queryset(request)
        return rows.annotate(
            used=Subquery(account.values(n=F("held") + F("posted"))[:1]),
            is_masked=Value(not sees_numbers(request)),
        )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, its rows with their orders: two queries for a page."""
        found = super().get_changelist_instance(request)
        rows = found.result_list
        orders = orders_of(row.number for row in rows if row.opened)
        for row in rows:
            row.order = orders.get(row.number)
        return found

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list. Who sees whole numbers of one book has looked at it."""
        book = book_asked(request)
        if book is not None and sees_numbers(request) and request.method == "GET":
            by = staff(request).get_username()
            record_seen(book, at=timezone.now(), by=by, count=self.list_per_page)
        context = {"may_make": self.has_add_permission(request), **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("offers.add_voucher")

    def has_void_permission(self, request: HttpRequest) -> bool:
        """Whether vouchers may be made void; they are changed in no other way on a list."""
        return request.user.has_perm("offers.change_voucher")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path(f"<path:object_id>/{name}/", view(page), name=f"offers_voucher_{name}")
            for name, page in one.PAGES.items()
        ] + super().get_urls()

    # --- columns -----------------------------------------------------------------------------

    @admin.display(description="Number")
    def number_words(self, voucher: Any) -> str:
        return number_shown(voucher)

    @admin.display(description="Gives")
    def gives_words(self, voucher: Any) -> str:
        return gives(voucher)

    @admin.display(description="State")
    def state_badge(self, voucher: Any) -> str:
        return badge_shown(state_of(voucher))

    @admin.display(description="Order")
    def order_link(self, voucher: Any) -> str:
        if voucher.order is None:
            return NOTHING
        url = reverse("admin:orders_order_change", args=[voucher.order.pk])
        return format_html('<a class="num" href="{}">{}</a>', url, voucher.order.number)

    @admin.display(description="Last day")
    def last_day(self, voucher: Any) -> str:
        expires = expires_of(voucher)
        return NOTHING if expires is None else day(last_moment(expires))

    # --- searching, exporting, acting --------------------------------------------------------

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A number is found by its beginning; by those who may not see numbers, only by all of it.

        Where no number is found, partners are.
        """
        term = search_term.strip()
        if not term:
            return queryset, False
        number = normal_code(term)
        by_number = beginning_with(number) if sees_numbers(request) else Q(number=number)
        if Voucher.objects.filter(by_number).exists():
            return queryset.filter(by_number), False
        return queryset.filter(partner__in=Partner.objects.filter(name__icontains=term)), False

    @page_action(description="Export", url_path="export", icon="download")
    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All vouchers that the search and filters leave; each book whose numbers are in it keeps that
        they were taken away.
        """
        if sees_numbers(request):
            asked = book_asked(request)
            books = VoucherBook.objects.all() if asked is None else [asked]
            for book in books:
                record(
                    book,
                    BookEvent.Kind.EXPORTED,
                    at=timezone.now(),
                    by=staff(request).get_username(),
                    note="in a list of vouchers",
                )
        answer: HttpResponseBase = super().export(request)
        return answer

    def exported_cell(self, field: Any, row: Any, currency: Any) -> str | int:
        if field.name == "number":
            return exporting.safe(number_shown(row))
        return super().exported_cell(field, row, currency)

    @admin.action(description="Make void", permissions=["void"])
    def make_void(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Let nobody use them any more; those that are used stay as they are."""
        count = 0
        for voucher in rows:
            try:
                void_one(
                    voucher,
                    at=timezone.now(),
                    by=staff(request).get_username(),
                    reason="chosen in the list",
                )
            except Faults:
                continue
            count += 1
        toast(request, f"{units_text(count, 'voucher')} made void.")

    # --- pages -------------------------------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            return self._create(request)
        return self._show(request, self.row(request, object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is what the journal says of it, on its page."""
        return self.changeform_view(request, object_id)

    def _show(self, request: HttpRequest, voucher: Any) -> HttpResponse:
        whole = sees_numbers(request)
        if whole and voucher.book is not None:
            by = staff(request).get_username()
            record_seen(voucher.book, at=timezone.now(), by=by, count=1)
        redemption = redemption_of(voucher.number)
        state = state_of(voucher)
        context = {
            **self.admin_site.each_context(request),
            "voucher": voucher,
            "number": number_shown(voucher),
            "state": state,
            "gives": gives(voucher),
            "last": last_moment(expires_of(voucher)),
            "redemption": redemption,
            "life": one.life_of(voucher, state, redemption),
            "codes": [svg(voucher.number, each) for each in Symbology] if whole else [],
            "bookings": bookings(
                Event.objects.filter(id__in=event_ids_of(voucher.number)).order_by("id")
            ),
            "may_change": request.user.has_perm("offers.change_voucher"),
            "is_open": state in ("created", "assigned", "expired"),
        }
        return TemplateResponse(request, "backoffice/vouchers/voucher.html", context)

    def _create(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = VoucherForm(request.POST if request.method == "POST" else None, request=request)

        def do(entered: dict[str, Any]) -> str:
            number = entered["number"] or random_numbers(1)[0]
            partner = form.the_partner()
            vouchers.create(
                [number],
                at=timezone.now(),
                by=staff(request).get_username(),
                percent=entered["percent"],
                value=entered["value"],
                minimum=entered["minimum"] or 0,
                partner=partner,
                state=handed_to(partner),
                customer=entered["customer"],
                expires=first_after(entered["last_day"]),
            )
            toast(request, f"Voucher {normal_code(number)} made.")
            made = Voucher.objects.get(number=normal_code(number))
            return reverse("admin:offers_voucher_change", args=[made.pk])

        context = {
            "title": "Add voucher",
            "lead": "It can be used once a partner has it; a campaign can be the partner.",
            "button": "Make voucher",
            "back": reverse(LIST),
            "crumbs": [(reverse(LIST), "Vouchers")],
        }
        return entry_page(request, form, do, context=context)
