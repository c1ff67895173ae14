"""Promotions change only by new revisions (PR-8), each a definition in the file format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import yaml
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from largesse.backoffice.base import RecordAdmin, badge_shown
from largesse.backoffice.entry_pages import EntryForm, entry_page
from largesse.backoffice.site import site, staff
from largesse.engine.faults import Fault, Faults
from largesse.engine.formats.text import parse_text, rows_of
from largesse.offers import promotions
from largesse.offers.models import Promotion, PromotionRevision
from largesse.pages.figures import NOTHING, day_text
from largesse.pages.toasts import toast

EXAMPLE = """\
code: SUMMER10
title: 10 % off in summer
starts: 2027-06-01
ends: 2027-08-31
conditions:
  - kind: subtotal
    min: "50.00"
actions:
  - kind: discount_order
    percent: 10
"""


class DefinitionField(forms.CharField):
    """A promotion in the file format; what is wrong is told by the reader of all files."""

    widget = forms.Textarea(attrs={"class": "definition", "rows": 24, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        text = (value or "").replace("\r\n", "\n")
        if not text.strip():
            return None
        try:
            found = parse_text(text)
        except ValueError as wrong:
            raise forms.ValidationError(f"It can't be read: {wrong}.") from None
        if not isinstance(found, Mapping):
            raise forms.ValidationError("A promotion has fields such as code: and actions:.")
        return found

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Mapping) else value


FIRST = ("code", "title", "description")
LAST = ("conditions", "actions")
"""What people look for at the top of a definition, and what is long."""


def written(definition: Mapping[str, Any]) -> str:
    """A definition as people edit it: its names first, its conditions and actions last."""
    middle = [name for name in definition if name not in (*FIRST, *LAST)]
    names = [name for name in (*FIRST, *middle, *LAST) if name in definition]
    ordered = {name: definition[name] for name in names}
    text: str = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=100)
    return text


class PromotionForm(EntryForm):
    """A definition, why it changes, and the revision that it was made from."""

    definition = DefinitionField(label="Definition")
    reason = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="It is kept with the revision.",
    )
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def tell(self, faults: Sequence[Fault] | Any) -> None:
        """Every fault under the definition, with its line."""
        rows = rows_of(self.data.get("definition", ""), (fault.place for fault in faults))
        for fault in faults:
            row = rows.get(fault.place)
            self.add_error("definition", f"Line {row}: {fault}." if row else f"{fault}.")


@admin.register(Promotion, site=site)
class PromotionAdmin(RecordAdmin):
    """Written by `offers.promotions` alone."""

    purpose = "A promotion gives something to orders that meet its conditions."
    search_hint = "Title, code or promo code"
    list_display = ("title_words", "code", "state_badge", "runs", "priority", "exclusion_group")
    list_filter = (
        "active",
        "archived",
        "stage",
        ("exclusion_group", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("exclusion_group",)
    search_fields = ("code", "title", "promo_code")
    search_help_text = search_hint
    date_hierarchy = "starts"
    actions = ("switch_on", "switch_off", "archive", "restore")

    @admin.display(description="Promotion", ordering="title")
    def title_words(self, promotion: Promotion) -> str:
        return promotion.title or promotion.code

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
            path(
                "<path:object_id>/revisions/<int:number>/",
                view(self.revision),
                name="offers_promotion_revision",
            ),
            path("<path:object_id>/do/", view(self.do), name="offers_promotion_do"),
            *super().get_urls(),
        ]

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
        return entry_page(
            request,
            _form(request, promotion, may_change),
            lambda entered: _revise(request, promotion, entered),
            context={
                "promotion": promotion,
                "state": state_of(promotion) if promotion else "",
                "may_change": may_change,
                "revisions": _revisions(promotion) if promotion else [],
            },
            template="backoffice/promotion.html",
        )

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
        """What one revision changed, and the whole of it."""
        promotion = self.row(request, object_id)
        found = {r.number: r for r in promotion.revisions.filter(number__in=(number, number - 1))}
        if number not in found:
            raise Http404
        before = found.get(number - 1)
        context = {
            **self.admin_site.each_context(request),
            "promotion": promotion,
            "revision": found[number],
            "before": before,
            "differences": _differences(before, found[number]),
            "text": written(found[number].definition),
        }
        return TemplateResponse(request, "backoffice/revision.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Its history is its revisions, on its page."""
        return self.changeform_view(request, object_id)


Deed = Callable[..., Promotion]
DEEDS: Mapping[str, Deed] = {
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


def _form(request: HttpRequest, promotion: Promotion | None, may_change: bool) -> PromotionForm:
    initial: dict[str, Any] = {"definition": EXAMPLE}
    if promotion is not None:
        definition = promotions.definition_of(promotion)
        initial = {"definition": definition, "expected": promotion.revision}
    form = PromotionForm(
        request.POST if request.method == "POST" else None, request=request, initial=initial
    )
    if not may_change:
        form.fields["definition"].disabled = True
        del form.fields["reason"]
    return form


def _revise(request: HttpRequest, promotion: Promotion | None, entered: dict[str, Any]) -> str:
    definition = entered["definition"]
    code = definition.get("code")
    if promotion is not None and code != promotion.code:
        raise Faults(
            [Fault("code", code, f"stays {promotion.code}; duplicate it for another code")]
        )
    if promotion is None and Promotion.objects.filter(code=str(code)).exists():
        raise Faults([Fault("code", code, "is the code of another promotion")])
    revised = promotions.revise(
        definition,
        by=staff(request),
        at=timezone.now(),
        reason=entered["reason"],
        expected=entered["expected"] if promotion else None,
    )
    same = promotion is not None and promotion.revision == revised.revision
    toast(
        request,
        "Nothing has changed." if same else f"{revised}: revision {revised.revision} holds.",
    )
    return reverse("admin:offers_promotion_change", args=[revised.pk])


def _revisions(promotion: Promotion) -> list[dict[str, Any]]:
    """The latest revisions, each with how many fields it changed."""
    kept = list(promotion.revisions.select_related("by")[:21])
    return [
        {"revision": after, "count": len(_differences(before, after)) if before else 0}
        for after, before in zip(kept[:20], [*kept[1:], None][:20], strict=False)
    ]


def _differences(
    before: PromotionRevision | None, after: PromotionRevision
) -> tuple[promotions.Difference, ...]:
    return promotions.difference(before, after) if before else ()


def _free_code(code: str) -> str:
    """The code with -COPY behind it, and a number where that is taken."""
    base = f"{code[:55]}-COPY"
    taken = set(Promotion.objects.filter(code__startswith=base).values_list("code", flat=True))
    tries = [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))]
    return next(each for each in tries if each not in taken)
