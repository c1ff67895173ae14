"""Offers that were, that will be, and one that is not ready."""

from __future__ import annotations

from collections.abc import Iterator

from largesse.server.demo.promotions.dates import Day, Definition


def promotions(day: Day) -> Iterator[Definition]:
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
