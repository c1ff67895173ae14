"""After a sale: its receipt, how each cent came about, and what goes back by it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import zxingcpp
from django.core import mail

from largesse.offers.vouchers import voucher_values
from largesse.orders.models import Order
from largesse.till.barcode import barcode_of
from largesse.till.models import Sale
from largesse.till.notes import notes_for
from tests.till.store import Till, the_order
from tests.words import spec

pytestmark = pytest.mark.django_db


def sold(till: Till, *codes: str) -> Order:
    """Three mugs for two and an apron: 29.00 and 50.00, paid 20.00 by card and the rest in cash."""
    till.scan("3*MUG", "APRON").post("customer", number="C-1").scan(*codes)
    till.take("card", "20.00", last4="4417")
    till.take("cash", "100.00")
    return the_order()


@spec("IF-31")
def test_the_receipt_says_what_was_bought_what_came_off_and_how_it_was_paid(till: Till) -> None:
    order = sold(till)
    till.get(f"sales/{Sale.objects.get().public_id}/receipt")
    for words in (
        "Alder & Finch",
        "Pearl Street, till 1",
        f"Order {order.number}",
        "3 Stoneware mug 43.50",
        "Three mugs for two −14.50",
        "Total USD 79.00",
        "Card ending in 4417 20.00",
        "Cash 59.00 Given 100.00, change 41.00",
        "You saved 14.50",
        "You were served by Tomas.",
    ):
        assert words in till.page, words


@spec("VO-10", "IF-31")
def test_a_percentage_voucher_stands_on_the_receipt_once_below_the_lines(till: Till) -> None:
    sold(till, "DV20")
    till.get(f"sales/{Sale.objects.get().public_id}/receipt")
    assert "Linen apron 50.00 Voucher DV20 −15.80 Total USD 63.20" in till.page


@spec("VO-40", "IF-31")
def test_a_barcode_is_read_back_by_a_scanner(till: Till) -> None:
    for number in ("DV4829103756120", sold(till).number):
        drawn = barcode_of(number)
        image = np.full((60, drawn.width + 40), 255, dtype=np.uint8)
        for bar in drawn.bars:
            image[5:55, 20 + bar.x : 20 + bar.x + bar.width] = 0
        (read,) = zxingcpp.read_barcodes(np.repeat(np.repeat(image, 3, 0), 3, 1))
        assert read.text == number


@spec("IF-36", "IF-31")
def test_each_cent_is_explained_before_and_after(till: Till) -> None:
    till.scan("3*MUG").get("explanation")
    assert "Three mugs for two" in till.page
    till.get().take("cash", "29.00")
    assert till.get(f"sales/{Sale.objects.get().public_id}/explanation").answer.status_code == 200


@spec("IF-31")
def test_a_receipt_is_mailed_where_the_server_can(till: Till, settings: Any) -> None:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail", "shop@example.com"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    order = sold(till)
    where = f"sales/{Sale.objects.get().public_id}/email"
    till.post(where, email="marta")
    assert "Enter an e-mail address" in till.page
    till.post(where, email="marta@example.com")
    (sent,) = mail.outbox
    assert sent.to == ["marta@example.com"]
    assert order.number in sent.subject
    assert "Total USD  79.00" in sent.body


@spec("IF-31")
def test_no_mail_is_offered_where_the_server_cannot_send_it(till: Till, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    sold(till)
    assert "email-dialog" not in till.answer.content.decode()


# --- refunds -----------------------------------------------------------------------------------------


def refund(till: Till, order: Order, deed: str = "refund", **said: str) -> Till:
    """Ask for a refund, or with `deed=""` only what it would come to."""
    order.refresh_from_db()
    lines = {name.replace("_", "."): value for name, value in said.items()}
    till.post(f"refunds/{order.public_id}", do=deed, events=str(order.events), **lines)
    return till


@spec("IF-31", "OR-5")
def test_a_refund_says_what_goes_back_to_which_tender_before_it_is_done(till: Till) -> None:
    order = sold(till)
    refund(till, order, "", units_2="1")
    assert "Give back 50.00 cash" in till.page
    refund(till, order, units_2="1", reason="Damaged").get(f"refunds/{order.public_id}")
    assert "50.00 given back." in till.page
    assert till.ledgers["Refund"] == {"Sales": 5000, "Receivables": -5000}
    assert till.ledgers["Paid back"] == {"Receivables": 5000, "Cash drawer": -5000}
    refund(till, order, "", units_1="3")
    assert "Give back 9.00 cash, 20.00 card" in till.page
    refund(till, order, units_1="3", reason="Changed their mind")
    order.refresh_from_db()
    assert (order.state, order.refunded) == ("refunded", 7900)


@spec("VO-6", "IF-31")
def test_a_full_refund_returns_the_voucher(till: Till) -> None:
    order = sold(till, "DV20")
    refund(till, order, "", all="1")
    assert "DV20 can be used again" in till.page
    refund(till, order, all="1", reason="Wrong item")
    assert voucher_values(["DV20"])["DV20"].status == "assigned"


@spec("OR-3", "IF-31")
def test_a_refund_pressed_twice_is_one(till: Till) -> None:
    order = sold(till)
    said = {"do": "refund", "units.1": "1", "reason": "Damaged", "events": str(order.events)}
    till.post(f"refunds/{order.public_id}", **said)
    till.post(f"refunds/{order.public_id}", **said)
    assert order.refunds.count() == 1


@spec("IF-31")
def test_a_refund_needs_units_and_a_reason(till: Till) -> None:
    order = sold(till)
    refund(till, order, reason="Damaged")
    assert "Choose what comes back." in till.page
    refund(till, order, units_1="1")
    assert "Say why it comes back." in till.page
    assert order.refunds.count() == 0


@spec("IF-31")
def test_the_notes_that_are_offered_pay_at_least_what_is_due() -> None:
    for due in range(1, 60_000, 37):
        offered = notes_for(due)
        assert offered[0] == due
        assert list(offered) == sorted(set(offered))
        assert 2 <= len(offered) <= 4
