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


SPREE = {"kind": "shopping_spree", "description": "For the host", "amount": "50.00"}


@spec("IF-30", "SP-2")
def test_a_shopping_spree_says_no_more_than_there_is_to_say():
    assert words_of(actions=[SPREE]) == "Every buyer gets 50.00 to spend on every product."


@spec("IF-30", "SP-2", "SP-7", "SP-9", "SP-10", "SP-11")
def test_a_shopping_spree_says_whom_it_is_for_and_what_becomes_of_it():
    told = words_of(
        actions=[
            {
                **SPREE,
                "include": "up",
                "starts": "2027-01-01",
                "ends": "2027-12-31",
                "order_types": ["host_reward", "party"],
                "over_purchase": True,
                "carry_over": "credit",
                "rep_income": "percentage",
                "rep_income_percent": "25",
                "retained_earnings": True,
            }
        ]
    )

    assert told == (
        "Every buyer gets 50.00 to spend on Upgrades. "
        "The shopping spree holds from 1 January 2027 until 31 December 2027. "
        "It is for guest orders or host reward orders only. "
        "More may be chosen, and the difference is charged. "
        "What is not spent becomes credit. "
        "25 % of what it gives is taxable income of the rep. "
        "It counts toward retained earnings."
    )
    income = {**SPREE, "rep_income": "amount", "rep_income_amount": "5.00"}
    assert "5.00 is taxable income of the rep, where it gives anything." in words_of(
        actions=[income]
    )


@spec("IF-30", "PR-4")
def test_it_says_how_often_and_in_which_stage_it_is_given():
    told = words_of(conditions=["bought"], cumulative=True, stage="post")

    assert told.endswith(
        "It is given as often as that is met. It looks at what the standard promotions left."
    )
