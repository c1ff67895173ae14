"""Customers with their tags, and partners; organizations have pages of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from largesse.backoffice.amounts import shown
from largesse.backoffice.base import RecordAdmin, Rows, switch
from largesse.backoffice.credit import on_customer
from largesse.backoffice.site import site
from largesse.crm.models import Customer, Partner, Tag
from largesse.offers.models import VoucherRange
from largesse.offers.vouchers import partners
from largesse.orders.models import Order


class OrdersOf(Rows):
    """The latest orders of a customer; the whole list is one link away."""

    model = Order
    fields = ("order", "placed_at", "state", "total_shown")
    readonly_fields = fields
    verbose_name_plural = "orders"
    per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        rows: QuerySet[Order] = super().get_queryset(request)
        return rows.only("id", "number", "placed_at", "state", "total", "currency", "customer")

    @admin.display(description="Number")
    def order(self, order: Order) -> str:
        url = reverse("admin:orders_order_change", args=[order.pk])
        return format_html('<a class="num" href="{}">{}</a>', url, order.number)

    @admin.display(description="Total")
    def total_shown(self, order: Order) -> str:
        return f"{shown(order.total, order.currency)} {order.currency}"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Customer, site=site)
class CustomerAdmin(RecordAdmin):
    purpose = (
        "Customers are buyers. Their type, tags and organizations decide which offers are for them."
    )
    search_hint = "Name, number, email or phone"
    list_display = ("name", "number", "type", "email", "tag_names", "joined_on", "active")
    list_filter = (
        "type",
        "active",
        ("tags", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("name", "number", "email", "phone")
    search_help_text = search_hint
    date_hierarchy = "joined_on"
    autocomplete_fields = ("tags", "organizations", "referred_by", "sponsor", "user")
    inlines = (OrdersOf,)
    change_form_template = on_customer.TEMPLATE
    actions = (switch("active", True, "Activate"), switch("active", False, "Deactivate"))
    fieldsets = (
        (None, {"fields": (("name", "number"), ("type", "active"))}),
        ("Reach", {"fields": (("email", "phone"), ("birthday", "joined_on"))}),
        ("Offers", {"fields": ("tags", "organizations", ("referred_by", "sponsor"), "user")}),
    )

    @admin.display(description="Tags")
    def tag_names(self, customer: Customer) -> str:
        return ", ".join(tag.name for tag in customer.tags.all()) or "–"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("tags")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        told = {**on_customer.credit_context(request, object_id), **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, told)


@admin.register(Tag, site=site)
class TagAdmin(RecordAdmin):
    purpose = "A tag is a word on customers that conditions ask for."
    search_hint = "Tag"
    list_display = ("name", "customer_count")
    search_fields = ("name",)
    search_help_text = search_hint

    @admin.display(description="Customers", ordering="customers_count")
    def customer_count(self, tag: Any) -> str:
        return str(tag.customers_count)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(customers_count=Count("customers"))


class PartnerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A partner; where it is added is said once, of the locations that may (VO-18)."""

    class Meta:
        model = Partner
        fields = ("name", "code", "email", "added_in", "active")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "added_in" not in self.fields:
            return
        listed = partners.adding_locations().values_list("code", "title")
        self.fields["added_in"] = forms.ChoiceField(
            label="Added in",
            choices=[("", "Choose a location"), *listed],
            help_text="Locations where promotional partner is ticked. All can choose the partner.",
        )


@admin.register(Partner, site=site)
class PartnerAdmin(RecordAdmin):
    purpose = "A partner is a business that hands vouchers to its own customers."
    search_hint = "Name, code or email"
    form = PartnerForm
    list_display = ("name", "code", "email", "voucher_count", "added_in", "active")
    list_filter = ("active",)
    search_fields = ("name", "code", "email")
    search_help_text = search_hint
    prepopulated_fields: ClassVar = {"code": ("name",)}
    actions = (switch("active", True, "Activate"), switch("active", False, "Deactivate"))
    fieldsets = ((None, {"fields": (("name", "code"), ("email", "added_in"), "active")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else ("added_in",)

    @admin.display(description="Numbers in books", ordering="vouchers_count")
    def voucher_count(self, partner: Any) -> str:
        url = f"{reverse('admin:offers_voucher_changelist')}?partner={partner.code}"
        return format_html('<a href="{}">{}</a>', url, f"{partner.vouchers_count:,}")

    def get_queryset(self, request: HttpRequest) -> Any:
        """With how many numbers each has: by ranges, for there may be millions of numbers."""
        ranges = VoucherRange.objects.filter(partner=OuterRef("pk")).order_by().values("partner")
        size = F("last_position") - F("first_position") + 1
        handed = ranges.annotate(size=Sum(size)).values("size")
        counted = Coalesce(Subquery(handed, output_field=IntegerField()), 0)
        return super().get_queryset(request).annotate(vouchers_count=counted)
