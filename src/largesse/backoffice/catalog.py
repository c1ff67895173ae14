"""Products with their kits and measures, product groups, and locations with their tax tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from largesse.backoffice.amounts import amount_column
from largesse.backoffice.base import EXPORTED_AT_ONCE, RecordAdmin, Rows, switch
from largesse.backoffice.site import site
from largesse.backoffice.stock import (
    IN_STOCK,
    ProductForm,
    StockList,
    count_words,
    in_stock_column,
    stock_words,
    with_stock,
)
from largesse.catalog.models import (
    KitComponent,
    Location,
    Product,
    ProductGroup,
    ProductOption,
    TaxRate,
)
from largesse.engine.money import Currency

MEASURES = (
    "other_1",
    "other_2",
    "other_3",
    "other_4",
    "volume_1",
    "volume_2",
    "volume_3",
    "volume_4",
)


class KitParts(Rows):
    model = KitComponent
    fk_name = "kit"
    fields = ("component", "units")
    autocomplete_fields = ("component",)
    verbose_name = "part of the kit"
    verbose_name_plural = "parts of the kit"


class Options(Rows):
    model = ProductOption
    fk_name = "product"
    fields = ("option", "position")
    autocomplete_fields = ("option",)
    verbose_name = "option"
    verbose_name_plural = "options offered with it"


class InGroups(Rows):
    model = ProductGroup.products.through
    verbose_name = "product group"
    verbose_name_plural = "product groups"
    autocomplete_fields = ("productgroup",)
    ordering = ("productgroup__title",)


@admin.register(Product, site=site)
class ProductAdmin(RecordAdmin):
    purpose = "Products are what orders hold and what offers discount."
    search_hint = "SKU, name or barcode"
    list_display = (
        "name",
        "sku",
        "price_shown",
        "list_price_shown",
        "stock_shown",
        "barcode",
        "in_groups",
        "active",
    )
    list_display_links = ("name",)
    list_filter = (
        "active",
        ("groups", admin.RelatedOnlyFieldListFilter),
        "tax_class",
        "quantity_decimals",
    )
    search_fields = ("sku", "name", "barcode")
    search_help_text = search_hint
    ordering = ("name", "sku")
    form = ProductForm
    readonly_fields = ("stock_now", "last_count")
    inlines = (KitParts, Options, InGroups)
    actions = (switch("active", True, "Put on sale"), switch("active", False, "Take off sale"))
    fieldsets = (
        (None, {"fields": (("name", "sku"), ("barcode", "icon"), "description", "active")}),
        (
            "Price",
            {"fields": (("price", "list_price"), ("floor", "tax_class"), "quantity_decimals")},
        ),
        ("Stock", {"fields": (("stock_now", "last_count"), "count", "uncount")}),
        (
            "Measures",
            {
                "fields": (("taxable", "shipping", "compare"), MEASURES[:4], MEASURES[4:]),
                "description": "Figures per unit that a promotion may scale apart from the price.",
                "classes": ("collapse",),
            },
        ),
    )

    price_shown = amount_column("price", "Price")
    list_price_shown = amount_column("list_price", "List price")
    stock_shown = in_stock_column
    stock_now = stock_words
    last_count = count_words

    @admin.display(description="In groups", ordering="groups_count")
    def in_groups(self, product: Any) -> str:
        return str(product.groups_count or "–")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(groups_count=Count("groups"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return StockList

    def exported(self, request: HttpRequest) -> list[models.Field[Any, Any]]:
        """The fields of a product, and what is in stock."""
        return [*super().exported(request), IN_STOCK]

    def exported_rows(self, rows: QuerySet[Any]) -> Iterator[Any]:
        """The products with what is in stock, asked for many at once."""
        found = super().exported_rows(rows)
        while some := list(islice(found, EXPORTED_AT_ONCE)):
            yield from with_stock(some)

    def exported_cell(
        self, field: models.Field[Any, Any], row: Any, currency: Currency
    ) -> str | int:
        if field is not IN_STOCK:
            return super().exported_cell(field, row, currency)
        return "" if row.in_stock is None else int(row.in_stock)


class SkusField(forms.CharField):
    """SKUs or barcodes, one a line or with commas, each of which is a product."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> list[Product]:  # type: ignore[override]
        codes = list(dict.fromkeys((value or "").replace(",", "\n").split()))
        found: dict[str, Product] = {}
        for product in Product.objects.filter(sku__in=codes):
            found[product.sku] = product
        for product in Product.objects.filter(barcode__in=[c for c in codes if c not in found]):
            found[product.barcode] = product
        unknown = [code for code in codes if code not in found]
        if unknown:
            shown = ", ".join(unknown[:10]) + (", …" if len(unknown) > 10 else "")
            raise forms.ValidationError(f"No product has the SKU or barcode {shown}.")
        return list(found.values())


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]
    """A group, with a field that adds many products at once."""

    more = SkusField(
        required=False,
        label="Add many products",
        help_text="SKUs or barcodes, one a line. They are added to the products above.",
    )

    class Meta:
        model = ProductGroup
        fields = ("title", "code", "location", "is_default", "in_shop", "products")

    def _get_validation_exclusions(self) -> set[str]:
        """That only one group is the default is seen to on saving: the default moves."""
        return {*super()._get_validation_exclusions(), "is_default"}  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("more"):
            cleaned["products"] = Product.objects.filter(
                pk__in=[p.pk for p in (*cleaned.get("products", ()), *cleaned["more"])]
            )
        return cleaned


@admin.register(ProductGroup, site=site)
class ProductGroupAdmin(RecordAdmin):
    purpose = (
        "A product group is a named set of products. Offers ask for groups, and allotments are tied "
        "to one."
    )
    search_hint = "Title, code or a product in it"
    form = GroupForm
    list_display = ("title", "code", "location", "product_count", "is_default", "in_shop")
    list_filter = ("location", "is_default", "in_shop")
    list_select_related = ("location",)
    search_fields = ("title", "code", "products__sku", "products__name")
    search_help_text = search_hint
    prepopulated_fields: ClassVar = {"code": ("title",)}
    autocomplete_fields = ("products", "location")
    fieldsets = (
        (None, {"fields": (("title", "code"), "location", ("is_default", "in_shop"))}),
        ("Products", {"fields": ("products", "more")}),
    )

    @admin.display(description="Products", ordering="products_count")
    def product_count(self, group: Any) -> str:
        return str(group.products_count)

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super().get_queryset(request).annotate(products_count=Count("products", distinct=True))
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The default moves from the group that had it: there is exactly one (AL-3)."""
        if obj.is_default:
            for other in ProductGroup.objects.filter(is_default=True).exclude(pk=obj.pk):
                other.is_default = False
                other.save()
                messages.info(request, f"{other} is no longer the default group.")
        super().save_model(request, obj, form, change)


class TaxTable(Rows):
    model = TaxRate
    fields = ("tax_class", "rate")
    verbose_name = "tax rate"
    verbose_name_plural = "tax table"


@admin.register(Location, site=site)
class LocationAdmin(RecordAdmin):
    purpose = "A location is a store, outlet or branch, with the taxes that its sales bear."
    search_hint = "Title or code"
    list_display = ("title", "code", "prices_include_tax", "shipping_shown", "is_shop", "active")
    list_filter = ("active", "promotional_partner", "prices_include_tax")
    search_fields = ("title", "code")
    search_help_text = search_hint
    prepopulated_fields: ClassVar = {"code": ("title",)}
    inlines = (TaxTable,)
    actions = (switch("active", True, "Open"), switch("active", False, "Close"))
    fieldsets = (
        (None, {"fields": (("title", "code"), ("active", "is_shop"))}),
        ("Prices", {"fields": ("prices_include_tax", ("floor_margin", "shipping"))}),
        ("Partners", {"fields": ("promotional_partner",)}),
    )

    shipping_shown = amount_column("shipping", "Shipping")
