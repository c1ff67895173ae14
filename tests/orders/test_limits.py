"""What a promotion is limited to is taken at placing and given back on cancel and refund (PR-5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from largesse.engine.facts import LimitQuery
from largesse.ledger import writing
from largesse.ledger.accounts import owner_of
from largesse.ledger.models import Event
from largesse.offers import limits
from largesse.offers.limits import Standing
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.models import Order
from largesse.orders.placing import place, reserve
from largesse.orders.posting import post
from largesse.orders.quoting import quote
from tests.orders.offers import bought, buys, counted, gives_back, on_offer, saved, used
from tests.orders.store import AT, cart, changed, deed, done, later, order_of
from tests.words import money, spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]

DAY = "2026-06-01"


@spec("PR-5")
def test_a_promotion_with_two_uses_is_given_to_two_orders() -> None:
    on_offer(max_uses=2)
    assert [saved(buys("1 POT")) for _ in range(3)] == [1000, 1000, 0]
    assert used() == 2


@spec("PR-5")
def test_a_use_per_customer_is_each_customers_own() -> None:
    on_offer(max_uses_per_customer=1)
    assert [saved(buys("1 POT", buyer=who)) for who in ("anna", "anna", "dora")] == [1000, 0, 1000]
    assert (used("uses_per_customer", "anna"), used("uses_per_customer", "dora")) == (1, 1)


@spec("PR-5")
def test_a_use_per_day_comes_again_on_the_next_day_of_the_business() -> None:
    on_offer(max_uses_per_day=1)
    # Noon in London: in New York the day goes on until 4 o'clock of the next one.
    days = [saved(buys("1 POT", at=later(hours=hours))) for hours in (0, 15, 16)]
    assert days == [1000, 0, 1000]
    assert used("uses_per_day", DAY) == 1


@spec("PR-5")
def test_a_budget_is_used_up_by_what_is_given_and_the_last_award_is_cut() -> None:
    on_offer(budget="25.00")
    assert [saved(buys("1 POT")) for _ in range(4)] == [1000, 1000, 500, 0]
    assert used("budget") == 2500


@spec("PR-5", "OR-5")
def test_cancelling_gives_every_limit_back() -> None:
    on_offer(max_uses=1, max_uses_per_customer=1, max_uses_per_day=1, budget="10.00")
    order_id = buys("1 POT")
    assert quote(cart("1 POT")).discount == 0
    done(cancel(order_id, deed()))
    all_used = [used(), used("uses_per_customer", "anna"), used("uses_per_day", DAY)]
    assert [*all_used, used("budget")] == [0, 0, 0, 0]
    assert quote(cart("1 POT")).discount == money("10.00")


@spec("PR-5", "OR-4")
def test_a_reservation_that_lapses_gives_its_use_back() -> None:
    on_offer(max_uses=1)
    done(reserve(cart("1 POT"), deed(), minutes=15))
    assert used() == 1
    expire_lapsed(later(minutes=15))
    assert used() == 0


@spec("PR-5", "OR-2")
def test_who_comes_too_late_for_the_last_use_is_told_the_new_price(another_first: None) -> None:
    on_offer(max_uses=1)
    late = changed(place(cart("1 POT"), deed(), confirmed_due=money("100.00")))
    assert (late.confirmed, late.due) == (money("100.00"), money("110.00"))
    assert [order.discount for order in Order.objects.all()] == [1000]


@spec("PR-5", "OR-2")
def test_who_confirmed_no_price_is_placed_without_what_was_used_up(another_first: None) -> None:
    on_offer(budget="15.00")
    late = order_of(place(cart("1 POT"), deed()))
    assert late.discount == 500
    assert used("budget") == 1500


@pytest.fixture
def another_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the pricing and the placing of the first order, another one of a pot is placed."""
    from largesse.orders import placing

    real: Callable[..., Any] = placing.priced  # type: ignore[attr-defined]
    asked = 0

    def priced(cart_: Any) -> Any:
        nonlocal asked
        found = real(cart_)
        asked += 1
        if asked == 1:
            buys("1 POT", buyer="dora")
        return found

    monkeypatch.setattr(placing, "priced", priced)


# --- the limit changes -----------------------------------------------------------------------------


@spec("PR-5")
def test_a_limit_that_is_raised_holds_for_the_next_order() -> None:
    on_offer(max_uses=1)
    assert [saved(buys("1 POT")) for _ in range(2)] == [1000, 0]
    on_offer(max_uses=3)
    assert [saved(buys("1 POT")) for _ in range(3)] == [1000, 1000, 0]
    found = counted()
    assert found is not None
    assert (found.granted, found.left) == (3, 0)


@spec("PR-5")
def test_a_limit_that_is_lowered_keeps_what_is_used_and_grants_no_more() -> None:
    on_offer(max_uses=5)
    first, second, _ = (buys("1 POT") for _ in range(3))
    on_offer(max_uses=2)
    assert saved(buys("1 POT")) == 0
    done(cancel(first, deed()))
    assert saved(buys("1 POT")) == 0
    done(cancel(second, deed()))
    assert [saved(buys("1 POT")) for _ in range(2)] == [1000, 0]
    found = counted()
    assert found is not None
    assert (found.granted, found.left) == (2, 0)


@spec("PR-5")
def test_a_limit_may_go_back_and_forth() -> None:
    for most in (1, 2, 1, 2, 1):
        on_offer(max_uses=most)
        done(cancel(buys("1 POT"), deed()))
        found = counted()
        assert found is not None
        assert found.granted == most
    assert Event.objects.filter(kind="limit_set").count() == 5


@spec("PR-5")
def test_of_two_who_set_a_limit_at_once_one_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    account = limits.account_of("uses", "SPRING", "", "USD")
    real: Callable[..., Any] = writing.carry_out

    def carried_out(plan: Any) -> Any:
        monkeypatch.setattr(writing, "carry_out", real)
        assert limits.follow({account: 5}, at=AT, by="another")
        return real(plan)

    monkeypatch.setattr(writing, "carry_out", carried_out)
    assert limits.follow({account: 5}, at=AT, by="ines")
    found = counted()
    assert found is not None
    assert found.granted == 5


@spec("PR-5")
def test_who_wants_another_limit_than_the_one_just_set_looks_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = limits.account_of("uses", "SPRING", "", "USD")
    real: Callable[..., Any] = writing.carry_out

    def carried_out(plan: Any) -> Any:
        monkeypatch.setattr(writing, "carry_out", real)
        assert limits.follow({account: 7}, at=AT, by="another")
        return real(plan)

    monkeypatch.setattr(writing, "carry_out", carried_out)
    assert not limits.follow({account: 5}, at=AT, by="ines")
    found = counted()
    assert found is not None
    assert found.granted == 7


@spec("PR-5")
def test_a_promotion_without_limits_opens_no_account() -> None:
    on_offer()
    assert saved(buys("1 POT")) == 1000
    assert counted() is None
    assert not Event.objects.filter(kind="limit_set").exists()


# --- given back ------------------------------------------------------------------------------------


@spec("PR-5", "OR-5")
def test_a_use_comes_back_with_the_last_unit_that_was_discounted() -> None:
    on_offer(max_uses=1, max_uses_per_customer=1, max_uses_per_day=1)
    order_id = bought("2 POT", "1 HAT")
    gives_back(order_id, "2: 1")
    gives_back(order_id, "1: 1")
    assert used() == 1
    gives_back(order_id, "1: 1")
    assert (used(), used("uses_per_customer", "anna"), used("uses_per_day", DAY)) == (0, 0, 0)


@spec("PR-5", "OR-5")
def test_a_use_comes_back_once_though_the_rest_of_the_order_is_given_back_later() -> None:
    on_offer(max_uses=2)
    order_id = bought("1 POT", "1 HAT")
    gives_back(order_id, "1: 1")
    assert used() == 0
    gives_back(order_id)
    found = counted()
    assert found is not None
    assert (found.held, found.posted) == (0, 0)


@spec("PR-5", "OR-5", "MO-4")
def test_a_budget_gets_back_what_each_refund_gives_back_of_the_discount() -> None:
    # 7.77 % of 120.00 is 9.32: the three hats bear 3.11, 3.11 and 3.10 of it.
    on_offer({"kind": "discount_order", "percent": "7.77", "include": "hats"}, budget="50.00")
    order_id = bought("3 HAT", "1 POT")
    found = [used("budget")]
    for line in ("1: 1", "2: 1", "1: 1", "1: 1"):
        gives_back(order_id, line)
        found.append(used("budget"))
    assert found == [932, 621, 621, 310, 0]


@spec("PR-5", "OR-5", "JO-3")
def test_a_discount_of_the_shipping_charge_goes_back_with_the_charge() -> None:
    on_offer({"kind": "shipping_discount", "amount": "2.00"}, budget="10.00", max_uses=3)
    order_id = bought("1 POT", "1 HAT", shipping=650)
    assert used("budget") == 200
    assert gives_back(order_id, "1: 1").refund_total == money("110.00")
    assert (used("budget"), used()) == (200, 1)
    assert gives_back(order_id, "2: 1", shipping=True).refund_total == money("48.50")
    assert (used("budget"), used()) == (0, 0)


@spec("PR-5", "OR-5")
def test_what_came_off_a_shipping_charge_that_stays_is_not_given_back() -> None:
    on_offer({"kind": "shipping_discount", "amount": "2.00"}, budget="10.00", max_uses=3)
    gives_back(bought("1 POT", shipping=650))
    assert (used("budget"), used()) == (200, 0)


@spec("PR-5")
def test_a_use_of_a_promotion_that_gives_credit_comes_back_with_the_whole_order() -> None:
    on_offer({"kind": "award_credit", "account": "store", "percent": 10}, max_uses=1)
    order_id = bought("1 POT", "1 HAT")
    gives_back(order_id, "1: 1")
    assert used() == 1
    gives_back(order_id)
    assert used() == 0


# --- what is told ----------------------------------------------------------------------------------


@spec("PR-5")
def test_what_is_used_is_one_query_whatever_the_number() -> None:
    on_offer(max_uses=2)
    buys("1 POT")
    asked = [LimitQuery("SPRING", "uses"), *(LimitQuery(f"P{i}", "uses") for i in range(700))]
    with CaptureQueriesContext(connection) as queries:
        found = limits.used(asked)
    assert len([q for q in queries if "ledger_account" in q["sql"]]) == 1
    assert (found[asked[0]], found[asked[1]]) == (1, 0)


@spec("PR-5")
def test_the_standing_of_a_promotion_is_its_uses_and_its_budget() -> None:
    on_offer(max_uses=5, budget="100.00")
    on_offer(code="FREE-FOR-ALL", active=False)
    done(post(buys("1 POT"), deed()))
    assert limits.standing(["SPRING", "FREE-FOR-ALL", "NONE"]) == {
        "SPRING": (Standing("uses", 5, 1), Standing("budget", 10000, 1000))
    }


names = st.lists(st.text("a/%2F#", max_size=4), min_size=2, max_size=2)


@given(names, names)
def test_no_two_owners_have_the_same_account(one: list[str], other: list[str]) -> None:
    assert (owner_of(*one) == owner_of(*other)) == (one == other)


def test_an_owner_that_would_be_too_long_is_told_apart_by_its_end() -> None:
    long = ["a" * 100, "b" * 100]
    assert len(owner_of(*long)) == 128
    assert owner_of(*long) != owner_of("a" * 100, "b" * 99 + "c")


@spec("PR-5", "JO-4")
def test_the_check_finds_a_use_that_did_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from largesse.orders import refunding
    from largesse.orders.checking import orders as checking

    on_offer(max_uses=1)
    order_id = bought("1 POT")
    with transaction.atomic():
        monkeypatch.setattr(refunding, "_claims_back", lambda *_: ())
        gives_back(order_id)
        found = [finding.message for finding in checking.check()]
        transaction.set_rollback(True)
    wanted = "1 of rights:promotion-uses SPRING"
    assert found == [f"nothing came back of what it used, it should be {wanted}"]
