"""Where a voucher went, and what partners' vouchers brought and cost (VO-6, VO-20)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from largesse.crm.models import Partner
from largesse.engine.cart import Channel
from largesse.offers import vouchers
from largesse.offers.models import Voucher
from largesse.offers.vouchers import assigning, books, ending
from largesse.orders.cancelling import cancel
from largesse.orders.redeemed import event_ids_of, redemption_of
from largesse.orders.voucher_report import Figures, report, total
from tests.orders.offers import bought, buys, gives_back
from tests.orders.store import AT, deed, done, later
from tests.words import money, spec

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture
def gym(store: None) -> Partner:
    return Partner.objects.create(code="gym", name="Gym")


@spec("VO-6")
def test_a_redemption_tells_the_order_the_location_the_customer_who_and_what_came_off() -> None:
    assert redemption_of("DV1") is None

    bought("1 POT", "1 HAT", codes=("DV1",), channel=Channel.TILL)

    found = redemption_of("DV1")
    assert found is not None
    assert found.order.location is not None
    assert found.order.customer is not None
    told = (found.order.location.code, found.order.customer.number, found.by, found.at)
    assert told == ("main", "anna", "ines", AT)
    assert [line.what for line in found.lines] == ["Pot", "Hat"]
    assert found.amount == money("28.00")
    assert len(event_ids_of("DV1")) == 2


@spec("VO-6", "VO-30")
def test_a_value_voucher_tells_what_it_paid() -> None:
    bought("1 POT", codes=("GV1",))

    found = redemption_of("GV1")
    assert found is not None
    assert [(line.what, line.amount) for line in found.lines] == [("Part payment", money("10.00"))]


@spec("VO-6")
def test_a_full_refund_returns_it_and_a_partial_one_leaves_it_redeemed() -> None:
    order = bought("2 POT", codes=("DV1",))
    gives_back(order, "1: 1")
    assert redemption_of("DV1") is not None
    assert vouchers.voucher_values(["DV1"])["DV1"].status == "redeemed"

    gives_back(order)

    assert redemption_of("DV1") is None
    assert vouchers.voucher_values(["DV1"])["DV1"].status == "assigned"
    again = bought("1 POT", codes=("DV1",))
    found = redemption_of("DV1")
    assert found is not None
    assert found.order.id == again


# --- the report --------------------------------------------------------------------------------------


def figures(partner: str | None, label: str | None = None) -> Figures:
    """Those of a partner, or of one of its books."""
    for each in report():
        if (each.partner.code if each.partner else None) == partner:
            if label is None:
                return each.figures
            return total(
                line.figures for line in each.lines if label == (line.book and line.book.label)
            )
    return Figures()


@spec("VO-20")
def test_made_and_assigned_are_counted_by_partner_and_book(gym: Partner) -> None:
    cafe = Partner.objects.get(code="cafe")
    book = books.begin_random(10, at=AT, by="ines", label="Spring", percent=100_000)
    books.make_rest(book)
    numbers = list(book.vouchers.order_by("position").values_list("number", flat=True))
    assigning.assign(numbers[0], 4, cafe, last=numbers[3], at=AT, by="ines")
    assigning.assign(numbers[4], 3, gym, last=numbers[6], at=AT, by="ines")
    books.make_run("GY1", 5, at=AT, by="ines", partner=gym, percent=50_000, label="Gym run")
    vouchers.create(["ALONE"], at=AT, by="ines", value=100, state=Voucher.State.CREATED)
    ending.void_one(Voucher.objects.get(number="GY0000002"), at=AT, by="ines", reason="")

    assert figures("cafe", "Spring") == Figures(made=4, assigned=4)
    assert figures("gym") == Figures(made=8, assigned=8, void=1)
    assert figures("gym", "Gym run") == Figures(made=5, assigned=5, void=1)
    # Three of the book that nobody has yet, and one by itself.
    assert figures(None) == Figures(made=4)
    assert sum(each.figures.made for each in report()) == Voucher.objects.count()


@spec("VO-20")
def test_sales_discount_and_cost_per_sale_come_from_posted_orders(gym: Partner) -> None:
    books.make_run("GY1", 5, at=AT, by="ines", partner=gym, percent=200_000, label="Gym run")
    till = {"channel": Channel.TILL}
    bought("1 POT", codes=("GY0000001",), **till)
    bought("3 HAT", codes=("GY0000002",), **till)
    placed = buys("1 POT", codes=("GY0000003",), **till)

    found = figures("gym")
    # 100.00 less 20 % is 80.00 and 8.00 tax; 120.00 less 20 % is 96.00 and 9.60 tax.
    assert found.redeemed == 3
    assert found.sales == money("193.60")
    assert found.given == money("44.00")
    assert found.cost_per_sale == money("14.67")

    done(cancel(placed, deed()))
    assert figures("gym").redeemed == 2
    assert figures("gym").cost_per_sale == money("22.00")
    assert Figures().cost_per_sale is None


@spec("VO-20", "VO-6")
def test_what_was_given_back_is_taken_away_again() -> None:
    order = bought("2 POT", codes=("DV1",))
    before = figures("cafe")

    gives_back(order, "1: 1")

    after = figures("cafe")
    assert after.redeemed == before.redeemed == 1
    assert 0 < after.given < before.given
    assert after.sales * 2 == before.sales
    gives_back(order)
    assert figures("cafe")._replace(made=0, assigned=0) == Figures()


@spec("VO-20")
def test_what_value_vouchers_paid_counts_as_given() -> None:
    bought("1 POT", codes=("GV1",))

    assert figures("cafe").given == money("10.00")


@spec("VO-20")
def test_a_period_bounds_what_was_redeemed() -> None:
    bought("1 POT", codes=("DV1",))

    def redeemed(**bounds) -> int:
        return total(each.figures for each in report(**bounds)).redeemed

    assert redeemed(since=AT, until=later(seconds=1)) == 1
    assert redeemed(until=AT) == 0
    assert redeemed(since=AT + timedelta(seconds=1)) == 0
