"""Gifts: what comes along, what may be chosen, what is wrapped for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from largesse.server.demo.promotions.dates import Day, Definition

TO_CHOOSE: Final = {"CHOOSE-A-GIFT": ("CN-150", "SO-402", "FD-641", "NB-313")}
"""The products that a buyer chooses from, by promotion."""


def promotions(day: Day) -> Iterator[Definition]:
    yield {
        "code": "GIFT-MATCHES",
        "title": "Matches with your candles",
        "conditions": [{"kind": "product_value", "minimum": "60.00", "products": "candles"}],
        "actions": [
            {
                "kind": "discount_order_line",
                "percent": 100,
                "quantity": 1,
                "apply_to": "new_item",
                "product": "MB-090",
                "below_floor": True,
            }
        ],
        "target": "customer",
    }
    yield {
        "code": "JAM-WITH-A-BOX",
        "title": "A jar of fig jam with every box",
        "conditions": [{"kind": "product_count", "minimum": 1, "products": "kits"}],
        "actions": [{"kind": "gift", "product": "FD-601"}],
        "cumulative": True,
        "max_uses_per_day": 20,
    }
    yield {
        "code": "CHOOSE-A-GIFT",
        "title": "A gift from 90.00",
        "description": "One of four small things, while the budget for it lasts.",
        "conditions": [{"kind": "subtotal", "minimum": "90.00", "original": True}],
        "actions": [{"kind": "gift_choice", "products": ["CN-150", "SO-402", "FD-641", "NB-313"]}],
        "target": "customer",
        "channels": ["shop"],
        "budget": "1500.00",
    }
    yield {
        "code": "WRAPPED",
        "title": "Gift wrapping on us",
        "stage": "post",
        "conditions": [
            {"kind": "subtotal", "minimum": "80.00"},
            {"kind": "product_count", "minimum": 1, "products": "gifts"},
        ],
        "actions": [
            {
                "kind": "discount_order_line",
                "percent": 100,
                "quantity": 1,
                "include": "services",
                "apply_to": "lowest_price_first",
                "below_floor": True,
            }
        ],
        "exclusion_group": "SERVICE",
    }
    yield {
        "code": "LAST-CHANCE",
        "title": "Last pieces, 40 %",
        "description": "Reduced goods don't pay for shipping in full, and carry nothing else.",
        "actions": [
            {
                "kind": "discount_order_line",
                "percent": 40,
                "include": "last-chance",
                "stacking": "none",
                "multipliers": {"shipping": 50, "volume_1": 50},
            }
        ],
        "priority": 4,
    }
