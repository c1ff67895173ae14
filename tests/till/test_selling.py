"""Sales at a till: the source's sums, vouchers of both kinds, several tenders, sold once."""

from __future__ import annotations

import pytest

from largesse.orders.models import Order
from largesse.orders.tenders import tenders_of
from largesse.till.models import Sale
from tests.till.store import Till, the_order
from tests.words import spec

pytestmark = pytest.mark.django_db


# --- percentage vouchers -----------------------------------------------------------------------------


@spec("IF-31", "VO-10")
def test_two_items_at_50_with_20_percent_make_80(till: Till) -> None:
    till.scan("2000000000015", "2000000000022").post("customer", number="C-1")
    till.scan("DV20")
    assert till.total == "80.00"


@spec("IF-31", "VO-10", "VO-11")
def test_with_25_off_a_line_first_they_make_75_then_60_not_55(till: Till) -> None:
    till.scan("APRON", "BOARD")
    till.post("lines/2/discount", way="amount", value="25.00", reason="Damaged")
    assert till.total == "75.00"
    till.post("customer", number="C-1").scan("DV20")
    assert till.total == "60.00"
    assert "Before voucher 75.00" in till.page


@spec("VO-11")
def test_a_line_is_not_discounted_while_a_voucher_is_on_the_sale(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1").scan("DV20")
    till.post("lines/1/discount", way="amount", value="5.00", reason="Damaged")
    assert "Remove the voucher first." in till.page
    assert till.total == "40.00"
    till.post("voucher/remove").post(
        "lines/1/discount", way="percent", value="10 %", reason="Damaged"
    )
    assert till.total == "45.00"


@spec("VO-11")
def test_adding_and_removing_lines_counts_the_voucher_anew(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1").scan("DV20", "BOARD")
    assert till.total == "80.00"
    till.post("lines/1/remove")
    assert till.total == "40.00"


@spec("VO-12", "IF-31")
def test_a_voucher_that_needs_a_customer_asks_and_goes_on_by_itself(till: Till) -> None:
    till.scan("APRON", "DV20")
    assert "The voucher needs a customer" in till.page
    assert till.total == "50.00"
    till.take("cash", "50.00")
    assert Order.objects.count() == 0
    assert "Voucher DV20 is not used" in till.page
    till.post("customer", number="C-1")
    assert till.total == "40.00"


@spec("VO-3")
def test_a_second_voucher_is_refused_and_says_what_to_do(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1").scan("DV20", "DV21")
    assert "One voucher a sale, and DV20 is on this one. Remove it to use DV21." in till.page
    till.scan("GV10")
    assert "Remove it to use GV10." in till.page
    assert till.total == "40.00"


@spec("VO-1", "VO-2", "VO-40")
def test_a_voucher_is_found_in_any_case_and_refused_with_its_own_reason(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1")
    till.scan(" dv 20 ")
    assert till.total == "40.00"
    till.post("voucher/remove").scan("DVNEW")
    assert "has not been assigned to a partner yet" in till.page
    till.scan("DV99")
    assert "Nothing is called DV99." in till.page


@spec("VO-4", "VO-6")
def test_a_used_voucher_is_refused_with_the_order_that_used_it(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1").scan("DV20").take("cash", "40.00")
    order = the_order()
    till.scan("BOARD", "DV20")
    assert f"Voucher DV20 has been used, on order {order.number}." in till.page


# --- value vouchers ----------------------------------------------------------------------------------


@spec("VO-30", "VO-33", "JO-3")
def test_a_value_voucher_is_a_tender_and_changes_no_price(till: Till) -> None:
    till.scan("APRON", "GV10")
    assert till.total == "50.00"
    assert "Still to pay 40.00" in till.page
    till.take("cash", "40.00")
    assert till.ledgers == {
        "Sale": {"Receivables": 5000, "Sales": -5000},
        "Payment": {
            "Cash drawer": 4000,
            "Value voucher clearing Harbor Credit Union": 1000,
            "Receivables": -5000,
        },
    }


@spec("VO-30")
def test_what_a_value_voucher_would_lose_is_said_before(till: Till) -> None:
    till.scan("APRON", "MUG", "GV100")
    assert till.total == "64.50"
    assert "35.50 of it will be lost" in till.page
    till.post("take", due="0")
    assert the_order().due == 0
    assert "Paid 64.50" in till.page


@spec("VO-31")
def test_the_minimum_of_a_value_voucher_is_told_and_reached(till: Till) -> None:
    till.scan("APRON", "GV100")
    assert "Voucher GV100 needs an order of 60.00, this one comes to 50.00." in till.page
    till.scan("MUG")
    assert "35.50 of it will be lost" in till.page


# --- tenders -----------------------------------------------------------------------------------------


@spec("IF-31", "JO-3")
def test_a_sale_is_paid_by_card_and_cash_and_posts_what_was_foretold(till: Till) -> None:
    till.scan("APRON", "BOARD").post("customer", number="C-1").scan("DV20")
    till.post("voucher/remove")
    till.post("lines/2/discount", way="amount", value="25.00", reason="Damaged").scan("DV20")
    till.take("card", "20.00", last4="4417")
    assert "Card •••• 4417 20.00" in till.page
    assert "Still to pay 40.00" in till.page
    foretold = till.ledgers["Sale"]
    till.take("cash", "50.00")
    assert till.change == "10.00"
    assert till.ledgers["Sale"] == foretold
    assert till.ledgers["Sale"] == {
        "Receivables": 6000,
        "Discounts, by hand": 2500,
        "Discounts, partner vouchers Harbor Credit Union": 1500,
        "Sales": -10000,
    }
    assert till.ledgers["Payment"] == {
        "Card clearing": 2000,
        "Cash drawer": 4000,
        "Receivables": -6000,
    }
    order = the_order()
    assert order.state == "posted"
    assert [(t.method, t.amount, t.given, t.change) for t in tenders_of(order.payment, 6000)] == [
        ("card", 2000, None, 0),
        ("cash", 4000, 5000, 1000),
    ]


@spec("IF-31")
def test_a_tender_is_taken_back_before_the_sale_is_finished(till: Till) -> None:
    till.scan("APRON").take("cash", "20.00")
    assert "Still to pay 30.00" in till.page
    till.post("take-back", place="0")
    assert "Still to pay" not in till.page
    assert till.answer.context["left"] == 5000


@spec("IF-31")
def test_a_card_pays_no_more_than_is_due_and_a_declined_one_nothing(till: Till) -> None:
    till.scan("APRON").take("card", "60.00", last4="4417")
    assert "A card pays 50.00 at most" in till.page
    till.take("card", "50.00", last4="0002")
    assert "The bank declined this card." in till.page
    till.take("card", "50.00", last4="44")
    assert "Enter the last four digits of the card." in till.page
    assert Order.objects.count() == 0


@spec("OR-3", "IF-31")
def test_a_second_press_and_a_lost_answer_sell_once(till: Till) -> None:
    till.scan("APRON")
    till.take("cash", "50.00", deed="d1")
    till.take("cash", "50.00", due="5000", deed="d1")
    till.take("cash", "50.00", due="5000")
    assert Order.objects.count() == 1
    assert "Paid 50.00" in till.page


@spec("OR-3")
def test_a_scan_whose_answer_was_lost_rings_up_once(till: Till) -> None:
    till.post("scan", deed="a", text="MUG").post("scan", deed="a", text="MUG")
    till.post("scan", deed="b", text="MUG")
    assert till.get().lines == [("2", "MUG")]


@spec("OR-2", "IF-31")
def test_the_cashier_is_asked_where_the_price_is_not_the_one_on_the_screen(till: Till) -> None:
    till.scan("APRON")
    till.take("cash", "40.00", due="4000")
    assert "The price has changed. It was 40.00 , and is 50.00 now." in till.page
    assert Order.objects.count() == 0


@spec("VO-4", "IF-31")
def test_of_two_tills_with_one_voucher_one_sells_and_the_other_is_asked(till: Till) -> None:
    other = Till(2)
    for each in (till, other):
        each.scan("APRON").post("customer", number="C-1").scan("DV20")
        assert each.total == "40.00"
    till.take("cash", "40.00")
    other.take("cash", "40.00", due="4000")
    assert Order.objects.count() == 1
    assert "The price has changed." in other.page
    assert f"Voucher DV20 has been used, on order {the_order().number}." in other.page
    other.post("voucher/remove").take("cash", "50.00")
    assert Order.objects.count() == 2


@spec("IF-31")
def test_the_reason_of_a_line_discount_stands_on_the_order(till: Till) -> None:
    from largesse.ledger.reading import events_of

    till.scan("APRON").post("lines/1/discount", way="price", value="45", reason="Price match")
    till.take("cash", "45.00")
    assert events_of(the_order().id)[0].reason == "Linen apron: 45.00 each, Price match"


@spec("IF-31")
def test_the_next_scan_after_a_sale_begins_a_new_one(till: Till) -> None:
    till.scan("APRON").take("cash", "50.00").scan("MUG")
    assert till.lines == [("1", "MUG")]
    assert Sale.objects.filter(on_screen=True).count() == 1
