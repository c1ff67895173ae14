"""What the records answer about a cart's world is what a list of past orders answers (CO-1, CO-3)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import largesse as lg
from largesse.crm.models import Customer
from largesse.crm.values import active_buyer, customer_value
from largesse.engine.facts import VOLUMES, Measure, answer
from largesse.engine.money import first_units
from largesse.orders.facts import _history, facts_for
from largesse.orders.models import Earned, Order, OrderLine
from largesse.orders.placing import place
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from largesse.orders.returning.shares import SoldLine, share_of
from tests.orders.store import cart as store_cart
from tests.orders.store import deed, done, id_of
from tests.orders.store import lines as of_lines
from tests.words import book, customer, distributor, group, off, product, promotion, spec

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
PRODUCTS = [
    product("A", "10.00"),
    product("B", "3.00"),
    product("C", "7.00"),
    product("KIT", "20.00", components={"A": 2, "C": 1}),
    product("HAM", "9.00", quantity_decimals=3),
]
GROUPS = {"AB": group("A", "B", code="AB"), "KITS": group("KIT", "A", code="KITS")}
BOOK = book(products=PRODUCTS, groups=GROUPS)
SPANS = (None, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
MEASURES: tuple[Measure, ...] = (
    "units", "amount", "original", *VOLUMES, "orders", "products", "other_products",
)  # fmt: skip
STATES = (*[Order.State.POSTED] * 3, *[Order.State.PARTLY_REFUNDED] * 3, *Order.State)


def all_queries() -> list[lg.HistoryQuery]:
    """Every span, buyer, measure and promotion, and the groups and kits that matter to the measure."""
    kits = tuple(lg.KitCounting)
    return [
        lg.HistoryQuery(*query)  # type: ignore[arg-type]
        for measure in MEASURES
        for query in itertools.product(
            (None, "AB", "KITS"),
            SPANS,
            ("buyer", "everyone"),
            kits if measure in ("units", "orders") else kits[:1],
            (measure,),
            (None, "AB"),
            (None, "P1"),
        )
    ]


def made(random: Random) -> list[lg.PastOrder]:
    """Orders in the records, and what is left of those that count."""
    buyers = {n: Customer.objects.create(number=n, name=n) for n in ("anna", "bert")}
    return [
        past
        for number in range(14)
        if (past := _order(random, number, buyers[random.choice(sorted(buyers))])) is not None
    ]


def _order(random: Random, number: int, buyer: Customer) -> lg.PastOrder | None:
    state = random.choice(STATES)
    at = NOW - timedelta(days=random.choice((-1, 0, 5, 40, 200, 400)), minutes=random.randrange(9))
    known = random.random() < 0.8
    kind = random.choice(list(lg.CustomerType))
    promotions = random.sample(["P1", "P2"], random.randrange(3))
    order = Order.objects.create(
        number=str(number), state=state, events=1, digest=b"", customer=buyer if known else None,
        customer_type=kind.value if known else "", channel="shop", currency="USD", gross=0,
        discount=0, net=0, shipping=0, tax=0, tax_included=0, total=0, due=0, placed_at=at,
        book_version=1, quote="{}",
    )  # fmt: skip
    for code in promotions:
        Earned.objects.create(id=lg_id(), order=order, promotion=code)
    lines = [_line(random, order, position) for position in range(random.randrange(1, 4))]
    if state not in (Order.State.POSTED, Order.State.PARTLY_REFUNDED):
        return None
    left = tuple(line for line in lines if line is not None)
    if not left:
        Order.objects.filter(pk=order.pk).update(state=Order.State.REFUNDED)
        return None
    return lg.PastOrder(at, left, buyer.number if known else None, kind, frozenset(promotions))


def _line(random: Random, order: Order, position: int) -> lg.PastLine | None:
    sku = random.choice(PRODUCTS).sku
    units = 1 if sku == "HAM" else random.randrange(1, 6)
    free, gone = random.randrange(units + 1), random.randrange(units + 1)
    gross, net = random.randrange(300, 900), random.randrange(300)
    volumes = {name: random.randrange(200) for name in VOLUMES}
    OrderLine.objects.create(
        id=lg_id(), order=order, position=position, line=str(position), sku=sku, name=sku,
        quantity=275 if sku == "HAM" else units * 1000, units=units, free_units=free,
        units_refunded=gone, gross=gross, net=net, tax=0, tax_included=0, **volumes,
    )  # fmt: skip
    if gone == units:
        return None
    rest = share_of(SoldLine(units, free, net, 0, 0, ()), gone, units)
    left = {name: n - first_units(n, units, gone) for name, n in volumes.items()}
    return lg.PastLine(sku, units - gone, gross - first_units(gross, units, gone), rest.net, **left)


def lg_id():
    from largesse.ids import uuid7

    return uuid7()


def in_random_order(random: Random, queries: Sequence[lg.HistoryQuery]) -> list[lg.HistoryQuery]:
    return random.sample(queries, len(queries))


@spec("CO-1", "CO-3")
@pytest.mark.parametrize("seed", range(8))
def test_the_records_answer_every_query_as_a_list_of_past_orders_does(seed):
    random = Random(seed)
    history = made(random)
    buyer = random.choice((customer("anna"), distributor("anna"), customer("carl"), None))
    basket = lg.Cart((lg.CartLine("1", "A"), lg.CartLine("2", "B")), NOW, customer=buyer)
    products, groups = BOOK.catalog.products, BOOK.catalog.groups

    told = _history(in_random_order(random, all_queries()), BOOK, basket)

    for query in all_queries():
        assert told[query] == answer(query, history, basket, products, groups), query
    assert any(told.values())


@spec("CO-1", "CO-4")
def test_however_much_is_asked_of_prior_orders_it_costs_two_queries(django_assert_num_queries):
    made(Random(1))
    basket = lg.Cart((lg.CartLine("1", "A"),), NOW, customer=customer("anna"))

    with django_assert_num_queries(2, connection=connection):
        _history(all_queries(), BOOK, basket)


def facts_of(*conditions: lg.Condition, **fields) -> lg.Facts:
    found = book(promotion(off("10%"), *conditions, **fields), products=PRODUCTS, groups=GROUPS)
    return facts_for(found, lg.Cart((lg.CartLine("1", "A"),), NOW, customer=customer("anna")))


@spec("CO-4")
def test_nothing_is_looked_up_that_nobody_asks_for(django_assert_num_queries):
    with django_assert_num_queries(0, connection=connection):
        assert facts_of(lg.Birthday(), lg.Subtotal(minimum=1)) == lg.Facts()


@spec("CO-4")
def test_the_customers_that_the_buyer_referred_are_counted_while_they_are_active():
    anna = Customer.objects.create(number="anna", name="Anna")
    for number, active in (("b", True), ("c", True), ("d", False)):
        Customer.objects.create(number=number, name=number, referred_by=anna, active=active)

    assert facts_of(lg.ReferredCustomers(minimum=2)).referred_customers == 2


@spec("PR-5")
def test_what_is_used_of_limits_is_asked_at_once():
    from largesse.business.models import Business

    Business.objects.create(name="Store", time_zone="UTC")
    with CaptureQueriesContext(connection) as queries:
        found = facts_of(max_uses=3, max_uses_per_customer=1, max_uses_per_day=2, budget=5000)

    asked = [query["sql"] for query in queries if "ledger_account" in query["sql"]]
    assert len(asked) == 1

    assert set(found.used) == {
        lg.LimitQuery("PROMO", "uses"),
        lg.LimitQuery("PROMO", "uses_per_customer", "anna"),
        lg.LimitQuery("PROMO", "uses_per_day", "2026-11-21"),
        lg.LimitQuery("PROMO", "budget"),
    }
    assert not any(found.used.values())


@spec("CO-4")
def test_a_buyer_has_its_days_its_sponsor_and_its_referrer():
    dora = Customer.objects.create(number="dora", name="Dora", type=Customer.Type.DISTRIBUTOR)
    bert = Customer.objects.create(number="bert", name="Bert")
    anna = Customer.objects.create(
        number="anna", name="Anna", birthday="1990-02-28", joined_on="2024-05-06",
        sponsor=dora, referred_by=bert,
    )  # fmt: skip
    anna.refresh_from_db()
    found = active_buyer(number="anna")

    assert found == customer_value(anna)
    assert found is not None
    assert (found.sponsor, found.referrer) == ("dora", "bert")
    assert (found.birthday, found.joined) == (anna.birthday, anna.joined_on)


# --- what orders leave behind ----------------------------------------------------------------------


@pytest.mark.usefixtures("store")
@spec("CO-4", "CO-3", "AC-5")
def test_an_order_is_remembered_with_its_promotions_and_its_scaled_volumes_until_it_is_given_back():
    from largesse.catalog.models import Product
    from largesse.offers import promotions
    from tests.orders.store import AT

    pots = Product.objects.get(sku="POT")
    pots.volume_1 = 4001
    pots.save()
    half = {"kind": "discount_order_line", "percent": 20, "multipliers": {"volume_1": 50}}
    promotions.revise(
        {"code": "HALF", "title": "Half", "actions": [{**half, "include": "pots"}]},
        by=None, at=AT, reason="",
    )  # fmt: skip
    order = id_of(place(store_cart("2 POT"), deed()))
    basket = msgspec.structs.replace(store_cart("1 POT"), at=AT + timedelta(days=1))
    volume = lg.HistoryQuery(None, None, measure="volume_1")
    earned = lg.HistoryQuery(None, None, measure="orders", promotion="HALF")
    from largesse.offers.current import current

    def told() -> tuple[int, int]:
        found = _history([volume, earned], current().book, basket)
        return found[volume], found[earned]

    assert told() == (0, 0)
    done(post(order, deed()))
    assert told() == (4001, 1)
    done(refund(order, deed(), of_lines("1: 1")))
    # The unit that went back bore the odd minor unit.
    assert told() == (2000, 1)
    done(refund(order, deed()))
    assert told() == (0, 0)
