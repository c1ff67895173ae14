"""Actions and conditions that promotions share: changing one gives each of them a new revision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from largesse.backoffice.base import badge_shown
from largesse.backoffice.building.kind_forms import kinds_of
from largesse.backoffice.building.part_page import PartPage, part_page
from largesse.backoffice.listing import PartList, words_of_row
from largesse.backoffice.revised import RevisedAdmin, free_name
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


class PartAdmin(RevisedAdmin):
    """Written by `offers.parts` alone."""

    base: ClassVar[Base]
    deeds = ("archive", "restore")
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

    # --- deeds on many -----------------------------------------------------------------------

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, rows: QuerySet[Part]) -> None:
        _each(request, rows.filter(archived=False), "archived", parts.archive)

    @admin.action(description="Restore", permissions=["change"])
    def restore(self, request: HttpRequest, rows: QuerySet[Part]) -> None:
        _each(request, rows.filter(archived=True), "restored", parts.restore)

    # --- one ---------------------------------------------------------------------------------

    def page(self, request: HttpRequest, record: Any, may_change: bool) -> HttpResponse:
        context = {
            "opts": self.opts,
            "part": record,
            "may_change": may_change,
            "used_by": list(parts.used_by(record).order_by("title", "code")) if record else [],
            "revisions": self.revisions_of(record) if record else [],
        }
        view = f"admin:offers_{self.opts.model_name}"
        return part_page(PartPage(request, self.base, record, may_change, view, context))

    def list_name(self) -> str:
        return f"{self.base.capitalize()}s"

    def carry_out(self, request: HttpRequest, record: Any, deed: str) -> Any:
        by: dict[str, Any] = {"by": staff(request), "at": timezone.now()}
        if deed == "duplicate":
            same = Part.objects.filter(base=record.base)
            name = free_name(f"{record.name[:55]} copy", " ", same, "name")
            copied = parts.duplicate(record, name, **by)
            toast(request, f"Copied as {copied.name}.")
            return copied
        done: Part = (parts.archive if deed == "archive" else parts.restore)(record, **by)
        toast(request, f"{done} is {'archived' if done.archived else 'restored'}.")
        return done


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
