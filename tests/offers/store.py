"""A few records to make offers with, and a definition to change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from largesse.catalog.models import Product, ProductGroup
from largesse.offers import deals, promotions
from largesse.offers.models import Deal, Promotion

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


def product(sku: str = "MUG", price: int = 1250, **fields: Any) -> Product:
    return Product.objects.create(sku=sku, name=fields.pop("name", sku), price=price, **fields)


def group(code: str, *products: Product, **fields: Any) -> ProductGroup:
    made = ProductGroup.objects.create(code=code, title=fields.pop("title", code), **fields)
    made.products.set(products)
    return made


def ten_percent(code: str = "TEN", **fields: Any) -> dict[str, Any]:
    """The definition of a promotion: 10 % off everything, unless its actions are given."""
    actions = [{"kind": "discount_order_line", "percent": 10}]
    return {"code": code, "actions": actions, **fields}


def on_group(code: str, group: str, percent: int = 10) -> dict[str, Any]:
    actions = [{"kind": "discount_order_line", "percent": percent, "include": group}]
    return {"code": code, "actions": actions}


def off_group(code: str, group: str, percent: int = 10, **fields: Any) -> dict[str, Any]:
    """The definition of a deal: a percentage off a product group, from one unit on."""
    benefit = {"kind": "percentage", "percent": percent}
    tiers = [{"min_units": 1, "benefit": benefit}]
    return {"code": code, "sets": [{"products": group}], "tiers": tiers, **fields}


def revise(definition: dict[str, Any], **fields: Any) -> Promotion:
    return promotions.revise(definition, **{"by": None, "at": AT, **fields})


def revise_deal(definition: dict[str, Any], **fields: Any) -> Deal:
    return deals.revise(definition, **{"by": None, "at": AT, **fields})


DOCUMENT: dict[str, Any] = {
    "format": 1,
    "currency": "USD",
    "time_zone": "America/New_York",
    "products": [
        {"sku": "MUG", "name": "Mug", "price": "12.50", "measures": {"volume_1": "3.00"}},
        {"sku": "HAT", "name": "Hat", "price": "40.00", "barcode": "4711"},
        {"sku": "POT", "name": "Pot", "price": "100.00"},
        {"sku": "SET", "name": "Set", "price": "45.00", "components": {"MUG": 2, "HAT": 1}},
    ],
    "product_groups": [
        {"code": "mugs", "title": "Mugs", "products": ["MUG"]},
        {"code": "hats", "products": ["HAT"], "location": "vienna"},
    ],
    "locations": [
        {"code": "vienna", "title": "Vienna", "tax": {"standard": "20"}, "prices_include_tax": True}
    ],
    "customers": [
        {"id": "anna", "organizations": ["school"], "tags": ["vip"]},
        {"id": "dora", "type": "distributor"},
    ],
    "exclusion_groups": [{"code": "one-of", "mode": "first"}],
    "promotions": [
        on_group("MUGS", "mugs"),
        ten_percent("LOYAL", exclusion_group="one-of", locations=["vienna"], ends="2026-12-31"),
    ],
    "deals": [
        off_group("TRADE", "mugs", tags=["vip"], customers=["dora"], locations=["vienna"]),
        off_group("ONE-MORE", "hats", required=["POT"], high_priority=True, ends="2026-12-31"),
    ],
    "allotments": [
        {"code": "POTS", "product": "POT", "organization": "school", "title": "Pots", "left": 3}
    ],
    "vouchers": [
        {"number": "DV1", "percent": 20, "partner": "cafe"},
        {"number": "GV1", "value": "10.00", "customer": "anna"},
    ],
}
