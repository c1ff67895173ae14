"""What a promotion is limited to is never given twice, however many ask for it at once (PR-5, PR-6)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.concurrency import bugs
from tests.concurrency.behaviours import buys_with_code, takes_uses
from tests.concurrency.clients import Answer
from tests.concurrency.shop import Shop
from tests.concurrency.test_limits import statuses, unguarded
from tests.words import spec

CLIENTS = 64
USES = 10
TENTH = 1000
"""A tenth of a pot, in cents; the pot is then 100.00, tax included."""


def promoted(shop: Shop, code: str, **fields: Any) -> None:
    """Put a promotion on offer, seen by every worker of the server."""
    shop.office.promote(code=code, **fields)
    shop.see_the_book()


def bought(shop: Shop, code: str) -> list[Answer]:
    """The answers to all who buy with a code at once: half of them for 100.00, half at any price."""
    answers: list[Answer] = shop.all_at_once(CLIENTS, buys_with_code, code, "100.00")
    return answers


def told(answers: list[Answer]) -> Counter[str]:
    """What buyers have got: the price, or why nothing."""
    return Counter(
        answer.code or str(answer.json["due"]["amount"]) if answer.status else answer.error
        for answer in answers
    )


@spec("PR-5", "QU-20", "OR-2", "OR-6")
def test_of_64_buyers_ten_get_a_promotion_with_ten_uses(shop: Shop) -> None:
    promoted(shop, "TEN-USES", max_uses=USES)
    found = told(bought(shop, "TEN-USES"))
    assert found["100.00"] == USES
    # Who confirmed a price was asked again; who did not bought at the other.
    assert found["110.00"] + found["price_changed"] == CLIENTS - USES
    assert found["110.00"] <= CLIENTS // 2
    assert shop.office.discounts(code="TEN-USES") == [TENTH] * USES
    assert shop.office.used(promotion="TEN-USES", limit="uses") == USES


@spec("PR-6", "QU-20", "OR-2", "OR-6")
def test_of_64_buyers_one_gets_a_promotion_by_a_single_use_code(shop: Shop) -> None:
    promoted(shop, "BY-CODE", single_use_codes=True)
    found = told(bought(shop, shop.office.make_code(promotion="BY-CODE")))
    assert found["100.00"] == 1
    assert found["110.00"] + found["price_changed"] == CLIENTS - 1
    assert shop.office.discounts(code="BY-CODE") == [TENTH]


@spec("PR-5", "QU-20", "OR-6")
def test_orders_that_race_for_a_budget_get_all_of_it_and_no_more(shop: Shop) -> None:
    promoted(shop, "BUDGET", budget="95.00")
    answers = bought(shop, "BUDGET")
    given = shop.office.discounts(code="BUDGET")
    assert statuses(answers).keys() <= {201, 409}
    assert sum(given) <= 9500
    assert max(given) == TENTH
    # The last award is cut at what is left; who confirmed the whole of it is asked again.
    assert sum(given) == shop.office.used(promotion="BUDGET", limit="budget") == 9500


@spec("PR-5", "QU-20", "OR-5", "OR-6")
def test_uses_that_come_back_while_others_take_them_are_given_exactly_once(shop: Shop) -> None:
    promoted(shop, "RACED-USES", max_uses=USES, max_uses_per_customer=USES, max_uses_per_day=USES)
    deeds = ["keep", "cancel", "cancel", "refund", "refund"]
    found = shop.all_at_once(CLIENTS, takes_uses, "RACED-USES", 2, deeds)
    assert set(statuses(a for _, answers in found for a in answers)) <= {200, 201, 409}
    kept = sum(kept for kept, _ in found)
    assert shop.office.used(promotion="RACED-USES", limit="uses") == kept <= USES
    more = shop.all_at_once(CLIENTS, takes_uses, "RACED-USES", 1, ["keep"])
    assert kept + sum(kept for kept, _ in more) == USES


# --- controls: with a bug planted, these figures are wrong -----------------------------------------


def test_control_without_the_guard_a_promotion_is_given_too_often(rigged: Shop) -> None:
    assert rigged.planted is not None
    promoted(rigged, "TOO-OFTEN", max_uses=USES)
    with unguarded(rigged), rigged.planted.bugs(bugs.SLOWLY, bugs.UNGUARDED):
        found = told(bought(rigged, "TOO-OFTEN"))
    assert found["100.00"] > USES
    assert any("TOO-OFTEN" in finding for finding in rigged.office.check())


@pytest.mark.parametrize(
    "fields", [{"max_uses": USES}, {"single_use_codes": True}], ids=["uses", "code"]
)
def test_control_a_limit_that_is_only_looked_at_is_given_too_often(
    rigged: Shop, fields: dict[str, Any]
) -> None:
    assert rigged.planted is not None
    name = "LOOKED-AT-USES" if "max_uses" in fields else "LOOKED-AT-CODE"
    promoted(rigged, name, **fields)
    code = rigged.office.make_code(promotion=name) if "max_uses" not in fields else name
    with rigged.planted.bugs(bugs.ONLY_LOOKED_AT):
        found = told(bought(rigged, code))
    assert found["100.00"] > fields.get("max_uses", 1)
    assert any("its quote uses" in said and code in said for said in rigged.office.check())
