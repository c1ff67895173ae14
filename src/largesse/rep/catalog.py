"""What a rep can order: products found by name, number or bar code, with what is in stock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from django.db.models import Q, QuerySet

from largesse.catalog.models import Product

PAGE: Final = 40
"""Products of one page of the list."""

WORDS_MAX: Final = 8


def found(words: str) -> QuerySet[Product]:
    """The products on sale that have every word in their name or SKU, or as their bar code."""
    rows = Product.objects.filter(active=True)
    for word in words.split()[:WORDS_MAX]:
        rows = rows.filter(Q(name__icontains=word) | Q(sku__icontains=word) | Q(barcode=word))
    return rows.order_by("name", "sku")


def by_sku(skus: Collection[str]) -> Mapping[str, Product]:
    """The records of some products."""
    return {product.sku: product for product in Product.objects.filter(sku__in=skus)}
