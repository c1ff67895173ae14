"""What an organization's allotments gave: the entries of their accounts of discounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.contrib import admin
from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from largesse.backoffice.amounts import currency_of
from largesse.backoffice.journal import event_words
from largesse.backoffice.organizations.frame import ListTab, of_organization
from largesse.backoffice.organizations.sheets import ROWS_AT_ONCE, SheetList, moment
from largesse.crm.models import Organization
from largesse.engine.money import Currency
from largesse.ledger.accounts import Kind
from largesse.ledger.models import Transfer
from largesse.offers.models import Allotment
from largesse.orders.models import Order
from largesse.pages.templatetags.pages import given, money_filter
from largesse.sheets.writing import Row


class _OfAllotment(admin.SimpleListFilter):
    title = "allotment"
    parameter_name = "allotment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(model_admin.titles().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(owner=self.value()) if self.value() else queryset


class _Entries(SheetList):
    """The entries with the numbers of their orders, and the sums of all that the filters leave."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: list[Any] = self.model_admin.told(self.result_list)
        self.currency = currency_of(request).code
        self.sums = self.queryset.aggregate(
            net=Sum("given", default=0), back=Sum("given", filter=Q(given__lt=0), default=0)
        )
        self.given = self.sums["net"] - self.sums["back"]
        self.back = -self.sums["back"]


class JournalTab(ListTab):
    of = Transfer
    called = "entries"
    purpose = (
        "Posting an order that used an allotment books here what it gave; a refund books it back."
    )
    change_list_template = "backoffice/organizations/journal.html"
    list_display = ("words", "at", "order_link", "allotment_words", "actor", "given_shown")
    list_display_links = None
    list_filter = (_OfAllotment,)
    date_hierarchy = "day"
    ordering = ("-id",)
    sortable_by = ()
    sheet_head = ("Event", "At", "Order", "Allotment", "Who", "Given", "Currency")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return _Entries

    def titles(self) -> dict[str, str]:
        """The titles of the organization's allotments by their codes."""
        rows = Allotment.objects.filter(organization=self.organization).order_by("title")
        return dict(rows.values_list("code", "title"))

    def told(self, rows: Iterable[Any]) -> list[Any]:
        """Rows with the numbers of their orders and the titles of their allotments."""
        listed = list(rows)
        orders = Order.objects.filter(pk__in={row.event.order_id for row in listed})
        numbers = dict(orders.order_by().values_list("pk", "number"))
        titles = self.titles()
        for row in listed:
            row.number, row.title = numbers.get(row.event.order_id, ""), titles.get(row.owner, "")
        return listed

    def sheet_rows(self, rows: Iterable[Any], currency: Currency) -> Iterator[Row]:
        found = iter(rows)
        while some := self.told(islice(found, ROWS_AT_ONCE)):
            for row in some:
                event, amount = row.event, float(currency.format(row.given))
                told = (event_words(event.kind), moment(event.at), row.number, row.title)
                yield [*told, event.actor, amount, currency.code]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Debits are what was given, credits what was given back; in the business's currency."""
        codes = Allotment.objects.filter(organization=self.organization).values("code")
        currency = currency_of(request).code
        ends = {
            end: Q(**{f"{end}__kind": Kind.ALLOTMENTS.value, f"{end}__owner__in": codes})
            for end in ("target", "source")
        }
        rows = Transfer.objects.filter(
            ends["target"] | ends["source"], kind__in=Transfer.BOOKED, asset=currency
        )
        is_debit = Q(target__kind=Kind.ALLOTMENTS.value)
        return rows.select_related("event").annotate(
            owner=Case(When(is_debit, then=F("target__owner")), default=F("source__owner")),
            given=Case(When(is_debit, then=F("amount")), default=F("amount") * -1),
            currency=Value(currency),
        )

    @admin.display(description="Event")
    def words(self, row: Any) -> SafeString:
        url = reverse("admin:ledger_event_change", args=[row.event_id])
        return format_html('<a class="title" href="{}">{}</a>', url, event_words(row.event.kind))

    @admin.display(description="At")
    def at(self, row: Any) -> Any:
        return row.event.at

    @admin.display(description="Order")
    def order_link(self, row: Any) -> SafeString:
        url = reverse("admin:orders_order_change", args=[row.event.order_id])
        return format_html('<a class="num" href="{}">{}</a>', url, row.number)

    @admin.display(description="Allotment")
    def allotment_words(self, row: Any) -> str:
        return str(row.title)

    @admin.display(description="Who")
    def actor(self, row: Any) -> str:
        return str(row.event.actor)

    @admin.display(description="Given")
    def given_shown(self, row: Any) -> str:
        back = row.given < 0
        return money_filter(-row.given, row.currency) if back else given(row.given, row.currency)


@of_organization(needs="ledger.view_transfer")
def page(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    """The entries, newest first, with their sum."""
    return JournalTab(organization).page(request)


@of_organization(needs="ledger.view_transfer")
def export(request: HttpRequest, organization: Organization) -> HttpResponseBase:
    return JournalTab(organization).export(request)
