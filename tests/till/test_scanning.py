"""One field takes everything: products, weights, labels, names, vouchers, orders, codes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from largesse.catalog.models import Product
from largesse.till.labels import check_digit
from tests.till.store import Till, the_order
from tests.words import spec

pytestmark = pytest.mark.django_db

QUERIES_OF_A_SCAN = 12


def label(prefix: str, value: int) -> str:
    """What a scale prints for loose tea."""
    digits = f"{prefix}04711{value:05d}"
    return digits + check_digit(digits)


@spec("VO-40", "IF-31")
def test_a_product_is_found_by_its_barcode_and_by_its_sku(till: Till) -> None:
    assert till.scan("2000000000015", "board", "BOARD").lines == [("1", "APRON"), ("2", "BOARD")]


@spec("IF-31")
def test_three_times_a_code_is_three_of_it(till: Till) -> None:
    assert till.scan("3*4711", "2 × MUG").lines == [("5", "MUG")]


@spec("IF-31")
def test_what_is_discounted_by_hand_does_not_grow(till: Till) -> None:
    till.scan("MUG").post("lines/1/discount", way="amount", value="1.00", reason="Damaged")
    assert till.scan("MUG").lines == [("1", "MUG"), ("1", "MUG")]


@spec("VO-40", "IF-31")
def test_an_unknown_code_is_refused_under_the_field_and_the_lines_stay(till: Till) -> None:
    till.scan("MUG", "90000")
    assert "Nothing is called 90000." in till.page
    assert 'value="90000"' in till.answer.content.decode()
    assert till.lines == [("1", "MUG")]


@spec("IF-31")
def test_a_name_finds_products_in_a_list(till: Till) -> None:
    till.scan("linen")
    assert "Linen apron APRON 50.00" in till.page
    assert till.lines == []
    assert "Walnut board" in till.get("find?q=board").answer.content.decode()


@spec("IF-31")
def test_what_is_sold_by_weight_asks_for_it(till: Till) -> None:
    till.scan("TEA")
    assert "Weight of Loose tea" in till.page
    till.post("scan", weight="0.350", sku="TEA")
    assert till.lines == [("0.350", "TEA")]
    assert till.total == "11.20"
    till.scan("1.2345*TEA")
    assert "enter at most 3 decimals" in till.page


@spec("IF-31")
def test_a_scale_label_says_the_price_or_the_weight(till: Till) -> None:
    till.scan(label("21", 799))
    assert till.total == "7.99"
    assert till.lines == [("0.250", "TEA")]
    Product.objects.filter(sku="TEA").update(barcode="2204711")
    till.scan(label("22", 500))
    assert till.total == "23.99"
    wrong = label("22", 500)[:-1] + "0"
    till.scan(wrong)
    assert f"Nothing is called {wrong}." in till.page


@spec("IF-31")
def test_a_receipt_leads_to_its_refund(till: Till) -> None:
    till.scan("MUG").take("cash", "14.50")
    order = the_order()
    till.scan(order.number.lower().replace("-", ""))
    assert till.answer.url == f"/till/refunds/{order.public_id}"


@spec("VO-19", "IF-31")
def test_a_promo_code_is_taken_and_says_what_it_does(till: Till) -> None:
    till.scan("APRON", "spring")
    assert "SPRING" in till.page
    assert till.total == "50.00"
    till.scan("MUG")
    assert till.total == "63.50"
    till.post("codes/remove", code="SPRING")
    assert till.total == "64.50"


@spec("IF-31")
def test_what_is_no_longer_sold_stands_out_and_is_not_paid_for(till: Till) -> None:
    from largesse.offers.book_log import publish
    from largesse.offers.models import BookEntry

    till.scan("MUG", "APRON")
    Product.objects.filter(sku="MUG").update(active=False)
    publish(BookEntry.Kind.PRODUCT, ["MUG"])
    till.get()
    assert "MUG is no longer sold." in till.page
    till.take("cash", "50.00")
    assert "no longer sold. Remove it first." in till.page
    till.post("lines/1/remove").take("cash", "50.00")
    assert the_order().total == 5000


@spec("QU-41")
def test_wrong_voucher_numbers_lock_vouchers_and_nothing_else(till: Till) -> None:
    till.scan("APRON").post("customer", number="C-1")
    for nth in range(20):
        till.scan(f"DV9{nth}")
    assert "Nothing is called DV919." in till.page
    till.scan("DV999")
    assert "Too many wrong numbers at this till." in till.page
    till.scan("DV20")
    assert "Too many wrong numbers at this till." in till.page
    assert till.scan("MUG", "90000").total == "64.50"
    assert "Nothing is called 90000." in till.page


@spec("IF-31", "VO-40")
def test_a_scan_asks_few_questions_whatever_the_number_of_lines(till: Till) -> None:
    """What a long sale asks of the records is what a short one asks."""
    counted = []
    for lines in (1, 20):
        while len(till.lines) < lines:
            till.scan(f"0.{len(till.lines) + 101}*TEA")
        with CaptureQueriesContext(connection) as asked:
            till.post("scan", deed=f"d{lines}", text="MUG")
        # Four times a second at most a process looks whether the book has grown.
        counted.append(sum("offers_book" not in each["sql"] for each in asked))
    assert counted[0] == counted[1] <= QUERIES_OF_A_SCAN


def test_a_quantity_survives_being_kept(till: Till) -> None:
    from largesse.till.ringing import rings_of

    till.scan("1*TEA")
    assert rings_of(till.sale).lines[0].quantity == Decimal("1.000")
    assert till.get().lines == [("1.000", "TEA")]
