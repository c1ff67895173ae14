"""Who may sell, which till a device is, what waits on hold, and what is undone."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from largesse.business.models import Setting
from largesse.crm.models import Customer
from largesse.orders.models import Order
from largesse.till.models import Sale
from tests.till.store import Till, the_order, user
from tests.words import spec

pytestmark = pytest.mark.django_db


# --- who ---------------------------------------------------------------------------------------------


@spec("IF-31", "QU-40")
@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("Cashier", 200),
        ("Administrator", 200),
        ("Merchandiser", 403),
        ("Approver", 403),
        ("Rep", 403),
        ("Support", 403),
        ("Auditor", 403),
    ],
)
def test_the_till_is_for_cashiers_and_administrators(store: None, role: str, status: int) -> None:
    client = Client()
    client.force_login(user(role))
    assert client.get("/till/").status_code == status
    assert client.post("/till/scan", {"text": "MUG"}).status_code == (302 if status == 200 else 403)
    assert Sale.objects.count() == 0


@spec("IF-31", "QU-40")
def test_who_is_not_signed_in_is_asked_to(store: None) -> None:
    assert Client().get("/till/")["Location"].startswith("/back-office/login/?next=/till/")
    assert Client().post("/till/scan", headers={"X-Deed": "d"}).status_code == 401


@spec("IF-31", "QU-40")
@pytest.mark.parametrize(("role", "total"), [("Cashier", "50.00"), ("Administrator", "45.00")])
def test_a_setting_says_whether_cashiers_discount_lines(store: None, role: str, total: str) -> None:
    Setting.objects.create(name="cashiers_discount_lines", value=False)
    till = Till(role=role).scan("APRON")
    till.post("lines/1/discount", way="amount", value="5.00", reason="Damaged")
    assert till.total == total


@spec("IF-31", "QU-40")
def test_a_setting_says_whether_cashiers_refund(till: Till) -> None:
    Setting.objects.create(name="cashiers_refund", value=False)
    till.scan("MUG").take("cash", "14.50")
    order = the_order()
    said = {"do": "refund", "units.1": "1", "reason": "Damaged", "events": "2"}
    till.post(f"refunds/{order.public_id}", **said)
    assert "Only an administrator refunds here." in till.page
    assert Order.objects.get().refunded == 0


# --- which till --------------------------------------------------------------------------------------


@spec("IF-31")
def test_a_device_stays_its_till_whoever_signs_in(till: Till) -> None:
    till.scan("MUG").post("sign-out")
    till.client.force_login(user("Cashier", "Ada Moss"))
    till.get()
    assert "Pearl Street · Till 1" in till.page
    assert till.lines == [("1", "MUG")]


@spec("IF-31")
def test_another_till_is_another_sale(till: Till) -> None:
    till.scan("MUG").post("leave")
    assert "Which till is this?" in till.get().page
    till.post("open", location="pearl", till="100")
    assert "A till has a number from 1 to 99." in till.page
    till.post("open", location="denver", till="1")
    till.scan("MUG")
    assert till.total == "15.95"


# --- on hold -----------------------------------------------------------------------------------------


@spec("IF-31")
def test_a_sale_on_hold_is_recalled_at_another_till(till: Till) -> None:
    till.scan("MUG").post("customer", number="C-1").post("hold")
    assert till.lines == []
    other = Till(2)
    assert "Recall 1" in other.page
    held = Sale.objects.get(state="held")
    assert "Marta Ilves" in other.get("held").page
    other.post(f"held/{held.public_id}")
    assert other.lines == [("1", "MUG")]
    assert "Marta Ilves" in other.page
    till.post(f"held/{held.public_id}")
    assert "Another till has recalled it." in till.page


@spec("IF-31")
def test_recalling_puts_the_open_sale_on_hold(till: Till) -> None:
    till.scan("MUG").post("hold").scan("APRON")
    held = Sale.objects.get(state="held")
    till.post(f"held/{held.public_id}")
    assert till.lines == [("1", "MUG")]
    assert Sale.objects.get(state="held").lines[0]["sku"] == "APRON"


@spec("IF-31")
def test_a_sale_with_money_taken_is_not_put_on_hold(till: Till) -> None:
    till.scan("MUG").take("cash", "10.00").post("hold")
    assert "Take back what was paid first" in till.page
    assert Sale.objects.get().state == "open"


@spec("IF-31")
def test_a_held_sale_of_another_location_is_not_recalled_here(till: Till) -> None:
    other = Till(1, "denver").scan("MUG").post("hold")
    held = Sale.objects.get(state="held")
    assert other.answer.context["held_count"] == 1
    till.post(f"held/{held.public_id}")
    assert "on hold at another location" in till.page


# --- undone ------------------------------------------------------------------------------------------


@spec("IF-31")
def test_a_removed_line_is_put_back_where_it_was(till: Till) -> None:
    till.scan("MUG", "APRON").post("lines/1/remove")
    undo = re.search(r'action="/till/(put-back/[^"]+)"', till.answer.content.decode())
    assert undo is not None
    till.post(undo[1])
    assert till.lines == [("1", "MUG"), ("1", "APRON")]


@spec("IF-31")
def test_the_last_one_fewer_takes_the_line_out(till: Till) -> None:
    till.scan("2*MUG").post("lines/1", step="-1")
    assert till.lines == [("1", "MUG")]
    assert till.post("lines/1", step="-1").lines == []


@spec("IF-31")
def test_a_quantity_that_is_none_is_told_and_kept(till: Till) -> None:
    till.scan("MUG").post("lines/1", quantity="1.5")
    assert "Enter whole units." in till.page
    assert till.lines == [("1", "MUG")]
    till.post("lines/1", quantity="12")
    assert till.lines == [("12", "MUG")]


@spec("IF-31")
def test_a_cleared_sale_leaves_the_screen_and_uses_nothing(till: Till) -> None:
    till.scan("MUG").post("clear")
    assert till.lines == []
    assert Sale.objects.get().state == "cleared"
    assert Order.objects.count() == 0


# --- customers ---------------------------------------------------------------------------------------


@spec("IF-31", "VO-12")
def test_a_customer_is_found_and_added_on_the_spot(till: Till) -> None:
    assert "Marta Ilves" in till.get("customers?q=marta@").page
    till.post("customers/new", name="", email="not one")
    assert "Enter the name." in till.page
    assert "This is no e-mail address." in till.page
    till.post("customers/new", name="X", email="Marta@example.com")
    assert "Marta Ilves (C-1) has this e-mail. Search for it." in till.page
    till.scan("APRON", "DV20").post("customers/new", name="Ada  Moss", phone="555 01")
    made = Customer.objects.get(name="Ada Moss")
    assert made.phone == "555 01"
    assert till.total == "40.00"
    assert f"Ada Moss · customer since {made.joined_on:%Y}" in till.page


@spec("IF-31")
def test_a_discount_needs_a_reason_and_a_sum_that_fits(till: Till) -> None:
    till.scan("APRON").post("lines/1/discount", way="amount", value="60", reason="x")
    assert "The line comes to 50.00." in till.page
    till.post("lines/1/discount", way="percent", value="15", reason=" ")
    assert "Say why: it stands on the order for good." in till.page
    till.post("lines/1/discount", way="percent", value="101", reason="x")
    assert "Enter 100 or less." in till.page
    till.post("lines/1/discount", way="percent", value="15", reason="Last piece")
    assert till.total == "42.50"
    assert "15 % off, Last piece" in till.page
    till.post("lines/1", quantity="2")
    assert till.total == "85.00"
    till.post("lines/1/discount", remove="1")
    assert till.total == "100.00"
