"""A backtest adds up what a book would have given, the same in whatever pieces it is worked."""

import csv
import multiprocessing
from datetime import date
from decimal import Decimal
from itertools import pairwise
from random import Random

import pyarrow.parquet as pq
import pytest

from largesse.engine.actions.buy_x_get_y import BuyXGetY
from largesse.engine.actions.discount_order_line import DiscountOrderLine
from largesse.engine.catalog import ProductGroup
from largesse.engine.conditions.customer_tags import CustomerTags
from largesse.engine.conditions.product_count import ApplicableOrders, ProductCount
from largesse.engine.money import percent
from largesse.engine.offers.promotion import Promotion
from largesse.engine.window import Calendar, Window
from largesse.lab import backtest
from largesse.lab.backtest import OfferSums, WeekSums, run, run_on_ray
from largesse.lab.history import HistoryFault
from largesse.lab.report import report, write_report
from tests.lab.shop import book_of, line, write_history

spec = pytest.mark.spec

SOUP = ProductGroup("SOUP", frozenset({"soup"}), "Soup")
CAKE = ProductGroup("CAKE", frozenset({"cake"}), "Cake")
NEW_YORK = Calendar("America/New_York")


def days(first: date, after: date) -> Window:
    return Window(NEW_YORK.midnight(first), NEW_YORK.midnight(after))


SOUP_10 = Promotion(
    code="SOUP-10",
    title="=10 % off soup",
    window=days(date(2017, 1, 2), date(2017, 1, 10)),
    actions=(DiscountOrderLine(include=SOUP, percent=percent("10")),),
)
CAKE_3_FOR_2 = Promotion(code="CAKE-3-FOR-2", actions=(BuyXGetY(products=CAKE, buy=2, get=1),))
GOLD_CAKE = Promotion(
    code="GOLD-CAKE",
    conditions=(CustomerTags(tags=frozenset({"gold"})),),
    actions=(DiscountOrderLine(include=CAKE, amount=60),),
)
NEVER_USED = Promotion(
    code="NEVER-USED",
    conditions=(ProductCount(products=SOUP, minimum=99),),
    actions=(DiscountOrderLine(include=SOUP, percent=percent("90")),),
)
BOOK = book_of([SOUP_10, CAKE_3_FOR_2, GOLD_CAKE, NEVER_USED])

# By hand: 4 soups at 1.05 less 10 % of 4.20 = 0.42; 3 cakes at 2.00, one of them free = 2.00.
# Bob is gold: 0.60 off each of his 3 cakes, 1.80, is less than a cake free, 2.00, so he gets that;
# of his 2 cakes a week later none can be free, so he gets 1.20.
LINES = [
    line("a", "2017-01-02T10:00:00-05:00", "soup", 4, 420),
    line("b", "2017-01-03T10:00:00-05:00", "cake", 3, 600, customer="bob"),
    line("b", "2017-01-03T10:00:00-05:00", "soup", 1, 105, customer="bob", number=2),
    # Sunday 23:30 in New York is Monday 04:30, UTC: still the week before.
    line("c", "2017-01-08T23:30:00-05:00", "cake", 3, 600),
    line("d", "2017-01-10T00:00:00-05:00", "soup", 9, 945),
    line("d", "2017-01-10T00:00:00-05:00", "cake", 2, 400, number=2),
    line("e", "2017-01-11T10:00:00-05:00", "cake", 2, 400, customer="bob"),
]
FIRST, SECOND = date(2017, 1, 2), date(2017, 1, 9)


@pytest.fixture
def history(tmp_path):
    return write_history(tmp_path / "history", LINES, tags={"bob": ["gold"]}, orders_per_group=2)


@spec("BE-21", "QU-4")
def test_five_orders_added_up_by_hand(history):
    tally = run(history, BOOK, jobs=1)

    assert tally.offers == {
        ("standard", "SOUP-10", FIRST): OfferSums(cost=42 + 11, orders=2, units=5, gross=420 + 705),
        ("standard", "CAKE-3-FOR-2", FIRST): OfferSums(cost=400, orders=2, units=6, gross=1305),
        ("standard", "GOLD-CAKE", SECOND): OfferSums(cost=120, orders=1, units=2, gross=400),
    }
    assert tally.weeks == {
        FIRST: WeekSums(orders=3, lines=4, orders_touched=3, gross=1725, discount=453),
        SECOND: WeekSums(orders=2, lines=3, orders_touched=1, gross=1745, discount=120),
    }


@spec("BE-21")
def test_what_the_business_gave_then_stands_beside_it(tmp_path):
    recorded = line("a", "2017-01-02T10:00:00-05:00", "soup", 1, 100)
    recorded |= {"retail_discount": 7, "coupon_match": 2, "coupon_discount": 50}
    history = write_history(tmp_path / "history", [recorded])

    assert run(history, BOOK, jobs=1).weeks[FIRST].recorded_discount == 9


@spec("BE-21")
def test_weeks_begin_on_the_business_s_day(history):
    book = book_of([SOUP_10], week_starts="sunday")

    weeks = run(history, book, jobs=1).weeks
    assert {week: sums.orders for week, sums in weeks.items()} == {
        date(2017, 1, 1): 2,
        date(2017, 1, 8): 3,
    }


@spec("BE-21")
def test_only_the_first_orders_are_priced_if_so_asked(history):
    assert sum(week.orders for week in run(history, BOOK, orders=3, jobs=1).weeks.values()) == 3
    assert sum(week.orders for week in run(history, BOOK, orders=99, jobs=1).weeks.values()) == 5


def random_lines(orders: int) -> list[dict[str, object]]:
    random = Random(7)
    return [
        line(
            f"{order:04}",
            f"2017-01-{random.randint(1, 28):02}T{order % 24:02}:00:00-05:00",
            sku,
            units := random.randint(1, 5),
            units * random.randint(90, 110),
            customer=random.choice(["ann", "bob"]),
            number=number,
        )
        for order in range(orders)
        for number, sku in enumerate(random.sample(["soup", "cake"], random.randint(1, 2)), 1)
    ]


@spec("BE-21", "BE-22", "QU-4")
def test_the_result_depends_on_neither_workers_nor_chunks(tmp_path):
    # An order's lines share its instant.
    lines = random_lines(120)
    for one, other in pairwise(lines):
        if one["order"] == other["order"]:
            other["at"], other["customer"] = one["at"], one["customer"]
    tallies = []
    for size in (1, 7, 50, 1000):
        folder = tmp_path / f"by-{size}"
        history = write_history(folder, lines, tags={"bob": ["gold"]}, orders_per_group=size)
        for jobs in (1, 2, 3):
            tallies.append(run(history, BOOK, jobs=jobs))

    assert all(tally == tallies[0] for tally in tallies)
    assert sum(week.orders for week in tallies[0].weeks.values()) == 120
    assert len(tallies[0].offers) > 8


def test_workers_that_share_no_memory_give_the_same(history, monkeypatch):
    monkeypatch.setattr(backtest, "_processes", lambda: multiprocessing.get_context("spawn"))

    assert run(history, BOOK, jobs=2) == run(history, BOOK, jobs=1)


@spec("BE-22")
def test_ray_gives_the_same_to_the_cent(history):
    pytest.importorskip("ray")

    assert run_on_ray(history, BOOK) == run(history, BOOK, jobs=1)


def test_progress_tells_of_every_order(history):
    told: list[int] = []
    run(history, BOOK, jobs=2, done=told.append)

    assert sum(told) == 5


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("book", "fault"),
    [
        (book_of([], currency="EUR"), "the history is in USD and the book in EUR"),
        (book_of([], ["soup"]), "the book lacks 1 of the history's products: cake"),
        (
            book_of(
                [
                    Promotion(
                        code="LOYAL",
                        conditions=(ProductCount(orders=ApplicableOrders.ALL),),
                        actions=(DiscountOrderLine(percent=percent("5")),),
                    )
                ]
            ),
            "asks about earlier purchases, which a backtest can't answer yet: LOYAL",
        ),
    ],
)
def test_a_book_that_does_not_fit_the_history_is_refused(history, book, fault, jobs):
    with pytest.raises(HistoryFault, match=fault):
        run(history, book, jobs=jobs)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_order_that_cannot_be_priced_is_named(tmp_path, jobs):
    lines = [*LINES, line("z", "2017-01-20T10:00:00-05:00", "soup", 0, 100)]
    history = write_history(tmp_path / "history", lines, orders_per_group=2)

    with pytest.raises(HistoryFault, match=r"order z: lines\[0\]\.quantity: a quantity is more"):
        run(history, BOOK, jobs=jobs)


@spec("BE-21")
def test_the_report_gives_costs_and_shares_by_offer_and_by_week(history):
    found = report(BOOK, run(history, BOOK, jobs=1))

    assert [(row.offer, row.cost, row.orders) for row in found.offers] == [
        ("CAKE-3-FOR-2", Decimal("4.00"), 2),
        ("GOLD-CAKE", Decimal("1.20"), 1),
        ("SOUP-10", Decimal("0.53"), 2),
        ("NEVER-USED", Decimal("0.00"), 0),
    ]
    best = found.offers[0]
    assert best.share == Decimal("0.698080")  # 4.00 of 5.73
    assert best.rate == Decimal("0.306513")  # 4.00 of the 13.05 of its two orders
    assert [(row.week, row.discount, row.rate) for row in found.weeks] == [
        (FIRST, Decimal("4.53"), Decimal("0.262609")),
        (SECOND, Decimal("1.20"), Decimal("0.068768")),
    ]
    assert (found.total.gross, found.total.discount) == (Decimal("34.70"), Decimal("5.73"))
    assert [(row.week, row.offer, row.share) for row in found.offer_weeks] == [
        (FIRST, "CAKE-3-FOR-2", Decimal("0.883002")),
        (FIRST, "SOUP-10", Decimal("0.116998")),
        (SECOND, "GOLD-CAKE", Decimal("1.000000")),
    ]


@spec("BE-21", "QU-44")
def test_tables_are_written_as_csv_and_parquet_alike(history, tmp_path):
    out = tmp_path / "out"
    written = write_report(report(BOOK, run(history, BOOK, jobs=1)), out)

    assert sorted(path.name for path in out.iterdir()) == sorted(path.name for path in written)
    for name in ("offers", "weeks", "offer_weeks"):
        with (out / f"{name}.csv").open(newline="") as file:
            in_csv = list(csv.DictReader(file))
        in_parquet = pq.read_table(out / f"{name}.parquet").to_pylist()
        as_text = [{key: str(value) for key, value in row.items()} for row in in_parquet]
        for row in in_csv:
            if "title" in row:
                row["title"] = row["title"].removeprefix("'")
        assert in_csv == as_text
    assert "'=10 % off soup" in (out / "offers.csv").read_text()


def test_a_book_without_offers_and_a_history_of_nothing_taken_give_empty_tables(history, tmp_path):
    write_report(report(book_of([]), run(history, book_of([]), jobs=1)), tmp_path / "out")

    assert pq.read_table(tmp_path / "out" / "offers.parquet").num_rows == 0
    assert pq.read_table(tmp_path / "out" / "weeks.parquet").num_rows == 2


def test_a_table_that_cannot_be_written_leaves_no_piece(history, tmp_path):
    found = report(BOOK, run(history, BOOK, jobs=1))
    (tmp_path / "out" / "offers.csv").mkdir(parents=True)

    with pytest.raises(OSError, match=r"offers\.csv"):
        write_report(found, tmp_path / "out")
    assert not list((tmp_path / "out").glob(".*"))
