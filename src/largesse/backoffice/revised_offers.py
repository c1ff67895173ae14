"""The pages of offers that change only by new revisions (PR-8), made in the builder or as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from largesse.backoffice.base import RecordAdmin, badge_shown
from largesse.backoffice.building import revisions
from largesse.backoffice.building.editor import Editor
from largesse.backoffice.building.known import Known
from largesse.backoffice.building.offer_text import written
from largesse.backoffice.building.page import Page, builder_page
from largesse.backoffice.site import staff
from largesse.engine.faults import Faults
from largesse.offers.models import Deal, DealRevision, Promotion, PromotionRevision
from largesse.pages.figures import NOTHING, day_text
from largesse.pages.toasts import toast

Offer = Promotion | Deal

_DONE: Final[Mapping[str, str]] = {
    "switch-on": "switched on",
    "switch-off": "switched off",
    "archive": "archived",
    "restore": "restored",
}
"""What a page's buttons do, and what is said once many were done."""

_SWITCHES: Final = ("active", "archived")


class OfferAdmin(RecordAdmin):
    """Written by `offers.revising` alone. `base` is what revisions are told as."""

    editor: ClassVar[Editor]
    base: ClassVar[str] = ""
    date_hierarchy = "starts"
    actions = ("switch_on", "switch_off", "archive", "restore")

    def get_queryset(self, request: HttpRequest) -> Any:
        latest = self.editor.revising.revisions.latest()
        prefetch: Any = Prefetch("revisions", queryset=latest, to_attr="latest")
        return super().get_queryset(request).prefetch_related(prefetch)

    @admin.display(description="Runs", ordering="starts")
    def runs(self, offer: Offer) -> str:
        """Its first and its last day."""
        first, after = offer.starts, offer.ends
        last = after - timedelta(microseconds=1) if after else None
        words = [
            f"{word} {day_text(timezone.localtime(day))}"
            for word, day in (("from", first), ("until", last))
            if day is not None
        ]
        text = " ".join(words)
        return text[:1].upper() + text[1:] or NOTHING

    @admin.display(description="State", ordering="active")
    def state_badge(self, offer: Offer) -> str:
        return badge_shown(state_of(offer))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is archived, never deleted (PR-8)."""
        return False

    # --- deeds on many -----------------------------------------------------------------------

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._each(request, rows.filter(active=False), "switch-on")

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._each(request, rows.filter(active=True), "switch-off")

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._each(request, rows.filter(archived=False), "archive")

    @admin.action(description="Restore", permissions=["change"])
    def restore(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self._each(request, rows.filter(archived=True), "restore")

    def _each(self, request: HttpRequest, rows: QuerySet[Any], deed: str) -> None:
        changed = [self._do(request, each, deed) for each in rows]
        toast(request, f"{len(changed)} {_DONE[deed]}.")

    def _do(self, request: HttpRequest, offer: Offer, deed: str) -> Offer:
        by: dict[str, Any] = {"by": staff(request), "at": timezone.now()}
        revising = self.editor.revising
        match deed:
            case "switch-on" | "switch-off":
                done: Offer = revising.set_active(offer, deed == "switch-on", **by)
            case "archive":
                done = revising.archive(offer, **by)
            case "restore":
                done = revising.restore(offer, **by)
            case _:
                done = revising.duplicate(offer, self._free_code(offer.code), **by)
        return done

    def _free_code(self, code: str) -> str:
        """The code with -COPY behind it, and a number where that is taken."""
        base = f"{code[:55]}-COPY"
        rows = self.editor.revising.model._default_manager.filter(code__startswith=base)
        taken = set(rows.values_list("code", flat=True))
        tries = [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))]
        return next(each for each in tries if each not in taken)

    # --- one ---------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view, f"offers_{self.opts.model_name}"
        return [
            path(
                "<path:object_id>/revisions/<int:number>/",
                view(self.revision),
                name=f"{name}_revision",
            ),
            path("<path:object_id>/do/", view(self.do), name=f"{name}_do"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        offer = None if object_id is None else self.row(request, object_id)
        if offer is None and not self.has_add_permission(request):
            raise PermissionDenied
        may_change = offer is None or self.has_change_permission(request, offer)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        context = {
            "state": state_of(offer) if offer else "",
            "revisions": self._revisions(offer) if offer else [],
            **self.beside(request, offer),
        }
        return builder_page(Page(request, self.editor, offer, may_change, context))

    def beside(self, request: HttpRequest, offer: Any) -> dict[str, Any]:
        """What else the page of one says."""
        return {}

    def do(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One of the deeds that a button of the page names."""
        offer = self.row(request, object_id)
        deed = request.POST.get("deed", "")
        if request.method != "POST" or deed not in (*_DONE, "duplicate"):
            raise Http404
        needed = self.has_add_permission(request) if deed == "duplicate" else True
        if not (needed and self.has_change_permission(request, offer)):
            raise PermissionDenied
        done = self._do(request, offer, deed)
        copied = f"Copied as {done.code}, switched off."
        toast(request, copied if deed == "duplicate" else f"{done} is {state_of(done)}.")
        return redirect(self.editor.address_of(done))

    def revision(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """What one revision changed, and the whole of it; it can be made the latest again."""
        offer = self.row(request, object_id)
        found = {r.number: r for r in offer.revisions.filter(number__in=(number, number - 1))}
        if number not in found:
            raise Http404
        may_change = self.has_change_permission(request, offer)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            return self._made_latest(request, offer, found[number])
        before = found.get(number - 1)
        context = {
            **self.admin_site.each_context(request),
            "record": offer,
            "list_url": self.editor.list_url,
            "list_name": self.editor.list_name,
            "record_url": self.editor.address_of(offer),
            "revision": found[number],
            "before": before,
            "differences": revisions.told(before, found[number], Known(), self.base),
            "text": written(found[number].definition),
            "may_restore": may_change and number != offer.revision,
            "is_latest": number == offer.revision,
        }
        return TemplateResponse(request, "backoffice/revision.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is its revisions, on its page."""
        return self.changeform_view(request, object_id)

    def _revisions(self, offer: Offer) -> list[revisions.Listed]:
        kept: list[Any] = list(offer.revisions.select_related("by")[: revisions.SHOWN + 1])
        return revisions.listed(
            kept, lambda number: self.editor.address("revision", offer.pk, number)
        )

    def _made_latest(
        self, request: HttpRequest, offer: Offer, revision: PromotionRevision | DealRevision
    ) -> HttpResponse:
        """An earlier revision as a new one; whether it is switched on or archived stays as it is."""
        revising = self.editor.revising
        now = revising.definition_of(offer)
        kept: dict[str, Any] = {name: now[name] for name in _SWITCHES if name in now}
        then = {n: v for n, v in revision.definition.items() if n not in _SWITCHES}
        try:
            revised = revising.revise(
                {**then, **kept},
                by=staff(request),
                at=timezone.now(),
                reason=f"revision {revision.number} again",
            )
        except Faults as found:
            toast(request, f"It can’t be restored: {found.faults[0]}.")
            return redirect(self.editor.address("revision", offer.pk, revision.number))
        toast(request, f"Revision {revised.revision} says what revision {revision.number} said.")
        return redirect(self.editor.address_of(offer))


def state_of(offer: Offer) -> str:
    """Whether it counts now: archived, paused, planned, ended, or active."""
    now = timezone.now()
    if offer.archived:
        return "archived"
    if not offer.active:
        return "paused"
    if offer.starts is not None and now < offer.starts:
        return "planned"
    return "ended" if offer.ends is not None and offer.ends <= now else "active"
