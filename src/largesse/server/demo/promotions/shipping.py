"""Offers on the shipping charge."""

from __future__ import annotations

from collections.abc import Iterator

from largesse.server.demo.promotions.dates import Day, Definition


def promotions(day: Day) -> Iterator[Definition]:
    yield {
        "code": "SHIPPED-FREE",
        "title": "Free shipping from 75.00",
        "conditions": ["from-75"],
        "actions": [{"kind": "shipping_discount", "percent": 100}],
        "target": "customer",
        "channels": ["shop"],
        "priority": 2,
    }
    yield {
        "code": "REPS-SHIP",
        "title": "Distributors, shipping at half price",
        "conditions": [{"kind": "channel", "channels": ["rep", "party"]}],
        "actions": ["half-price-shipping"],
        "target": "distributor",
    }
    yield {
        "code": "TO-CANADA",
        "title": "To Canada at half price",
        "conditions": [
            {"kind": "country", "countries": ["CA"]},
            {"kind": "currency", "currencies": ["USD"]},
            {
                "kind": "not",
                "condition": {"kind": "shipping_method", "methods": ["express"]},
            },
        ],
        "actions": ["half-price-shipping"],
    }
