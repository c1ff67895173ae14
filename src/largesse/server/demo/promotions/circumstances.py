"""Offers that depend on when, where and with whom somebody buys."""

from __future__ import annotations

from collections.abc import Iterator

from largesse.server.demo.promotions.dates import Day, Definition


def promotions(day: Day) -> Iterator[Definition]:
    yield {
        "code": "MARKET-DAY",
        "title": "Market day, 5 %",
        "stage": "post",
        "locations": ["market-hall"],
        "channels": ["till"],
        "actions": [
            {
                "kind": "discount_order_line",
                "percent": 5,
                "stacking": "both",
                "recompute_tax": False,
            }
        ],
    }
    yield {
        "code": "EARLY-BIRDS",
        "title": "Early birds, 5 % off pantry",
        "conditions": [
            {
                "kind": "time_of_week",
                "days": ["tuesday", "wednesday", "thursday"],
                "opens": "07:00",
                "closes": "11:00",
            }
        ],
        "actions": [{"kind": "discount_order_line", "percent": 5, "include": "pantry"}],
        "max_uses_per_day": 25,
    }
    yield {
        "code": "STORES-TOTE",
        "title": "A tote at half price in our stores",
        "conditions": [
            {"kind": "location", "locations": ["pearl-street", "larimer"]},
            {"kind": "subtotal", "minimum": "120.00", "original": True},
        ],
        "actions": [
            {"kind": "discount_order_line", "percent": 50, "quantity": 1, "include": "totes"}
        ],
    }
    yield {
        "code": "SINCE-THE-START",
        "title": "With us from the start, 4 % off the kitchen",
        "conditions": [
            {"kind": "join_date", "latest": day(365 * 4)},
            {"kind": "product_value", "products": "kitchen", "minimum": "30.00"},
        ],
        "actions": [{"kind": "discount_order_line", "percent": 4, "include": "kitchen"}],
        "target": "customer",
    }
    yield {
        "code": "SCHOOL-ORDER",
        "title": "Notebooks for a class, 15 %",
        "description": "Eight units in all, and 30.00 of one notebook, card or pencil box.",
        "conditions": [
            {
                "kind": "expression",
                "expression": "cart.units >= 8 && cart.amount_of.exists("
                "sku, sku.startsWith('NB-3') && cart.amount_of[sku] >= 3000)",
                "meaning": "the cart has eight units, and 30.00 of one kind of paper goods",
            }
        ],
        "actions": [{"kind": "discount_order_line", "percent": 15, "include": "paper"}],
    }
    yield {
        "code": "PARTY-HOSTS",
        "title": "A good party, 8 %",
        "description": "For orders of a party once it has come to something.",
        "conditions": [
            {
                "kind": "any",
                "of": [
                    {"kind": "party_total", "minimum": "400.00"},
                    {"kind": "party_order_count", "minimum": 6},
                    {"kind": "party_bookings", "minimum": 2},
                ],
            }
        ],
        "actions": [{"kind": "discount_order", "percent": 8}],
        "channels": ["party"],
    }
