"""Actions and conditions that promotions share: changing one gives each of them a new revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from largesse.backoffice.base import RecordAdmin, badge_shown
from largesse.backoffice.building import revisions
from largesse.backoffice.building.kind_forms import kinds_of
from largesse.backoffice.building.known import Known
from largesse.backoffice.building.offer_text import written
from largesse.backoffice.building.part_page import PartPage, part_page
from largesse.backoffice.listing import PartList, words_of_row
from largesse.backoffice.site import site, staff
from largesse.engine.actions.base import Action as ActionValue
from largesse.engine.conditions.base import Condition as ConditionValue
from largesse.engine.formats.reader import KINDS
from largesse.offers import parts
from largesse.offers.models import Action, Condition, Part
from largesse.offers.shared import Base
from largesse.pages.toasts import toast

VALUES: Final[Mapping[str, type]] = {"action": ActionValue, "condition": ConditionValue}


class PartKindFilter(admin.SimpleListFilter):
    """By kind."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return kinds_of(VALUES[model_admin.base])

    def queryset(self, request: HttpRequest, rows: QuerySet[Part]) -> QuerySet[Part]:
        return rows.filter(kind=self.value()) if self.value() else rows


class PartAdmin(RecordAdmin):
    """Written by `offers.parts` alone."""

    base: ClassVar[Base]
    change_list_template = "backoffice/offer_list.html"
    search_hint = "Title or name"
    list_display = ("title_words", "name", "kind_words", "said", "used_count", "state_badge")
    list_filter = ("archived", PartKindFilter)
    search_fields = ("name", "title", "description")
    search_help_text = search_hint
    actions = ("archive", "restore")
    export_fields = ("name", "title", "description", "kind", "archived", "revision")

    def get_queryset(self, request: HttpRequest) -> Any:
        uses = Count("mentioned_by__promotion", distinct=True)
        return super().get_queryset(request).annotate(uses=uses)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return PartList

    @admin.display(description="Title", ordering="title")
    def title_words(self, part: Part) -> str:
        return str(part)

    @admin.display(description="Kind", ordering="kind")
    def kind_words(self, part: Part) -> str:
        found = KINDS[VALUES[self.base]].get(part.kind)
        return str(getattr(found, "label", part.kind))

    @admin.display(description="In words")
    def said(self, part: Part) -> str:
        return words_of_row(part)

    @admin.display(description="Used by", ordering="uses")
    def used_count(self, part: Part) -> str:
        uses: int = part.uses  # type: ignore[attr-defined]
        return f"{uses:,} promotion{'' if uses == 1 else 's'}" if uses else "–"

    @admin.display(description="State", ordering="archived")
    def state_badge(self, part: Part) -> str:
        return badge_shown("archived" if part.archived else "active")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is archived, never deleted (PR-8)."""
        return False

    # --- deeds on many -----------------------------------------------------------------------

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, rows: QuerySet[Part]) -> None:
        _each(request, rows.filter(archived=False), "archived", parts.archive)

    @admin.action(description="Restore", permissions=["change"])
    def restore(self, request: HttpRequest, rows: QuerySet[Part]) -> None:
        _each(request, rows.filter(archived=True), "restored", parts.restore)

    # --- one ---------------------------------------------------------------------------------

    @property
    def view(self) -> str:
        """What the addresses of its pages are called."""
        return f"admin:offers_{self.opts.model_name}"

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
        part = None if object_id is None else self.row(request, object_id)
        if part is None and not self.has_add_permission(request):
            raise PermissionDenied
        may_change = part is None or self.has_change_permission(request, part)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        context = {
            "opts": self.opts,
            "part": part,
            "may_change": may_change,
            "used_by": list(parts.used_by(part).order_by("title", "code")) if part else [],
            "revisions": self._revisions(part) if part else [],
        }
        return part_page(PartPage(request, self.base, part, may_change, self.view, context))

    def do(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One of the deeds that a button of the page names."""
        part = self.row(request, object_id)
        name = request.POST.get("deed", "")
        if request.method != "POST" or name not in ("archive", "restore", "duplicate"):
            raise Http404
        needed = self.has_add_permission(request) if name == "duplicate" else True
        if not (needed and self.has_change_permission(request, part)):
            raise PermissionDenied
        by: dict[str, Any] = {"by": staff(request), "at": timezone.now()}
        if name == "duplicate":
            shown: Part = parts.duplicate(part, _free_name(part), **by)
            toast(request, f"Copied as {shown.name}.")
        else:
            shown = (parts.archive if name == "archive" else parts.restore)(part, **by)
            toast(request, f"{shown} is {'archived' if shown.archived else 'restored'}.")
        return redirect(reverse(f"{self.view}_change", args=[shown.pk]))

    def revision(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """What one revision changed, and the whole of it."""
        part = self.row(request, object_id)
        found = {r.number: r for r in part.revisions.filter(number__in=(number, number - 1))}
        if number not in found:
            raise Http404
        before = found.get(number - 1)
        context = {
            **self.admin_site.each_context(request),
            "record": part,
            "list_url": reverse(f"{self.view}_changelist"),
            "list_name": f"{self.base.capitalize()}s",
            "record_url": reverse(f"{self.view}_change", args=[part.pk]),
            "revision": found[number],
            "before": before,
            "differences": revisions.told(before, found[number], Known(), self.base),
            "text": written(found[number].definition),
            "is_latest": number == part.revision,
        }
        return TemplateResponse(request, "backoffice/revision.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is its revisions, on its page."""
        return self.changeform_view(request, object_id)

    def _revisions(self, part: Part) -> list[revisions.Listed]:
        kept: Sequence[Any] = list(part.revisions.select_related("by")[: revisions.SHOWN + 1])
        return revisions.listed(
            kept, lambda number: reverse(f"{self.view}_revision", args=[part.pk, number])
        )


@admin.register(Action, site=site)
class ActionAdmin(PartAdmin):
    base = "action"
    purpose = "A shared action says what promotions give; several may reuse it."


@admin.register(Condition, site=site)
class ConditionAdmin(PartAdmin):
    base = "condition"
    purpose = "A shared condition says when promotions give; several may reuse it."


def _each(request: HttpRequest, rows: QuerySet[Part], told: str, deed: Callable[..., Part]) -> None:
    changed = [deed(each, by=staff(request), at=timezone.now()) for each in rows]
    toast(request, f"{len(changed)} {told}.")


def _free_name(part: Part) -> str:
    """The name with "copy" behind it, and a number where that is taken."""
    base = f"{part.name[:55]} copy"
    same = Part.objects.filter(base=part.base, name__startswith=base)
    taken = set(same.values_list("name", flat=True))
    tries = [base, *(f"{base} {n}" for n in range(2, len(taken) + 3))]
    return next(each for each in tries if each not in taken)
