"""What several promotions share: actions and conditions with names of their own."""

from __future__ import annotations

from typing import Final

from largesse.server.demo.promotions.dates import Definition

PREFERRED: Final = "preferred-upgrade"
"""The product group of the upgrade alone."""

PREFERRED_SKU: Final = "PU-001"

CONDITIONS: Final[tuple[Definition, ...]] = (
    {
        "name": "bought-preferred-upgrade",
        "title": "Bought the preferred customer upgrade",
        "description": "This calendar year, on this order or an earlier one of the same buyer.",
        "kind": "product_count",
        "minimum": 1,
        "products": PREFERRED,
        "orders": "all",
        "period": "calendar_year",
        "whose": "buyer",
        "kit_counting": "parent",
    },
    {
        "name": "from-75",
        "title": "An order of 75.00 or more",
        "description": "Before all discounts.",
        "kind": "subtotal",
        "minimum": "75.00",
        "original": True,
    },
)

ACTIONS: Final[tuple[Definition, ...]] = (
    {
        "name": "preferred-customer-discount",
        "title": "Preferred customers, 15 %",
        "description": "Off everything but the upgrade itself.",
        "kind": "discount_order_line",
        "percent": 15,
        "exclude": PREFERRED,
    },
    {
        "name": "half-price-shipping",
        "title": "Shipping at half price",
        "kind": "shipping_discount",
        "percent": 50,
    },
)
