"""Offers of one shelf: the kitchen, the table, candles."""

from __future__ import annotations

from collections.abc import Iterator

from largesse.server.demo.promotions.dates import Day, Definition


def promotions(day: Day) -> Iterator[Definition]:
    yield from _kitchen_and_table(day)
    yield from _candles(day)


def _kitchen_and_table(day: Day) -> Iterator[Definition]:
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
        "conditions": ["from-75"],
        "actions": [
            {
                "kind": "discount_order_line",
                "amount": "25.00",
                "quantity": 1,
                "include": "autumn",
                "apply_to": "highest_price_first",
                "display": "separate",
            }
        ],
    }
    yield {
        "code": "BOARD-AND-CUTLERY",
        "title": "A board and cutlery for 72.00",
        "actions": [
            {
                "kind": "bundle_price",
                "price": "72.00",
                "max_times": 4,
                "parts": [{"products": "boards"}, {"products": "flatware"}],
            }
        ],
        "target": "customer",
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


def _candles(day: Day) -> Iterator[Definition]:
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
        "code": "FIVE-SCENTS",
        "title": "Five different candles, 10 %",
        "conditions": [{"kind": "distinct_products", "minimum": 5, "products": "soy-candles"}],
        "actions": [{"kind": "discount_order_line", "percent": 10, "include": "soy-candles"}],
        "exclusion_group": "CANDLES",
        "priority": 3,
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
