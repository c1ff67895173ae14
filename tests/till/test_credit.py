"""A customer pays at the till with credit (SP-13, IF-31)."""

from __future__ import annotations

import pytest

from largesse.offers import promotions
from largesse.orders.models import Order
from largesse.orders.tenders import tenders_of
from tests.till.store import AT, Till
from tests.words import spec

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def marta_has_42_50(till: Till) -> None:
    """Marta has 42.50 on her account, for a mug and a board with the code THANKS."""
    gives("42.50", "store", code="THANKS")
    earns(till, "THANKS")


def gives(amount: str, account: str, code: str) -> None:
    action = {"kind": "award_credit", "account": account, "amount": amount}
    promotions.revise({"code": code, "promo_code": code, "actions": [action]}, by=None, at=AT)


def earns(till: Till, code: str) -> None:
    till.scan("APRON", code).post("customer", number="C-1").take("cash", "50.00").post("new")


def last_order() -> Order:
    return Order.objects.latest("placed_at")


@spec("IF-31", "SP-13", "JO-3")
def test_credit_pays_a_part_and_cash_the_rest_as_foretold(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1")
    assert "Credit 42.50" in till.page
    till.post("credit", account="store")
    assert till.total == "50.00"
    assert "Credit Store 42.50" in till.page
    assert "Still to pay 7.50" in till.page
    foretold = till.ledgers
    till.take("cash", "7.50")
    assert till.ledgers["Sale"] == foretold["Sale"]
    assert till.ledgers["Payment"] == {
        "Cash drawer": 750,
        "Customer credit C-1, store": 4250,
        "Receivables": -5000,
    }
    order = last_order()
    assert (order.state, order.due) == ("posted", 750)
    assert [(t.method, t.amount) for t in tenders_of(order.payment, order.due)] == [("cash", 750)]


@spec("IF-31", "SP-13")
def test_credit_pays_a_whole_sale_and_what_is_left_of_it_the_next_one(till: Till) -> None:
    till.scan("MUG").post("customer", number="C-1")
    assert "Credit 14.50" in till.page
    till.post("credit", account="store")
    till.post("take", due="0")
    assert (last_order().due, last_order().state) == (0, "posted")
    till.scan("APRON").post("customer", number="C-1")
    assert "Credit 28.00" in till.page


@spec("IF-31", "SP-13")
def test_credit_pays_what_another_tender_left(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1").take("card", "20.00", last4="4417")
    till.post("credit", account="store")
    assert till.answer.context["left"] == 0
    till.post("take", due="2000")
    assert last_order().due == 2000


@spec("IF-31", "SP-13")
def test_credit_is_taken_back_before_the_sale_is_finished(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1").post("credit", account="store")
    till.post("credit/take-back", account="store")
    assert till.answer.context["left"] == 5000
    till.take("cash", "50.00")
    assert last_order().payments == []


@spec("SP-13")
def test_credit_leaves_the_sale_with_its_customer(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1").post("credit", account="store")
    till.post("customer", number="")
    assert till.answer.context["left"] == 5000
    assert "Credit 42.50" not in till.page
    till.post("credit", account="store")
    assert "Nothing is left on the account, or to pay." in till.page


@spec("SP-13", "IF-31", "OR-2")
def test_of_two_tills_with_one_credit_one_sells_and_the_other_is_asked(till: Till) -> None:
    other = Till(2)
    for each in (till, other):
        each.scan("APRON").post("customer", number="C-1").post("credit", account="store")
    till.take("cash", "7.50")
    other.take("cash", "7.50", due="750")
    assert "The price has changed. It was 7.50 , and is 50.00 now." in other.page
    assert Order.objects.count() == 2


@spec("SP-13")
def test_several_accounts_are_told_apart_by_their_names(till: Till) -> None:
    gives("5.00", "points", code="POINTS")
    earns(till, "POINTS")
    till.scan("APRON").post("customer", number="C-1")
    assert "Credit, points 5.00" in till.page
    assert "Credit, store 42.50" in till.page
    till.post("credit", account="points").post("credit", account="store")
    assert "Still to pay 2.50" in till.page


@spec("IF-31", "SP-13", "OR-5")
def test_the_receipt_names_credit_and_a_refund_gives_it_back_after_the_tender(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1").post("credit", account="store")
    till.take("cash", "7.50")
    sale, order = till.sale, last_order()
    assert "Credit, store 42.50" in till.get(f"sales/{sale.public_id}/receipt").page
    said = {"all": "1", "reason": "Wrong item", "events": str(order.events)}
    till.post(f"refunds/{order.public_id}", do="", **said)
    assert "Cash 7.50" in till.page
    assert "Credit 42.50" in till.page
    till.post(f"refunds/{order.public_id}", do="refund", **said)
    till.post("new").scan("APRON").post("customer", number="C-1")
    assert "Credit 42.50" in till.page
