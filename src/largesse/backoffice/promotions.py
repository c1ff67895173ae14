"""Promotions change only by new revisions (PR-8), made in the builder or as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from largesse.backoffice.base import RecordAdmin, badge_shown
from largesse.backoffice.building import revisions
from largesse.backoffice.building.known import Known
from largesse.backoffice.building.page import Page, builder_page
from largesse.backoffice.building.promotion_text import written
from largesse.backoffice.building.suggesting import named
from largesse.backoffice.listing import PromotionList
from largesse.backoffice.offer_filters import CodeFilter, KindFilter, SuggestFilter
from largesse.backoffice.site import site, staff
from largesse.engine.actions import ACTIONS
from largesse.engine.faults import Faults
from largesse.offers import promotions
from largesse.offers.models import Promotion, PromotionRevision
from largesse.pages.figures import NOTHING, day_text
from largesse.pages.toasts import toast


@admin.register(Promotion, site=site)
class PromotionAdmin(RecordAdmin):
    """Written by `offers.promotions` alone."""

    change_list_template = "backoffice/offer_list.html"
    purpose = "A promotion gives something to orders that meet its conditions."
    search_hint = "Title, code or promo code"
    list_display = ("title_words", "code", "state_badge", "gives", "runs", "left", "priority")
    list_filter = (
        "active",
        "archived",
        KindFilter,
        "stage",
        SuggestFilter,
        CodeFilter,
        ("exclusion_group", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("code", "title", "promo_code")
    search_help_text = search_hint
    date_hierarchy = "starts"
    actions = ("switch_on", "switch_off", "archive", "restore")

    def get_queryset(self, request: HttpRequest) -> Any:
        latest = PromotionRevision.latest()
        prefetch = Prefetch("revisions", queryset=latest, to_attr="latest")
        return super().get_queryset(request).prefetch_related(prefetch)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return PromotionList

    @admin.display(description="Promotion", ordering="title")
    def title_words(self, promotion: Promotion) -> str:
        return promotion.title or promotion.code

    @admin.display(description="Gives")
    def gives(self, promotion: Promotion) -> str:
        """The kinds of its actions."""
        found = [each for revision in promotion.latest for each in revision.definition["actions"]]  # type: ignore[attr-defined]
        kinds = [ACTIONS.get(each["kind"]) for each in found if isinstance(each, Mapping)]
        labels = dict.fromkeys(kind.label for kind in kinds if kind is not None)
        return ", ".join(labels) or NOTHING

    @admin.display(description="Left")
    def left(self, promotion: Promotion) -> str:
        """What is left of its uses and its budget."""
        return ", ".join(getattr(promotion, "limits_left", ())) or NOTHING

    @admin.display(description="Runs", ordering="starts")
    def runs(self, promotion: Promotion) -> str:
        """Its first and its last day."""
        first, after = promotion.starts, promotion.ends
        last = after - timedelta(microseconds=1) if after else None
        words = [
            f"{word} {day_text(timezone.localtime(day))}"
            for word, day in (("from", first), ("until", last))
            if day is not None
        ]
        text = " ".join(words)
        return text[:1].upper() + text[1:] or NOTHING

    @admin.display(description="State", ordering="active")
    def state_badge(self, promotion: Promotion) -> str:
        return badge_shown(state_of(promotion))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is archived, never deleted (PR-8)."""
        return False

    # --- deeds on many -----------------------------------------------------------------------

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[Promotion]) -> None:
        _each(request, rows.filter(active=False), "switched on", DEEDS["switch-on"])

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[Promotion]) -> None:
        _each(request, rows.filter(active=True), "switched off", DEEDS["switch-off"])

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, rows: QuerySet[Promotion]) -> None:
        _each(request, rows.filter(archived=False), "archived", DEEDS["archive"])

    @admin.action(description="Restore", permissions=["change"])
    def restore(self, request: HttpRequest, rows: QuerySet[Promotion]) -> None:
        _each(request, rows.filter(archived=True), "restored", DEEDS["restore"])

    # --- one ---------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("named/<slug:sort>/", view(self.named), name="offers_promotion_named"),
            path(
                "<path:object_id>/revisions/<int:number>/",
                view(self.revision),
                name="offers_promotion_revision",
            ),
            path("<path:object_id>/do/", view(self.do), name="offers_promotion_do"),
            *super().get_urls(),
        ]

    def named(self, request: HttpRequest, sort: str) -> HttpResponse:
        """What a field may name, as one types."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return named(request, sort)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        promotion = None if object_id is None else self.row(request, object_id)
        if promotion is None and not self.has_add_permission(request):
            raise PermissionDenied
        may_change = promotion is None or self.has_change_permission(request, promotion)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        context = {
            "promotion": promotion,
            "state": state_of(promotion) if promotion else "",
            "may_change": may_change,
            "codes_url": _codes_url(request, promotion),
            "revisions": _revisions(promotion) if promotion else [],
        }
        return builder_page(Page(request, promotion, may_change, context))

    def do(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One of the deeds that a button of the page names."""
        promotion = self.row(request, object_id)
        name = request.POST.get("deed", "")
        if request.method != "POST" or name not in (*DEEDS, "duplicate"):
            raise Http404
        needed = self.has_add_permission(request) if name == "duplicate" else True
        if not (needed and self.has_change_permission(request, promotion)):
            raise PermissionDenied
        by: dict[str, Any] = {"by": staff(request), "at": timezone.now()}
        if name == "duplicate":
            shown = promotions.duplicate(promotion, _free_code(promotion.code), **by)
            toast(request, f"Copied as {shown.code}, switched off.")
        else:
            shown = DEEDS[name](promotion, **by)
            toast(request, f"{shown} is {state_of(shown)}.")
        return redirect(reverse("admin:offers_promotion_change", args=[shown.pk]))

    def revision(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """What one revision changed, and the whole of it; it can be made the latest again."""
        promotion = self.row(request, object_id)
        found = {r.number: r for r in promotion.revisions.filter(number__in=(number, number - 1))}
        if number not in found:
            raise Http404
        may_change = self.has_change_permission(request, promotion)
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied
            return _made_latest(request, promotion, found[number])
        before = found.get(number - 1)
        context = {
            **self.admin_site.each_context(request),
            "record": promotion,
            "list_url": reverse("admin:offers_promotion_changelist"),
            "list_name": "Promotions",
            "record_url": reverse("admin:offers_promotion_change", args=[promotion.pk]),
            "revision": found[number],
            "before": before,
            "differences": revisions.told(before, found[number], Known()),
            "text": written(found[number].definition),
            "may_restore": may_change and number != promotion.revision,
            "is_latest": number == promotion.revision,
        }
        return TemplateResponse(request, "backoffice/revision.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is its revisions, on its page."""
        return self.changeform_view(request, object_id)


Deed = Callable[..., Promotion]
DEEDS: Final[Mapping[str, Deed]] = {
    "switch-on": lambda promotion, **by: promotions.set_active(promotion, True, **by),
    "switch-off": lambda promotion, **by: promotions.set_active(promotion, False, **by),
    "archive": promotions.archive,
    "restore": promotions.restore,
}


def _each(request: HttpRequest, rows: QuerySet[Promotion], told: str, deed: Deed) -> None:
    changed = [deed(each, by=staff(request), at=timezone.now()) for each in rows]
    toast(request, f"{len(changed)} {told}.")


def state_of(promotion: Promotion) -> str:
    """Whether it counts now: archived, paused, planned, ended, or active."""
    now = timezone.now()
    if promotion.archived:
        return "archived"
    if not promotion.active:
        return "paused"
    if promotion.starts is not None and now < promotion.starts:
        return "planned"
    return "ended" if promotion.ends is not None and promotion.ends <= now else "active"


def _revisions(promotion: Promotion) -> list[revisions.Listed]:
    kept = list(promotion.revisions.select_related("by")[: revisions.SHOWN + 1])
    return revisions.listed(
        kept, lambda number: reverse("admin:offers_promotion_revision", args=[promotion.pk, number])
    )


def _codes_url(request: HttpRequest, promotion: Promotion | None) -> str:
    """The page of the promotion's single-use codes, if it asks for one and the reader may see them."""
    if promotion is None or not request.user.has_perm("offers.view_singleusecode"):
        return ""
    asks = promotions.definition_of(promotion).get("single_use_codes")
    return reverse("admin:offers_promotion_codes", args=[promotion.pk]) if asks else ""


_SWITCHES: Final = ("active", "archived")


def _made_latest(
    request: HttpRequest, promotion: Promotion, revision: PromotionRevision
) -> HttpResponse:
    """An earlier revision as a new one; whether it is switched on or archived stays as it is now."""
    now = promotions.definition_of(promotion)
    kept: dict[str, Any] = {name: now[name] for name in _SWITCHES if name in now}
    then = {n: v for n, v in revision.definition.items() if n not in _SWITCHES}
    page = reverse("admin:offers_promotion_revision", args=[promotion.pk, revision.number])
    try:
        revised = promotions.revise(
            {**then, **kept},
            by=staff(request),
            at=timezone.now(),
            reason=f"revision {revision.number} again",
        )
    except Faults as found:
        toast(request, f"It can’t be restored: {found.faults[0]}.")
        return redirect(page)
    toast(request, f"Revision {revised.revision} says what revision {revision.number} said.")
    return redirect(reverse("admin:offers_promotion_change", args=[promotion.pk]))


def _free_code(code: str) -> str:
    """The code with -COPY behind it, and a number where that is taken."""
    base = f"{code[:55]}-COPY"
    taken = set(Promotion.objects.filter(code__startswith=base).values_list("code", flat=True))
    tries = [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))]
    return next(each for each in tries if each not in taken)
