"""Organizations: their list, and what one is called; its other tabs are modules of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from largesse.backoffice.base import RecordAdmin, switch
from largesse.backoffice.organizations import allotments, changes, journal, members, orders
from largesse.backoffice.organizations.frame import address, frame
from largesse.backoffice.site import site
from largesse.crm.models import Organization
from largesse.pages.toasts import toast


@admin.register(Organization, site=site)
class OrganizationAdmin(RecordAdmin):
    purpose = "An organization is a company or association; its members may use its allotments."
    search_hint = "Name, code or email"
    change_list_template = "backoffice/organizations/organizations.html"
    change_form_template = "backoffice/organizations/overview.html"
    object_history_template = "backoffice/organizations/history.html"
    list_display = ("name", "code", "email", "member_count", "active")
    list_filter = ("active",)
    search_fields = ("name", "code", "email")
    search_help_text = search_hint
    prepopulated_fields: ClassVar = {"code": ("name",)}
    actions = (switch("active", True, "Activate"), switch("active", False, "Deactivate"))
    fieldsets = ((None, {"fields": (("name", "code"), ("email", "active"))}),)

    @admin.display(description="Members", ordering="members_count")
    def member_count(self, organization: Any) -> str:
        return str(organization.members_count)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(members_count=Count("members"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = {
            "members": ("members", members.page),
            "members_export": ("members/export", members.export),
            "restore": ("members/restore", members.restore),
            "allotments": ("allotments", allotments.tab),
            "allotments_export": ("allotments/export", allotments.export),
            "add_allotment": ("allotments/add", allotments.add),
            "orders": ("orders", orders.page),
            "orders_export": ("orders/export", orders.export),
            "journal": ("journal", journal.page),
            "journal_export": ("journal/export", journal.export),
        }
        return [
            *(
                path(f"<uuid:pk>/{place}/", view(page), name=f"crm_organization_{name}")
                for name, (place, page) in pages.items()
            ),
            *super().get_urls(),
        ]

    # --- overview ----------------------------------------------------------------------------

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {
            "show_save_and_continue": False,
            "show_save_and_add_another": object_id is None,
            **self._around(request, object_id),
        }
        answer: HttpResponse = super().changeform_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )
        return answer

    def _around(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """What stands around the pages of one; nothing around one that is not there yet."""
        if object_id is None or not self.has_view_permission(request):
            return {}
        found = self.get_object(request, unquote(object_id))
        return {} if found is None else frame(request, found)

    def response_add(
        self, request: HttpRequest, obj: Organization, post_url_continue: str | None = None
    ) -> HttpResponse:
        """On to its page, where its members and allotments are."""
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        toast(request, f"{obj} added.")
        return redirect(address(obj))

    def response_change(self, request: HttpRequest, obj: Organization) -> HttpResponse:
        toast(request, f"{obj} saved.")
        return redirect(address(obj))

    # --- history -----------------------------------------------------------------------------

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {**self._around(request, object_id), **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def changes_of(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """What was changed of its record, its members and its allotments."""
        found = [super().changes_of(request, row)]
        if request.user.has_perm(members.SEES):
            found.append(changes.of_members(row))
        if request.user.has_perm("offers.view_allotment"):
            found.append(list(changes.of_allotments(row)))
        return changes.newest(*found)
