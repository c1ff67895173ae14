"""Parties: their list, and the pages of one, each a module of its own (SP-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.contrib import admin
from django.db.models import BigIntegerField, Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path

from largesse.backoffice.amounts import amount_column
from largesse.backoffice.base import page_action
from largesse.backoffice.day_filter import DaysBetween
from largesse.backoffice.organizations.sheets import SheetPages
from largesse.backoffice.parties import (
    corrections,
    deeds,
    entering,
    guests,
    inviting,
    past,
    printing,
    rewards,
    searching,
    totals,
)
from largesse.backoffice.parties.frame import party_badge
from largesse.backoffice.site import site, staff
from largesse.engine.money import Currency
from largesse.orders.models import Order, OrderLine, Party
from largesse.orders.parties.holding import sees_all, visible_to
from largesse.orders.parties.totals import COUNTED
from largesse.orders.returning.left import MERCHANDISE
from largesse.pages.figures import count_text, day_text
from largesse.sheets.writing import Row


class HeldBetween(DaysBetween):
    title = "held"
    field = "held_on"


# Asked for each row of a page alone, however many parties there are.
_COUNTED: Final = Order.objects.filter(
    party=OuterRef("pk"), host_reward=False, state__in=COUNTED
).order_by()
_KEPT: Final = OrderLine.objects.filter(
    order__party=OuterRef("pk"), order__host_reward=False, order__state__in=COUNTED
).order_by()


@admin.register(Party, site=site)
class PartyAdmin(SheetPages):
    """All is done through the use cases; a rep finds those that they hold, and no others."""

    purpose = (
        "A party is a hosted selling event: guests order at it, and its host is rewarded for them."
    )
    search_hint = "Number, title, host or rep"
    change_list_template = "backoffice/parties/list.html"
    list_select_related = ("host", "rep")
    search_fields = ("number", "title", "host__name", "host__number", "rep__name", "rep__number")
    search_help_text = search_hint
    ordering = ("-held_on", "-id")
    sheet_head = (
        "Number", "Title", "Host", "Host number", "Rep", "Held on", "State", "Guest orders",
        "Party total", "Currency",
    )  # fmt: skip

    total_shown = amount_column("merchandise", "Party total")

    # --- the list ----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        rows, user = super().get_queryset(request), staff(request)
        if not sees_all(user):
            rows = rows.filter(pk__in=visible_to(user).values("pk"))
        kept = _KEPT.values("order__party").annotate(sum=Sum(MERCHANDISE)).values("sum")
        counted = _COUNTED.values("party").annotate(count=Count("pk")).values("count")
        return rows.annotate(
            guests=Coalesce(Subquery(counted), 0),
            merchandise=Coalesce(Subquery(kept, output_field=BigIntegerField()), 0),
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        reps = ("rep_name",) if sees_all(staff(request)) else ()
        return (
            "title", "number", "host_name", *reps, "day", "state_badge", "guest_count", "total_shown",
        )  # fmt: skip

    def get_list_filter(self, request: HttpRequest) -> Any:
        reps = (("rep", admin.RelatedOnlyFieldListFilter),) if sees_all(staff(request)) else ()
        return ("state", *reps, HeldBetween)

    @admin.display(description="Host", ordering="host__name")
    def host_name(self, party: Party) -> str:
        return party.host.name

    @admin.display(description="Rep", ordering="rep__name")
    def rep_name(self, party: Party) -> str:
        return "–" if party.rep is None else party.rep.name

    @admin.display(description="Held on", ordering="held_on")
    def day(self, party: Party) -> str:
        return day_text(party.held_on)

    @admin.display(description="State", ordering="state")
    def state_badge(self, party: Party) -> str:
        return party_badge(party.state)

    @admin.display(description="Guest orders", ordering="guests")
    def guest_count(self, party: Any) -> str:
        return count_text(party.guests)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        around = {"export_url": "export/", **(extra_context or {})}
        found: HttpResponse = super().changelist_view(request, around)
        return found

    @page_action(description="Export", url_path="export", icon="download")
    def export(self, request: HttpRequest) -> HttpResponseBase:
        return self.file(request, "parties")

    def sheet_rows(self, rows: Iterable[Any], currency: Currency) -> Iterator[Row]:
        for row in rows:
            yield [
                row.number,
                row.title,
                row.host.name,
                row.host.number,
                "" if row.rep is None else row.rep.name,
                row.held_on.isoformat(),
                row.get_state_display(),
                row.guests,
                float(currency.format(row.merchandise)),
                currency.code,
            ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # --- one party ---------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = {
            "edit": entering.edit,
            "totals": totals.page,
            "rewards": rewards.page,
            "pick": rewards.pick,
            "place": rewards.place,
            "anew": rewards.anew,
            "keep": rewards.keep,
            "corrections": corrections.page,
            "report": printing.page,
            "link": inviting.renew,
            **deeds.PAGES,
        }
        own = [
            path(f"<uuid:pk>/{name}/", view(page), name=f"orders_party_{name}")
            for name, page in pages.items()
        ]
        settling = [
            path(
                f"<uuid:pk>/corrections/<uuid:correction>/{how}/",
                view(corrections.settle),
                {"how": how},
                name=f"orders_party_{how}",
            )
            for how in ("charge", "waive")
        ]
        found = path("people/", view(searching.people), name="orders_party_people")
        return [found, *own, *settling, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Its first tab are its guest orders; without a party, a new one is entered."""
        if object_id is None:
            return entering.add(request)
        return guests.page(request, self.row(request, object_id).pk)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        party = self.row(request, object_id)
        return past.page(request, party, super().changes_of(request, party))
