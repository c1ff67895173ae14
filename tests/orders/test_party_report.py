"""The report of a party: guest orders, awards, corrections, and what it leaves (SP-9, SP-10, SP-12)."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.orders.cancelling import cancel
from largesse.orders.models import Order, OrderLine, Party
from largesse.orders.parties.report import Report, report
from largesse.orders.placing import reserve
from largesse.orders.posting import post
from tests.orders.offers import gives_back
from tests.orders.parties import (
    closes,
    guest_buys,
    guest_cart,
    guest_places,
    on_spree,
    party,
    people,
    reward_placed,
    rewarded,
)
from tests.orders.store import AT, deed, done, id_of
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture(autouse=True)
def hosts(store: None) -> None:
    people()


def told(one: Party) -> Report:
    one.refresh_from_db()
    return report(one, at=AT)


@spec("SP-1", "SP-10")
def test_each_guest_order_is_told_with_its_state_and_whether_it_counts() -> None:
    one = party()
    kept = guest_buys(one, "2 POT")
    gone = guest_places(one, "1 HAT", buyer="gus")
    id_of(reserve(guest_cart(one, "1 POT"), deed(), minutes=15))
    gives_back(kept, "1: 1")
    done(cancel(gone, deed()))
    found = told(one)
    assert [(each.order.state, each.merchandise, each.counts) for each in found.guests] == [
        ("partly_refunded", 10000, True),
        ("cancelled", 4000, False),
        ("held", 10000, False),
    ]
    assert (found.totals.total, found.totals.orders) == (10000, 1)
    assert found.reward is None


@spec("SP-6", "SP-12")
def test_before_there_is_a_host_reward_order_the_award_is_what_it_would_be_now() -> None:
    on_spree()
    one = party()
    guest_buys(one, "10 POT")
    found = told(one)
    (award,) = found.awards
    assert (award.award, award.spent, award.left, award.carried_over) == (10000, 0, 10000, 10000)
    assert (found.frozen, found.award, found.left) == (False, 10000, 10000)
    guest_buys(one, "1 POT", buyer="gus")
    assert told(one).award == 11000


@spec("SP-6", "SP-7", "SP-9", "SP-11")
def test_the_awards_of_a_host_reward_order_are_told_less_what_came_back() -> None:
    on_spree(over_purchase=True, rep_income="percentage", rep_income_percent="50")
    one = party()
    guest_buys(one, "10 POT")
    closes(one)
    order_id = reward_placed(one, "3 HAT")
    found = told(one)
    (award,) = found.awards
    # 120.00 are chosen: 100.00 are given, 20.00 are due.
    assert (award.award, award.spent, award.due, award.left) == (10000, 10000, 2000, 0)
    assert (award.rep, award.rep_income, found.frozen) == ("rita", 5000, False)
    done(post(order_id, deed()))
    line = OrderLine.objects.get(order=order_id, spree=True).line
    gives_back(order_id, f"{line}: 1")
    found = told(one)
    (award,) = found.awards
    assert (award.spent, award.due, award.rep_income) == (6666, 1333, 3333)
    assert (found.frozen, found.spent, found.rep_income) == (True, 6666, 3333)


@spec("SP-11", "SP-12")
def test_a_reward_that_was_taken_back_is_none_any_more() -> None:
    on_spree()
    one = party()
    guest_buys(one, "10 POT")
    closes(one)
    order_id = rewarded(one, "1 HAT")
    assert (told(one).carried_over, told(one).left) == (6000, 6000)
    gives_back(order_id)
    found = told(one)
    assert (found.reward, found.frozen, found.award) == (None, False, 10000)


@spec("SP-10")
@pytest.mark.parametrize("applies", [False, True])
def test_retained_earnings_are_told_as_the_spree_says_with_and_without_its_products(
    applies: bool,
) -> None:
    on_spree(over_purchase=True, retained_earnings=applies)
    one = party()
    # Three mugs for two, at the main street, where a tenth is added: 25.00 without it.
    guest_buys(one, "3 MUG", location="main", shipping=650)
    guest_buys(one, "10 POT", buyer="gus")
    closes(one)
    # The award is 102.50. A hat is bought; of three chosen ones at 120.00, 17.50 are paid.
    rewarded(one, "3 HAT", lines=("1 HAT",))
    found = told(one).retained
    assert found.without_any == 2500 + 100000 + 4000
    assert found.with_all == found.without_any + 1750 - 10250
    assert found.as_set == (found.with_all if applies else found.without_any)


@spec("SP-10")
def test_retained_earnings_leave_out_what_was_given_back_and_the_tax_in_prices() -> None:
    on_spree(retained_earnings=True)
    one = party()
    guest = guest_buys(one, "2 POT", location="vienna")
    closes(one)
    order_id = rewarded(one, "1 MUG")
    # A sixth of the price is tax in Vienna: 166.67 of 200.00.
    assert told(one).retained.as_set == 16667 - 1250
    gives_back(order_id)
    assert told(one).retained.as_set == 16667
    gives_back(guest, "1: 1")
    assert told(one).retained.as_set == 8334
    gives_back(guest)
    assert told(one).retained == (0, 0, 0)


@spec("SP-10")
def test_the_products_of_a_guests_spree_are_those_of_a_spree_too() -> None:
    from largesse.engine.cart import SpreeChoice

    flat: dict[str, Any] = {
        "calculation": "flat",
        "amount": "20.00",
        "percent": None,
        "of": None,
        "maximum": None,
    }
    on_spree(**{**flat, "order_types": ["party"], "carry_over": "ignore"})
    one = party()
    guest_buys(one, "1 HAT", sprees=(SpreeChoice("HOST", "MUG"),))
    assert told(one).retained == (4000, 4000 - 1250, 4000)


@spec("SP-12")
def test_corrections_are_summed_by_what_became_of_them() -> None:
    from largesse.orders.models import Correction
    from largesse.orders.parties.settling import settle

    on_spree()
    one = party()
    guest = guest_buys(one, "10 POT")
    closes(one)
    rewarded(one)
    for units, how in ((1, "charge"), (2, "waive"), (3, None)):
        gives_back(guest, f"1: {units}")
        last = Correction.objects.order_by("id").last()
        if how is not None and last is not None:
            done(settle(last.id, deed(reason="Agreed."), how))  # type: ignore[arg-type]
    found = told(one)
    assert found.settled == (3000, 1000, 2000)
    assert [each.amount for each in found.corrections] == [1000, 2000, 3000]
    # The award itself is frozen.
    assert (found.award, found.totals.total) == (10000, 40000)


def test_a_party_at_a_place_that_sells_no_more_is_reported_too() -> None:
    from largesse.catalog.models import Location

    on_spree()
    one = party(location=Location.objects.get(code="vienna"))
    guest_buys(one, "10 POT")
    assert told(one).award == 10000
    assert Order.objects.count() == 1
