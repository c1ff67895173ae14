"""The pages of offers that change only by new revisions (PR-8), made in the builder or as text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from largesse.backoffice.base import badge_shown
from largesse.backoffice.building.editor import Editor
from largesse.backoffice.building.page import Page, builder_page
from largesse.backoffice.revised import RevisedAdmin, free_name
from largesse.backoffice.site import staff
from largesse.engine.faults import Faults
from largesse.offers.models import Deal, Promotion
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


class OfferAdmin(RevisedAdmin):
    """Written by `offers.revising` alone."""

    editor: ClassVar[Editor]
    deeds = tuple(_DONE)
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
                every = revising.model._default_manager.all()
                code = free_name(f"{offer.code[:55]}-COPY", "-", every, "code")
                done = revising.duplicate(offer, code, **by)
        return done

    # --- one ---------------------------------------------------------------------------------

    def page(self, request: HttpRequest, record: Any, may_change: bool) -> HttpResponse:
        context = {
            "state": state_of(record) if record else "",
            "revisions": self.revisions_of(record) if record else [],
            **self.beside(request, record),
        }
        return builder_page(Page(request, self.editor, record, may_change, context))

    def beside(self, request: HttpRequest, offer: Any) -> dict[str, Any]:
        """What else the page of one says."""
        return {}

    def list_name(self) -> str:
        return self.editor.list_name

    def carry_out(self, request: HttpRequest, record: Any, deed: str) -> Any:
        done = self._do(request, record, deed)
        copied = f"Copied as {done.code}, switched off."
        toast(request, copied if deed == "duplicate" else f"{done} is {state_of(done)}.")
        return done

    def may_make_latest(self, request: HttpRequest, record: Any) -> bool:
        return self.has_change_permission(request, record)

    def make_latest(self, request: HttpRequest, record: Any, revision: Any) -> HttpResponse:
        """Whether it is switched on or archived stays as it is."""
        revising = self.editor.revising
        now = revising.definition_of(record)
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
            return redirect(self.address("revision", record.pk, revision.number))
        toast(request, f"Revision {revised.revision} says what revision {revision.number} said.")
        return redirect(self.address("change", revised.pk))


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
