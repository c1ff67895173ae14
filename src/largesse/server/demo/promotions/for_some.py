"""Offers for some: who has a code, who is tagged so, who sells for us."""

from __future__ import annotations

from collections.abc import Iterator

from largesse.server.demo.promotions.dates import Day, Definition
from largesse.server.demo.promotions.parts import PREFERRED


def promotions(day: Day) -> Iterator[Definition]:
    yield {
        "code": "WELCOME10",
        "title": "Welcome, 10 %",
        "promo_code": "WELCOME10",
        "description": "For a first order; who has had it does not get it again.",
        "conditions": [{"kind": "first_order"}],
        "max_uses_per_customer": 1,
        "actions": [{"kind": "discount_order_line", "percent": 10, "exclude": PREFERRED}],
        "target": "customer",
    }
    yield {
        "code": "FALL22",
        "title": "Fall, 5.00 off",
        "promo_code": "FALL22",
        "starts": day(75),
        "ends": day(15),
        "conditions": [{"kind": "subtotal", "minimum": "35.00"}],
        "actions": [{"kind": "discount_order", "amount": "5.00"}],
        "max_uses": 2000,
    }
    yield {
        "code": "FRIENDS",
        "title": "For friends of the house, 7 %",
        "conditions": [
            {"kind": "promo_code", "codes": ["ALDER-FRIEND", "FINCH-FRIEND"]},
            {"kind": "product_value", "minimum": "30.00", "exclude": PREFERRED},
        ],
        "actions": [
            {"kind": "discount_order", "percent": 7, "stacking": "both", "display": "separate"}
        ],
    }
    yield {
        "code": "TEACHERS",
        "title": "Teachers, 12 %",
        "conditions": [
            {"kind": "customer_tags", "tags": ["teacher"]},
            {
                "kind": "not",
                "condition": {"kind": "product_count", "minimum": 1, "products": "pantry"},
            },
        ],
        "actions": [
            {"kind": "discount_order_line", "percent": 12, "include": "gifts", "stacking": "post"}
        ],
    }
    yield {
        "code": "TRADE-18",
        "title": "Trade, 18 %",
        "conditions": [
            {
                "kind": "any",
                "of": [
                    {"kind": "customer_tags", "tags": ["trade"]},
                    {
                        "kind": "all",
                        "of": [
                            {"kind": "customer_tags", "tags": ["founding"]},
                            {"kind": "subtotal", "minimum": "200.00", "original": True},
                        ],
                    },
                ],
            }
        ],
        "actions": [{"kind": "discount_order_line", "percent": 18, "exclude": PREFERRED}],
        "exclusion_group": "STOREWIDE",
    }
    yield {
        "code": "TRADE-VOLUME",
        "title": "Trade, by the size of the order",
        "stage": "post",
        "conditions": [{"kind": "customer_tags", "tags": ["trade"]}],
        "actions": [
            {
                "kind": "discount_order",
                "tiers": [
                    {"minimum": "250.00", "percent": 3},
                    {"minimum": "500.00", "percent": 5},
                    {"minimum": "1000.00", "amount": "80.00"},
                ],
                "exclude": PREFERRED,
                "stacking": "both",
            }
        ],
    }
    yield {
        "code": "FENNEL-GLASS",
        "title": "Fennel & Rye, glass at 12 % less",
        "conditions": [{"kind": "organization_membership", "organizations": ["fennel-rye"]}],
        "actions": [{"kind": "discount_order_line", "percent": 12, "include": "glass"}],
    }
    yield {
        "code": "OLD-FRIENDS",
        "title": "Four years with us, 3 %",
        "stage": "post",
        "conditions": [{"kind": "time_since_joining", "minimum": 4, "unit": "years"}],
        "actions": [{"kind": "discount_order", "percent": 3, "stacking": "standard"}],
        "target": "customer",
        "channels": ["shop"],
        "exclusion_group": "THANKS",
    }
    yield {
        "code": "REPS-25",
        "title": "Distributors, 25 %",
        "conditions": [{"kind": "customer_type", "type": "distributor"}],
        "actions": [
            {
                "kind": "discount_order_line",
                "percent": 25,
                "multipliers": {"volume_1": 75},
                "exclude": PREFERRED,
            }
        ],
        "target": "distributor",
    }
