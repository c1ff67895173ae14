"""A credit account never pays more than it has, however many orders ask it at once (SP-13)."""

from __future__ import annotations

from tests.concurrency import bugs
from tests.concurrency.behaviours import buys_with_credit
from tests.concurrency.clients import Answer
from tests.concurrency.shop import Shop
from tests.concurrency.test_limits import statuses, unguarded
from tests.concurrency.test_promotions import told
from tests.words import spec

CLIENTS = 64
GIVEN = 9500
"""What is on the account: it pays 30.00 of three orders, and 5.00 of a fourth."""


def bought(shop: Shop, account: str) -> list[Answer]:
    """The answers to all who buy a pot for 110.00 at once, 30.00 of it by credit."""
    shop.office.give_credit(account=account, amount="95.00")
    answers: list[Answer] = shop.all_at_once(CLIENTS, buys_with_credit, account, "30.00", "80.00")
    return answers


@spec("SP-13", "QU-20", "OR-2", "OR-6")
def test_orders_that_race_for_a_credit_account_spend_all_of_it_and_no_more(shop: Shop) -> None:
    answers = bought(shop, "CREDIT")
    paid = shop.office.paid_by_credit(account="CREDIT")
    assert statuses(answers).keys() <= {201, 409}
    assert sum(paid) == GIVEN
    assert max(paid) == 3000
    # Who confirmed 80.00 has got it or was asked again; who did not pays what the credit doesn't.
    assert told(answers).keys() <= {"80.00", "105.00", "110.00", "price_changed"}
    assert shop.office.left(kind="rights:customer-credit", owner="anna/CREDIT", asset="USD") == 0


def test_control_without_the_guard_more_is_paid_than_there_is(rigged: Shop) -> None:
    assert rigged.planted is not None
    with unguarded(rigged), rigged.planted.bugs(bugs.SLOWLY, bugs.UNGUARDED):
        bought(rigged, "OVERSPENT")
    assert sum(rigged.office.paid_by_credit(account="OVERSPENT")) > GIVEN
    assert any("OVERSPENT" in finding for finding in rigged.office.check())
