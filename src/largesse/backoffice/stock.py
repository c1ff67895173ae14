"""A product's stock in the list and on its page: what is there now, and the last count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.views import ChangeList  # type: ignore[import-untyped]

from largesse.catalog.models import Product
from largesse.orders.stock import on_hand
from largesse.pages.figures import NOTHING
from largesse.pages.templatetags.pages import moment

_COUNT_MAX: Final = 10**12

IN_STOCK: Final = models.BigIntegerField("in stock")
"""The column of the exported file."""
IN_STOCK.set_attributes_from_name("in_stock")


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    """A product; its stock is changed by counting it."""

    count = forms.IntegerField(
        label="New count",
        required=False,
        min_value=0,
        max_value=_COUNT_MAX,
        help_text="Units that are free to be sold, counted now. What is sold from now on comes off.",
    )
    uncount = forms.BooleanField(label="Not counted any more", required=False)

    class Meta:
        model = Product
        exclude: ClassVar = ("stock", "stock_counted_at")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("uncount") and cleaned.get("count") is not None:
            self.add_error("count", "Enter a count, or count it no more; not both.")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """The product, with what was counted, and when."""
        count = self.cleaned_data.get("count")
        if count is not None:
            self.instance.stock, self.instance.stock_counted_at = count, timezone.now()
        elif self.cleaned_data.get("uncount"):
            self.instance.stock = self.instance.stock_counted_at = None
        return super().save(commit)


class StockList(ChangeList):  # type: ignore[misc]
    """Products with what is in stock, asked for all of a page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = with_stock(self.result_list)  # type: ignore[has-type]


def with_stock(products: Iterable[Any]) -> list[Any]:
    """Products with `in_stock`: whole units, or None for what isn't counted."""
    rows = list(products)
    known = on_hand(product.sku for product in rows)
    for product in rows:
        product.in_stock = known.get(product.sku)
    return rows


@admin.display(description="In stock")
def in_stock_column(_: Any, product: Any) -> str:
    """The whole units in stock; a dash for what isn't counted."""
    return NOTHING if product.in_stock is None else f"{product.in_stock:,}"


@admin.display(description="In stock")
def stock_words(_: Any, product: Product | None) -> str:
    """What is in stock, in words: "140 in stock"."""
    if product is None or product.stock is None:
        return "Not counted"
    return f"{on_hand([product.sku])[product.sku]:,} in stock"


@admin.display(description="Last count")
def count_words(_: Any, product: Any) -> SafeString | str:
    """The last count, and when it was."""
    if product is None or product.stock is None:
        return NOTHING
    count = f"{product.stock:,}"
    return format_html("<span>{} · {}</span>", count, moment(product.stock_counted_at))
