"""A promotion in plain words."""

from __future__ import annotations

from typing import Any

from largesse.engine.formats.document import document_of
from largesse.engine.summary import summary
from tests.words import spec


def words_of(**promotion: Any) -> str:
    document = document_of(
        {
            "format": 1,
            "products": [{"sku": "UP", "price": "25.00"}, {"sku": "MUG", "price": "14.50"}],
            "product_groups": [{"code": "up", "title": "Upgrades", "products": ["UP"]}],
            "conditions": [{"name": "bought", "kind": "product_count", "products": "up"}],
            "actions": [{"name": "fifteen", "kind": "discount_order_line", "percent": "15"}],
            "locations": [{"code": "vienna"}],
            "promotions": [{"code": "P", "actions": ["fifteen"], **promotion}],
        }
    )
    book = document.book
    return summary(book.promotions["P"], book.currency, book.catalog.calendar)


@spec("IF-30")
def test_it_says_what_is_given_to_whom_and_when():
    told = words_of(
        target="customer",
        conditions=["bought", {"kind": "subtotal", "minimum": "40.00"}],
        starts="2027-01-01",
        ends="2027-12-31",
    )

    assert told == (
        "A customer gets 15 % off every product if the order has at least 1 unit of Upgrades and the "
        "order has a subtotal of at least 40.00. It holds from 1 January 2027 until 31 December 2027."
    )


@spec("IF-30")
def test_without_conditions_it_says_so_by_saying_nothing():
    assert words_of() == "Every buyer gets 15 % off every product."


@spec("IF-30")
def test_it_says_where_it_holds_how_it_asks_and_what_limits_it():
    told = words_of(
        promo_code="HELLO",
        suggest="unchecked",
        channels=["till", "shop"],
        locations=["vienna"],
        max_uses=500,
        max_uses_per_customer=1,
        budget="20000.00",
        active=False,
    )

    assert told == (
        "Every buyer who enters the code HELLO gets 15 % off every product. "
        "The shopper is asked, and it applies once they accept. "
        "In the shop or at the till and at vienna only. "
        "It is limited to 500 orders in all, 1 order of each customer and 20000.00 USD in all. "
        "It is switched off."
    )


@spec("IF-30", "PR-4")
def test_it_says_how_often_and_in_which_stage_it_is_given():
    told = words_of(conditions=["bought"], cumulative=True, stage="post")

    assert told.endswith(
        "It is given as often as that is met. It looks at what the standard promotions left."
    )
