"""The list of all credit accounts, those below zero among them (SP-12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.views import ChangeList  # type: ignore[import-untyped]

from largesse.backoffice import exporting
from largesse.backoffice.amounts import shown
from largesse.backoffice.base import EXPORTED_AT_ONCE, ReadOnly, page_action
from largesse.backoffice.credit import by_hand, statement
from largesse.backoffice.models import CreditAccount
from largesse.backoffice.site import site
from largesse.engine.money import Currency
from largesse.orders.credit import accounts as credit_accounts
from largesse.sheets.writing import Cell

HEAD: Final = ("Customer number", "Customer", "Account", "Currency", "Balance", "Held by orders",
               "Can pay")  # fmt: skip


class _Standing(admin.SimpleListFilter):
    """Chosen from a fixed list, so that no row has to be read for it."""

    title = "balance"
    parameter_name = "balance"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("below", "Below zero"), ("above", "Above zero"), ("zero", "Zero")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = {"below": "balance__lt", "above": "balance__gt", "zero": "balance"}
        chosen = asked.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(**{chosen: 0})


class AccountList(ChangeList):  # type: ignore[misc]
    """Credit accounts, each told as a value, all of a page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        for row, account in zip(rows, credit_accounts.told(rows), strict=True):
            row.value = account
        self.result_list = rows


@admin.register(CreditAccount, site=site)
class CreditAccountAdmin(ReadOnly):
    """Whose, what is owed on them, what they can pay; one's page is its statement."""

    purpose = (
        "They open themselves when an offer first gives credit to a customer, or you do by hand."
    )
    search_hint = "Customer or account"
    change_list_template = "backoffice/credit/list.html"
    list_display = ("whose", "account", "balance_shown", "held_shown", "payable_shown")
    list_display_links = ("account",)
    list_filter = (_Standing,)
    search_fields = ("owner",)
    search_help_text = search_hint
    ordering = ("owner", "asset")

    def get_queryset(self, request: HttpRequest) -> Any:
        return credit_accounts.with_balances(super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AccountList]:
        return AccountList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return credit_accounts.matching(queryset, search_term), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        told = {"export_url": "export/", "may_give": request.user.has_perm(by_hand.GIVE)}
        return super().changelist_view(request, {**told, **(extra_context or {})})

    # --- columns -----------------------------------------------------------------------------

    @admin.display(description="Customer", ordering="customer_name")
    def whose(self, row: Any) -> str:
        account = row.value
        if account.customer is None:
            return format_html('<span class="num">{}</span>', account.number)
        url = reverse("admin:crm_customer_change", args=[account.customer.pk])
        return format_html(
            '<a href="{}">{}</a> <span class="faint num">{}</span>',
            url,
            account.customer.name,
            account.number,
        )

    @admin.display(description="Account", ordering="called")
    def account(self, row: Any) -> str:
        return str(row.value.title)

    @admin.display(description="Balance", ordering="balance")
    def balance_shown(self, row: Any) -> str:
        text = shown(row.value.balance, row.value.currency)
        return format_html('<span class="bad">{}</span>', text) if row.value.balance < 0 else text

    @admin.display(description="Held by orders", ordering="held_by_orders")
    def held_shown(self, row: Any) -> str:
        return shown(row.value.held or None, row.value.currency)

    @admin.display(description="Can pay", ordering="payable")
    def payable_shown(self, row: Any) -> str:
        return shown(row.value.payable, row.value.currency)

    # --- pages -------------------------------------------------------------------------------

    @page_action(description="Export", url_path="export", icon="download")
    def export(self, request: HttpRequest) -> HttpResponseBase:
        """What the search and the filters leave, as CSV, or as a workbook by `?as=xlsx`."""
        kind = "xlsx" if request.GET.get("as") == "xlsx" else "csv"
        asked = request.GET.copy()
        asked.pop("as", None)
        request.GET = asked  # type: ignore[assignment]
        rows = self.get_changelist_instance(request).get_queryset(request)
        exporting.record(request, CreditAccount, f"{rows.count()} credit accounts", kind)
        found = rows.iterator(chunk_size=EXPORTED_AT_ONCE)
        return exporting.sheet(kind, "credit-accounts", "Credit accounts", HEAD, _cells(found))

    def get_urls(self) -> list[URLPattern]:
        pages = [
            path("give/", site.admin_view(by_hand.give_page), name="backoffice_creditaccount_give"),
            path(
                "<uuid:pk>/take/",
                site.admin_view(by_hand.take_page),
                name="backoffice_creditaccount_take",
            ),
        ]
        found: list[URLPattern] = [*pages, *super().get_urls()]
        return found

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if object_id is None:
            raise PermissionDenied
        return statement.page(request, next(credit_accounts.told([self.row(request, object_id)])))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Its statement is its history."""
        return self.changeform_view(request, object_id)


def _cells(rows: Iterable[Any]) -> Iterator[list[Cell]]:
    for account in credit_accounts.told(rows):
        amounts = (account.balance, account.held, account.payable)
        money = Currency.of(account.currency)
        yield [
            account.number,
            account.customer.name if account.customer is not None else "",
            account.title,
            account.currency,
            *(float(money.format(amount)) for amount in amounts),
        ]
