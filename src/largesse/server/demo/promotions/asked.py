"""Offers that the shopper takes or leaves."""

from __future__ import annotations

from collections.abc import Iterator

from largesse.server.demo.promotions.dates import Day, Definition


def promotions(day: Day) -> Iterator[Definition]:
    yield {
        "code": "BIRTHDAY-5",
        "title": "It’s your birthday month",
        "description": "Once a year; keep it for a later order if you like.",
        "suggest": "unchecked",
        "conditions": [
            {"kind": "birthday", "within": "month"},
            {
                "kind": "past_promotion",
                "promotion": "BIRTHDAY-5",
                "earned": False,
                "period": "calendar_year",
            },
        ],
        "actions": [
            {
                "kind": "discount_order",
                "amount": "5.00",
                "stacking": "both",
                "display": "separate",
            }
        ],
        "target": "customer",
        "channels": ["shop"],
        "priority": 9,
    }
    yield {
        "code": "TRY-OUR-SOAP",
        "title": "A bar of soap to try",
        "description": "Olive oil and mint, free with this order. Leave it if you have enough.",
        "suggest": "checked",
        "conditions": [
            {"kind": "subtotal", "minimum": "45.00", "original": True},
            {
                "kind": "not",
                "condition": {"kind": "product_count", "minimum": 1, "products": "bath"},
            },
        ],
        "actions": [{"kind": "gift", "product": "SO-404"}],
        "target": "customer",
        "channels": ["shop"],
        "budget": "1200.00",
    }
