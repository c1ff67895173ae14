"""The back office's page of API keys: here, because the API and the back office are neighbours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from largesse.api import keys
from largesse.api.models import ApiKey
from largesse.api.scopes import MEANINGS, Scope
from largesse.backoffice.base import ReadOnly, badge_shown
from largesse.backoffice.entry_pages import EntryForm
from largesse.backoffice.site import site, staff
from largesse.catalog.models import Location
from largesse.pages.toasts import toast


class KeyForm(EntryForm):
    """What a key is for, what it may do, and where."""

    name = forms.CharField(max_length=120, help_text="What it is for, such as Web shop.")
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, f"{scope.value}: {MEANINGS[scope]}") for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "A key has at least one scope."},
    )
    locations = forms.ModelMultipleChoiceField(
        Location.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Where it may act; none is everywhere.",
    )
    requests_per_minute = forms.IntegerField(
        min_value=1,
        initial=6000,
        help_text="How many requests a minute one server process answers.",
    )


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(ReadOnly):
    """Made, shown once, and revoked; never edited, so that what a key could do stays on record."""

    purpose = "Programs call the API with a key. Its secret is shown once, when it is made."
    search_hint = "Name or last four characters"
    list_display = (
        "name",
        "secret",
        "state",
        "scope_names",
        "created_at",
        "created_by",
        "last_used_at",
    )
    list_display_links = None
    list_select_related = ("created_by",)
    search_fields = ("name", "ending")
    search_help_text = search_hint
    ordering = ("-id",)
    export_fields = ("name", "ending", "created_at", "created_by", "last_used_at", "revoked_at")
    actions = ("revoke",)  # type: ignore[assignment]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("api.add_apikey")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("api.change_apikey")

    @admin.display(description="Secret")
    def secret(self, key: ApiKey) -> str:
        return f"{keys.BEGINS}…{key.ending}"

    @admin.display(description="State", ordering="revoked_at")
    def state(self, key: ApiKey) -> str:
        return badge_shown("ended" if key.revoked_at else "active")

    @admin.display(description="May")
    def scope_names(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiKey]) -> None:
        holding = list(rows.filter(revoked_at=None))
        for key in holding:
            keys.revoke(key, timezone.now(), by=staff(request))
        toast(request, f"{len(holding)} revoked.")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form of a new key. One that exists has no page: its history tells what there is."""
        if object_id is not None:
            return self.history_view(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = KeyForm(request.POST if request.method == "POST" else None, request=request)
        list_url = reverse("admin:api_apikey_changelist")
        context = {
            **site.each_context(request),
            "form": form,
            "title": "Add API key",
            "lead": "Its secret is shown once, on the next page.",
            "button": "Make key",
            "back": list_url,
            "crumbs": [(list_url, "API keys")],
        }
        if request.method == "POST" and form.is_valid():
            try:
                made = keys.create(at=timezone.now(), by=staff(request), **form.cleaned_data)
            except ValidationError as wrong:
                form.add_error(None, wrong)
            else:
                return _shown_once(request, context, *made)
        return TemplateResponse(request, "backoffice/entry.html", context)


def _shown_once(
    request: HttpRequest, context: dict[str, Any], key: ApiKey, secret: str
) -> HttpResponse:
    shown = {**context, "title": f"Key {key.name} is made", "key": key, "secret": secret}
    answer = TemplateResponse(request, "backoffice/secret.html", shown)
    answer.headers["Cache-Control"] = "no-store"
    return answer
