"""The promotions of Alder & Finch, in the file format: they use all that promotions can do.

Their dates count from the demo's last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

EXCLUSION_GROUPS: Final = (
    # code, title, mode, order
    ("STOREWIDE", "Storewide, best wins", "best", 0),
    ("CANDLES", "Candles, first by priority", "first", 1),
    ("THANKS", "Small thanks, the lowest", "lowest", 2),
    ("SERVICE", "Services, all of them", "stack", 3),
)

PREFERRED: Final = "preferred-upgrade"
PREFERRED_SKU: Final = "PU-001"

Definition = Mapping[str, Any]


def promotions(today: date) -> Iterator[Definition]:
    """Every promotion, as it stands on the demo's last day."""

    def day(back: int) -> str:
        return (today - timedelta(days=back)).isoformat()

    yield from _storewide(day(0))
    yield from _kitchen_and_table(day)
    yield from _candles(day)
    yield from _gifts(day)
    yield from _for_some(day)
    yield from _not_now(day)


def _storewide(today: str) -> Iterator[Definition]:
    yield {
        "code": "PREFERRED-15",
        "title": "Preferred customer",
        "description": "Who bought the preferred customer upgrade this calendar year gets 15 % off.",
        "conditions": [
            {
                "kind": "product_count",
                "minimum": 1,
                "products": PREFERRED,
                "orders": "all",
                "period": "calendar_year",
                "whose": "buyer",
                "kit_counting": "parent",
            }
        ],
        "actions": [
            {"kind": "discount_order_line", "percent": 15, "exclude": PREFERRED},
        ],
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


def _kitchen_and_table(day: Any) -> Iterator[Definition]:
    yield {
        "code": "MUGS-3-FOR-2",
        "title": "Three mugs for two",
        "actions": [{"kind": "buy_x_get_y", "buy": 2, "get": 1, "products": "mugs"}],
        "target": "customer",
        "priority": 3,
    }
    yield {
        "code": "AUTUMN-BOARDS",
        "title": "Autumn boards, 25.00 off one",
        "description": "Half the walnut board, for as long as the season lasts.",
        "starts": day(80),
        "ends": day(-10),
        "conditions": [{"kind": "subtotal", "minimum": "75.00", "original": True}],
        "actions": [
            {
                "kind": "discount_order_line",
                "amount": "25.00",
                "quantity": 1,
                "include": "autumn",
                "apply_to": "highest_price_first",
            }
        ],
    }
    yield {
        "code": "LINEN-TIERS",
        "title": "The more linen, the less",
        "actions": [
            {
                "kind": "quantity_tiers",
                "include": "linens",
                "tiers": [
                    {"minimum": 3, "percent": 5},
                    {"minimum": 6, "percent": 10},
                    {"minimum": 12, "percent": 18},
                ],
            }
        ],
    }
    yield {
        "code": "STONEWARE-4",
        "title": "Four of stoneware, 3.00 off each",
        "conditions": [{"kind": "product_count", "minimum": 4, "products": "stoneware"}],
        "actions": [
            {
                "kind": "discount_order_line",
                "amount": "3.00",
                "quantity": 4,
                "include": "stoneware",
                "apply_to": "lowest_price_first",
            }
        ],
        "cumulative": True,
    }
    yield {
        "code": "APRON-42",
        "title": "Linen aprons at 42.00",
        "actions": [
            {"kind": "discount_order_line", "price": "42.00", "include": "aprons", "quantity": 2}
        ],
        "locations": ["pearl-street"],
        "channels": ["till"],
    }
    yield {
        "code": "TOOL-BASKET",
        "title": "Any three tools, the cheapest half price",
        "actions": [
            {
                "kind": "buy_x_get_y",
                "buy": 2,
                "get": 1,
                "percent": 50,
                "products": "tools",
                "max_times": 2,
            }
        ],
    }
    yield {
        "code": "GLASS-SIX",
        "title": "Six glasses, the dearest free",
        "actions": [
            {
                "kind": "buy_x_get_y",
                "buy": 5,
                "get": 1,
                "products": "glass",
                "discounted": "dearest",
            }
        ],
    }


def _candles(day: Any) -> Iterator[Definition]:
    yield {
        "code": "CANDLE-TIERS",
        "title": "Soy candles by the dozen",
        "actions": [
            {
                "kind": "quantity_tiers",
                "include": "soy-candles",
                "tiers": [
                    {"minimum": 2, "price": "17.00"},
                    {"minimum": 4, "price": "16.00"},
                    {"minimum": 12, "price": "14.50"},
                ],
            }
        ],
        "exclusion_group": "CANDLES",
        "priority": 2,
    }
    yield {
        "code": "CANDLE-WEEK",
        "title": "Candle week, 20 %",
        "starts": day(40),
        "ends": day(33),
        "actions": [{"kind": "discount_order_line", "percent": 20, "include": "candles"}],
        "exclusion_group": "CANDLES",
        "priority": 9,
    }
    yield {
        "code": "HOLDER-WITH-TAPER",
        "title": "Tapers with a candlestick",
        "conditions": [
            {"kind": "product_count", "minimum": 1, "products": "holders"},
            {"kind": "product_count", "minimum": 1, "products": "tapers"},
        ],
        "actions": [
            {
                "kind": "discount_order_line",
                "percent": 50,
                "quantity": 1,
                "include": "tapers",
                "apply_to": "lowest_price_first",
            }
        ],
        "cumulative": True,
    }


def _gifts(day: Any) -> Iterator[Definition]:
    yield {
        "code": "GIFT-MATCHES",
        "title": "Matches with your candles",
        "conditions": [{"kind": "subtotal", "minimum": "60.00", "products": "candles"}],
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


def _for_some(day: Any) -> Iterator[Definition]:
    yield {
        "code": "WELCOME10",
        "title": "Welcome, 10 %",
        "promo_code": "WELCOME10",
        "conditions": [
            {
                "kind": "product_count",
                "minimum": 0,
                "maximum": 0,
                "orders": "all_except_current",
                "period": "year",
            }
        ],
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
    }
    yield {
        "code": "FRIENDS",
        "title": "For friends of the house, 7 %",
        "conditions": [
            {"kind": "promo_code", "codes": ["ALDER-FRIEND", "FINCH-FRIEND"]},
            {"kind": "subtotal", "minimum": "30.00", "exclude": PREFERRED},
        ],
        "actions": [{"kind": "discount_order", "percent": 7, "stacking": "both"}],
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


def _not_now(day: Any) -> Iterator[Definition]:
    yield {
        "code": "SPRING-CLEAN",
        "title": "Spring cleaning, 15 % off storage",
        "starts": day(240),
        "ends": day(190),
        "actions": [{"kind": "discount_order_line", "percent": 15, "include": "storage"}],
    }
    yield {
        "code": "NEW-YEAR",
        "title": "New year, 20 % off the table",
        "starts": day(-40),
        "ends": day(-54),
        "actions": [{"kind": "discount_order_line", "percent": 20, "include": "table"}],
    }
    yield {
        "code": "TRIAL-TOTES",
        "title": "Totes, two for 40.00",
        "active": False,
        "actions": [
            {"kind": "discount_order_line", "price": "20.00", "quantity": 2, "include": "totes"}
        ],
    }
