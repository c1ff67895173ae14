"""A product's stock in the list and on its page: what is there now, and the last count."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.db import models
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from largesse.catalog.models import Product
from largesse.orders.stock import whole_units
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


@admin.display(description="In stock")
def in_stock_column(_: Any, product: Any) -> str:
    """The whole units in stock; a dash for what isn't counted."""
    thousandths = getattr(product, "in_stock", None)
    return NOTHING if thousandths is None else f"{whole_units(thousandths):,}"


@admin.display(description="In stock")
def stock_words(_: Any, product: Any) -> str:
    """What is in stock, in words: "140 in stock"."""
    thousandths = getattr(product, "in_stock", None)
    return "Not counted" if thousandths is None else f"{whole_units(thousandths):,} in stock"


@admin.display(description="Last count")
def count_words(_: Any, product: Any) -> SafeString | str:
    """The last count, and when it was."""
    if product is None or product.stock is None:
        return NOTHING
    count = f"{product.stock:,}"
    return format_html("<span>{} · {}</span>", count, moment(product.stock_counted_at))
