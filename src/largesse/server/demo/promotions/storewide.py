"""Offers on the whole order, of which the best wins, and a small thank-you."""

from __future__ import annotations

from collections.abc import Iterator

from largesse.server.demo.promotions.dates import Day, Definition
from largesse.server.demo.promotions.parts import PREFERRED


def promotions(day: Day) -> Iterator[Definition]:
    yield {
        "code": "PREFERRED-15",
        "title": "Preferred customer",
        "description": "Who bought the preferred customer upgrade this calendar year gets 15 % off.",
        "conditions": ["bought-preferred-upgrade"],
        "actions": ["preferred-customer-discount"],
        "exclusion_group": "STOREWIDE",
        "target": "customer",
        "priority": 5,
    }
    yield {
        "code": "OVER-150",
        "title": "10 % off from 150.00",
        "conditions": [{"kind": "subtotal", "minimum": "150.00", "original": True}],
        "actions": [{"kind": "discount_order", "percent": 10, "exclude": PREFERRED}],
        "exclusion_group": "STOREWIDE",
        "target": "customer",
    }
    yield {
        "code": "OVER-400",
        "title": "60.00 off from 400.00",
        "description": "While the budget for it lasts.",
        "budget": "9000.00",
        "conditions": [{"kind": "subtotal", "minimum": "400.00", "original": True}],
        "actions": [{"kind": "discount_order", "amount": "60.00"}],
        "exclusion_group": "STOREWIDE",
    }
    yield {
        "code": "THANK-YOU",
        "title": "Thank you, 2.00 off",
        "stage": "post",
        "conditions": [{"kind": "subtotal", "minimum": "40.00"}],
        "actions": [{"kind": "discount_order", "amount": "2.00", "stacking": "both"}],
        "exclusion_group": "THANKS",
        "target": "customer",
        "channels": ["shop"],
    }
