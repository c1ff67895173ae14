"""What is in stock follows from the last count and from what orders have done since (DE-15)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from largesse.catalog.models import Product
from largesse.engine.cart import CartLine
from largesse.orders.cancelling import cancel, expire_lapsed
from largesse.orders.models import OrderLine
from largesse.orders.placing import reserve
from largesse.orders.referring import decline, refer
from largesse.orders.refunding import refund
from largesse.orders.stock import on_hand
from tests.orders.deals import CHOSEN, given, on_deal, tier
from tests.orders.offers import bought, buys, gives_back
from tests.orders.referrals import by, people
from tests.orders.store import AT, cart, deed, done, id_of, later, lines
from tests.words import spec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def counted(units: int, sku: str = "MUG", at: datetime = AT) -> None:
    Product.objects.filter(sku=sku).update(stock=units, stock_counted_at=at)


def stock(sku: str = "MUG") -> int | None:
    return on_hand([sku]).get(sku)


def test_what_was_never_counted_has_no_stock() -> None:
    counted(140)
    assert on_hand(["MUG", "HAT", "NONE"]) == {"MUG": 140}


@spec("DE-15")
def test_an_order_takes_its_units_out_of_stock_and_giveaways_like_any_other() -> None:
    on_deal(tier("bonus_stock", every=10), **CHOSEN)
    counted(140)
    order_id = buys("40 MUG", "1 HAT", giveaways=given("4 MUG"))
    assert stock() == 96
    done(cancel(order_id, deed()))
    assert stock() == 140


def test_what_was_sold_before_the_count_was_counted() -> None:
    bought("3 MUG")
    counted(140, at=later(minutes=1))
    assert stock() == 140
    bought("2 MUG", at=later(minutes=1))
    assert stock() == 138


def test_a_reservation_takes_its_units_until_it_lapses() -> None:
    counted(140)
    done(reserve(cart("3 MUG"), deed(), minutes=15))
    assert stock() == 137
    expire_lapsed(later(minutes=15))
    assert stock() == 140


@spec("OR-5")
def test_units_that_come_back_are_in_stock_again_whenever_they_were_sold() -> None:
    order_id = bought("3 MUG")
    counted(140, at=later(minutes=1))
    done(refund(order_id, deed(at=later(minutes=2)), lines("1: 2")))
    assert stock() == 142
    counted(150, at=later(minutes=3))
    assert stock() == 150


@spec("DE-15")
def test_giveaway_units_that_come_back_are_in_stock_again() -> None:
    on_deal(tier("bonus_stock", every=10), **CHOSEN)
    counted(140)
    order_id = bought("40 MUG", giveaways=given("4 MUG"))
    bonus = OrderLine.objects.get(order=order_id, bonus=True)
    gives_back(order_id, f"{bonus.line}: 3")
    assert stock() == 99
    gives_back(order_id)
    assert stock() == 140


def test_what_was_put_aside_at_the_count_comes_back_with_the_cancellation() -> None:
    early, late = buys("3 MUG"), buys("4 MUG")
    done(cancel(early, deed(at=later(minutes=1))))
    counted(140, at=later(minutes=2))
    done(cancel(late, deed(at=later(minutes=3))))
    assert stock() == 144


@spec("DE-8")
def test_a_referred_order_takes_its_units_until_it_is_declined() -> None:
    people()
    counted(140)
    order_id = id_of(refer(cart("3 MUG"), by("rita"), by_user=True))
    assert stock() == 137
    done(decline(order_id, by("dana", reason="too little")))
    assert stock() == 140
    # Its units were free at this count: that it is cancelled too brings none back.
    counted(140, at=later(minutes=1))
    done(cancel(order_id, deed(at=later(minutes=2))))
    assert stock() == 140


def test_weighed_goods_count_in_whole_units() -> None:
    counted(10, "TEA")
    line = CartLine("1", "TEA", Decimal("1.250"))
    order_id = bought(line)  # type: ignore[arg-type]
    assert stock("TEA") == 8
    gives_back(order_id)
    assert stock("TEA") == 10


def test_more_may_be_sold_than_there_was() -> None:
    counted(2)
    buys("3 MUG")
    assert stock() == -1


def test_an_order_leaves_the_product_as_it_was_counted() -> None:
    counted(140)
    before = Product.objects.filter(sku="MUG").values().get()
    gives_back(bought("3 MUG"), "1: 1")
    assert stock() == 138
    assert Product.objects.filter(sku="MUG").values().get() == before


def test_the_stock_of_many_products_is_one_query() -> None:
    counted(140)
    with CaptureQueriesContext(connection) as queries:
        assert on_hand(["MUG", *(f"P{i}" for i in range(400))]) == {"MUG": 140}
    assert len(queries) == 1
