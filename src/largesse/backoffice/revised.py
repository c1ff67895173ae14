"""Records that change only by new revisions: archived, never deleted, with a page a revision (PR-8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from largesse.backoffice.base import RecordAdmin
from largesse.backoffice.building import revisions
from largesse.backoffice.building.known import Known
from largesse.backoffice.building.offer_text import written


class RevisedAdmin(RecordAdmin):
    """The pages of one sort of them. `base` is what revisions are told as, `deeds` what buttons
    of a page do beside `duplicate`.
    """

    base: ClassVar[str] = ""
    deeds: ClassVar[Sequence[str]] = ()

    # --- what a sort says of itself ----------------------------------------------------------

    def page(self, request: HttpRequest, record: Any, may_change: bool) -> HttpResponse:
        """The page on which one is written; without a record, a new one."""
        raise NotImplementedError

    def carry_out(self, request: HttpRequest, record: Any, deed: str) -> Any:
        """Do what a button names, and say so; the record that is shown after it."""
        raise NotImplementedError

    def list_name(self) -> str:
        """What its list is called."""
        raise NotImplementedError

    def make_latest(self, request: HttpRequest, record: Any, revision: Any) -> HttpResponse | None:
        """Make a new revision that says what an earlier one said; None where this sort can't."""
        return None

    def may_make_latest(self, request: HttpRequest, record: Any) -> bool:
        """Whether an earlier revision can be made the latest again."""
        return False

    # --- what all of them share --------------------------------------------------------------

    def address(self, view: str, *args: Any) -> str:
        """The address of one of their pages."""
        return reverse(f"admin:offers_{self.opts.model_name}_{view}", args=args)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

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
        record = None if object_id is None else self.row(request, object_id)
        if record is None and not self.has_add_permission(request):
            raise PermissionDenied
        may_change = record is None or self.has_change_permission(request, record)
        if request.method == "POST" and not may_change:
            raise PermissionDenied
        return self.page(request, record, may_change)

    def do(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One of the deeds that a button of the page names."""
        record = self.row(request, object_id)
        deed = request.POST.get("deed", "")
        if request.method != "POST" or deed not in (*self.deeds, "duplicate"):
            raise Http404
        needed = self.has_add_permission(request) if deed == "duplicate" else True
        if not (needed and self.has_change_permission(request, record)):
            raise PermissionDenied
        return redirect(self.address("change", self.carry_out(request, record, deed).pk))

    def revision(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """What one revision changed, and the whole of it; some can be made the latest again."""
        record = self.row(request, object_id)
        found = {r.number: r for r in record.revisions.filter(number__in=(number, number - 1))}
        if number not in found:
            raise Http404
        may_restore = self.may_make_latest(request, record)
        if request.method == "POST":
            made = self.make_latest(request, record, found[number]) if may_restore else None
            if made is None:
                raise PermissionDenied
            return made
        before = found.get(number - 1)
        context = {
            **self.admin_site.each_context(request),
            "record": record,
            "list_url": self.address("changelist"),
            "list_name": self.list_name(),
            "record_url": self.address("change", record.pk),
            "revision": found[number],
            "before": before,
            "differences": revisions.told(before, found[number], Known(), self.base),
            "text": written(found[number].definition),
            "may_restore": may_restore and number != record.revision,
            "is_latest": number == record.revision,
        }
        return TemplateResponse(request, "backoffice/revision.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is its revisions, on its page."""
        return self.changeform_view(request, object_id)

    def revisions_of(self, record: Any) -> list[revisions.Listed]:
        """The latest revisions, the newest first."""
        kept: list[Any] = list(record.revisions.select_related("by")[: revisions.SHOWN + 1])
        return revisions.listed(kept, lambda number: self.address("revision", record.pk, number))


def free_name(wanted: str, between: str, rows: QuerySet[Any], field: str) -> str:
    """The name, or the first numbered one that no row has in the field."""
    same = rows.filter(**{f"{field}__startswith": wanted})
    taken = set(same.values_list(field, flat=True))
    tries = [wanted, *(f"{wanted}{between}{n}" for n in range(2, len(taken) + 3))]
    return next(each for each in tries if each not in taken)
