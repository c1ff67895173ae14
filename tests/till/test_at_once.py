"""Several tills, or several presses of one button, at the same moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from largesse.offers.vouchers import voucher_values
from largesse.orders.models import Order
from largesse.till.models import Sale
from tests.databases import at_once
from tests.till.store import Till, set_up
from tests.words import spec

pytestmark = pytest.mark.django_db

TILLS = 6


@pytest.fixture
def tills(committed_database: str) -> Iterator[list[Till]]:
    """Tills next to each other; when a test is over, the books must balance."""
    from largesse.ledger import checking as journal
    from largesse.offers import current
    from largesse.orders.checking import orders as checking

    # Another test's book would serve until this database's is compiled.
    current.forget()
    set_up()
    yield [Till(number) for number in range(1, TILLS + 1)]
    assert journal.check() == ()
    assert checking.check() == ()


@spec("VO-4", "QU-20", "IF-31")
def test_one_voucher_at_many_tills_sells_once(tills: list[Till]) -> None:
    for each in tills:
        each.scan("APRON").post("customer", number="C-1").scan("DV20")
        assert each.total == "40.00"
    at_once(TILLS, lambda nth: tills[nth].take("cash", "40.00", due="4000"))
    sold = Order.objects.get()
    assert sold.total == 4000
    assert voucher_values(["DV20"])["DV20"].status == "redeemed"
    told = [each.page for each in tills]
    assert sum("Posted" in page for page in told) == 1
    assert sum("The price has changed." in page for page in told) == TILLS - 1
    for each in tills:
        if "Posted" not in each.page:
            each.post("voucher/remove").take("cash", "50.00")
    assert Order.objects.filter(total=5000).count() == TILLS - 1


@spec("OR-3", "IF-31")
def test_one_sale_paid_by_many_presses_is_sold_once(tills: list[Till]) -> None:
    till = tills[0].scan("APRON")

    def press(nth: int) -> int:
        said = {"method": "cash", "amount": "50.00", "due": "5000"}
        return till.client.post("/till/take", said, headers={"X-Deed": "d"}).status_code

    assert at_once(TILLS, press) == [200] * TILLS
    assert Order.objects.count() == 1
    assert Sale.objects.filter(state="sold").count() == 1


@spec("IF-31")
def test_scans_of_two_pages_of_one_till_are_all_rung_up(tills: list[Till]) -> None:
    till = tills[0].scan("MUG")
    at_once(TILLS, lambda nth: till.client.post("/till/scan", {"text": "MUG"}))
    assert till.get().lines == [(str(TILLS + 1), "MUG")]


@spec("IF-31")
def test_a_held_sale_is_recalled_by_one_till(tills: list[Till]) -> None:
    tills[0].scan("MUG").post("hold")
    held = Sale.objects.get().public_id
    at_once(TILLS, lambda nth: tills[nth].post(f"held/{held}"))
    assert sum("Stoneware mug" in each.get().page for each in tills) == 1
