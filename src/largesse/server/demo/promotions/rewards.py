"""Offers that come back later: credit, a right to another order, posted codes, and what buyers and
hosts of parties may choose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from largesse.server.demo.promotions.dates import Day, Definition

POSTCARDS: Final = "POSTCARD"
"""The promotion that single-use codes were printed for."""


HOST_SPREE: Final = "HOST-TENTH"
"""The promotion that rewards the hosts of parties."""


def promotions(day: Day) -> Iterator[Definition]:
    yield {
        "code": POSTCARDS,
        "title": "8.00 off, for the postcard",
        "description": "A code on each postcard of the autumn mailing, good for one order.",
        "single_use_codes": True,
        "conditions": [{"kind": "subtotal", "minimum": "40.00"}],
        "actions": [
            {
                "kind": "discount_order",
                "amount": "8.00",
                "stacking": "both",
                "display": "separate",
            }
        ],
        "target": "customer",
    }
    yield {
        "code": "NEXT-TIME",
        "title": "10.00 off your next order",
        "description": "Given by COME-AGAIN; nobody has to enter its code.",
        "single_use_codes": True,
        "conditions": [{"kind": "subtotal", "minimum": "50.00"}],
        "actions": [
            {
                "kind": "discount_order",
                "amount": "10.00",
                "stacking": "both",
                "display": "separate",
            }
        ],
        "target": "customer",
    }
    yield {
        "code": "COME-AGAIN",
        "title": "For an order from 180.00",
        "conditions": [{"kind": "subtotal", "minimum": "180.00"}],
        "actions": [
            {
                "kind": "delayed_promotion",
                "promotion": "NEXT-TIME",
                "opens_after": 1,
                "holds_for": 60,
            }
        ],
        "target": "customer",
        "channels": ["shop"],
    }
    yield {
        "code": "LETTER-READERS",
        "title": "Readers of our letter, 3 % back",
        "conditions": [{"kind": "customer_tags", "tags": ["newsletter"]}],
        "actions": [{"kind": "award_credit", "account": "rewards", "percent": 3}],
        "target": "customer",
    }
    yield {
        "code": "BRING-A-FRIEND",
        "title": "For bringing a friend",
        "description": "Who referred a customer gets credit for that customer's first order.",
        "conditions": [
            {"kind": "first_order"},
            {"kind": "subtotal", "minimum": "40.00"},
        ],
        "actions": [
            {"kind": "award_credit", "account": "rewards", "amount": "10.00", "to": "referrer"}
        ],
        "target": "customer",
    }
    yield {
        "code": "FOUND-FRIENDS",
        "title": "You brought three friends, 5 % back",
        "conditions": [{"kind": "referred_customers", "minimum": 3}],
        "actions": [{"kind": "award_credit", "account": "rewards", "percent": 5}],
        "target": "customer",
    }
    yield {
        "code": "REP-MONTH",
        "title": "A good month, 4 % of volume back",
        "conditions": [
            {
                "kind": "volume",
                "volume": 1,
                "minimum": "400.00",
                "orders": "all",
                "period": "calendar_month",
            }
        ],
        "actions": [
            {"kind": "award_credit", "account": "commission", "percent": 4, "of": "volume_1"}
        ],
        "target": "distributor",
    }
    yield {
        "code": HOST_SPREE,
        "title": "A tenth of the party, for its host",
        "description": "What the host of a party of 300.00 or more may choose, free.",
        "conditions": [{"kind": "party_total", "minimum": "300.00"}],
        "actions": [
            {
                "kind": "shopping_spree",
                "description": "A tenth of the party",
                "order_types": ["host_reward"],
                "calculation": "percentage",
                "percent": 10,
                "of": "party_total",
                "maximum": "150.00",
                "exclude": "last-chance",
                "carry_over": "credit",
                "rep_income": "percentage",
                "rep_income_percent": 20,
                "multipliers": {"taxable": 50},
            }
        ],
    }
    yield {
        "code": "SMALL-PLEASURES",
        "title": "10.00 for small pleasures, from 200.00",
        "description": "Choose from our gifts; what costs more is yours for the difference.",
        "conditions": [{"kind": "subtotal", "minimum": "200.00", "original": True}],
        "actions": [
            {
                "kind": "shopping_spree",
                "description": "Small pleasures",
                "order_types": ["order"],
                "calculation": "flat",
                "amount": "10.00",
                "include": "gifts",
                "over_purchase": True,
            }
        ],
        "target": "customer",
        "channels": ["shop"],
    }
