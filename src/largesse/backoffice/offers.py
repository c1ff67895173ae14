"""Exclusion groups; promotions, vouchers and allotments have modules of their own."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from largesse.backoffice.base import RecordAdmin
from largesse.backoffice.site import site
from largesse.offers.models import ExclusionGroup


@admin.register(ExclusionGroup, site=site)
class ExclusionGroupAdmin(RecordAdmin):
    purpose = "Of the promotions in an exclusion group, its mode says which apply."
    search_hint = "Title or code"
    list_display = ("__str__", "code", "mode", "order")
    list_filter = ("mode",)
    search_fields = ("title", "code")
    search_help_text = search_hint
    prepopulated_fields: ClassVar = {"code": ("title",)}
    fieldsets = ((None, {"fields": (("title", "code"), ("mode", "order"))}),)
