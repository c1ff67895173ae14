"""Products, groups and locations as the engine knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Prefetch, QuerySet

from largesse.catalog import models
from largesse.engine.catalog import (
    MEASURES,
    PLAIN_MEASURES,
    Location,
    Measures,
    Product,
    ProductGroup,
)


def product_value(product: models.Product) -> Product:
    """A product with its measures and, for a kit, its components.

    The parts of a kit are looked up unless they were fetched with it.
    """
    measures = Measures(**{name: getattr(product, name) for name in MEASURES})
    return Product(
        product.sku,
        product.price,
        product.name,
        product.list_price,
        product.barcode or None,
        product.floor,
        product.tax_class,
        product.quantity_decimals,
        # One object for all that have none of their own: most products don't.
        PLAIN_MEASURES if measures == PLAIN_MEASURES else measures,
        {part.component.sku: part.units for part in product.parts.all()},
    )


def product_values(products: QuerySet[models.Product]) -> Iterator[Product]:
    """Products in two queries."""
    parts = models.KitComponent.objects.select_related("component").order_by("component__sku")
    for product in products.prefetch_related(Prefetch("parts", parts)):
        yield product_value(product)


def group_values(groups: QuerySet[models.ProductGroup]) -> Iterator[ProductGroup]:
    """Product groups in two queries."""
    found = list(groups.select_related("location"))
    skus: dict[object, list[str]] = {group.id: [] for group in found}
    members = models.ProductGroup.products.through._default_manager.filter(productgroup__in=found)
    for id, sku in members.values_list("productgroup_id", "product__sku"):
        skus[id].append(sku)
    for group in found:
        location = group.location.code if group.location else None
        yield ProductGroup(group.code, frozenset(skus[group.id]), group.title, location)


def location_value(location: models.Location) -> Location:
    """A location with its tax table."""
    return Location(
        location.code,
        location.title,
        {tax.tax_class: tax.rate for tax in location.tax_rates.all()},
        location.prices_include_tax,
        location.floor_margin,
    )


def location_values(locations: Iterable[models.Location]) -> Iterator[Location]:
    """Locations; their tax rates are looked up unless they were fetched with them."""
    return map(location_value, locations)
