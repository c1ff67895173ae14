"""Who can sign in, and what their roles let them do."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Count, Q
from django.http import HttpRequest

from largesse.backoffice.base import RecordAdmin
from largesse.backoffice.roles import RECORDS
from largesse.backoffice.site import site
from largesse.business.models import Business, User


@admin.register(User, site=site)
class UserAdmin(RecordAdmin, DjangoUserAdmin):  # type: ignore[misc,type-arg]
    """People; only an owner may touch an owner, or make one."""

    purpose = "Users are the people who sign in. Their roles say what they may see and do."
    search_hint = "Name, user name or email"
    form = UserChangeForm
    add_form = AdminUserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = (
        "username",
        "full_name",
        "email",
        "roles",
        "is_staff",
        "is_active",
        "last_login",
    )
    list_filter = ("groups", "is_staff", "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    search_help_text = search_hint
    export_fields = ("username", "first_name", "last_name", "email", "is_staff", "is_active")
    filter_horizontal = ()
    autocomplete_fields = ("groups",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": (("first_name", "last_name"), "email")}),
        ("Access", {"fields": (("is_active", "is_staff"), "groups")}),
        ("Dates", {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        ("Access", {"fields": ("is_staff", "groups")}),
    )
    readonly_fields = ("last_login", "date_joined")

    @admin.display(description="Name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.display(description="Roles")
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return "Owner"
        return ", ".join(group.name for group in user.groups.all()) or "–"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser:
            return False
        return bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People who left are made inactive: what they did keeps their name."""
        return False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "is_staff" and field is not None:
            field.label = "Can sign in to the back office"
            field.help_text = ""
        return field


@admin.register(Group, site=site)
class RoleAdmin(RecordAdmin, DjangoGroupAdmin):  # type: ignore[misc]
    """Roles are Django's groups; the seven that we ship are written after every migration."""

    purpose = "A role says what the people who have it may see and do."
    search_hint = "Role"
    list_display = ("name", "people")
    search_fields = ("name",)
    search_help_text = search_hint
    ordering: ClassVar = ["name"]
    filter_horizontal = ("permissions",)

    @admin.display(description="People", ordering="people_count")
    def people(self, group: Any) -> str:
        return str(group.people_count)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(people_count=Count("user"))

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        """Only permissions that a page of the back office asks for."""
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "permissions":
            field.queryset = field.queryset.filter(_asked_for()).select_related("content_type")
        return field


def _asked_for() -> Q:
    found = Q(content_type__app_label="backoffice")
    for label in RECORDS:
        app, model = label.split(".")
        found |= Q(content_type__app_label=app, content_type__model=model)
    return found


@admin.register(Business, site=site)
class BusinessAdmin(RecordAdmin):
    purpose = "The business: its name, its currency, and what a day and a week are in it."
    list_display = ("name", "currency", "time_zone", "week_starts")
    fieldsets = (
        (None, {"fields": ("name",)}),
        ("Money", {"fields": (("currency", "half_even"),)}),
        ("Time", {"fields": (("time_zone", "week_starts"),)}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one."""
        return bool(super().has_change_permission(request)) and not Business.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
