"""Accounts: made, signed in to, and closed to others."""

from __future__ import annotations

import pytest

from largesse.business.models import User
from largesse.crm.models import Customer
from largesse.crm.values import customer_value
from largesse.engine.cart import Cart, CartLine
from largesse.orders.answers import Deed, Done
from largesse.orders.models import Order
from largesse.orders.referring import approve, place_pending, refer
from tests.shop.store import AT, Shopper
from tests.words import spec


@spec("IF-33")
def test_an_account_makes_a_customer(shopper: Shopper):
    page = shopper.register("Marta Ilves", "Marta@Example.com")
    assert "Marta Ilves" in page
    customer = Customer.objects.get()
    assert customer.user is not None
    assert (customer.name, customer.email) == ("Marta Ilves", "marta@example.com")
    assert not customer.user.is_staff


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        ("marta@example.com", "nine green apples", "There is an account with this e-mail."),
        ("new@example.com", "123", "This password is too short."),
        ("none", "nine green apples", "Enter a valid email address."),
    ],
)
def test_what_is_wrong_with_an_account_is_told_beside_its_field(
    shopper: Shopper, email: str, password: str, told: str
):
    Shopper().register("Marta Ilves", "marta@example.com")
    assert told in shopper.do("/account/register", name="M", email=email, password=password)
    assert User.objects.count() == 1


def test_a_wrong_password_says_no_more_than_that(shopper: Shopper):
    Shopper().register("Marta Ilves", "marta@example.com")
    for email in ("marta@example.com", "nobody@example.com"):
        page = shopper.do("/account/sign-in", username=email, password="wrong")
        assert "E-mail and password don’t belong together." in page


def test_an_account_needs_a_sign_in(shopper: Shopper):
    assert "Sign in" in shopper.see("/account")


def test_signing_in_leads_back_within_the_shop_only(shopper: Shopper):
    Shopper().register("Marta Ilves", "marta@example.com")
    said = {"username": "marta@example.com", "password": "nine green apples"}
    for asked, went in (("/cart", "/cart"), ("https://elsewhere.example/", "/account")):
        visitor = Shopper()
        visitor.do("/account/sign-in", next=asked, **said)
        assert visitor.at == went


def test_staff_without_a_customer_shop_as_guests(shopper: Shopper):
    User.objects.create_user("ines", password="nine green apples", is_staff=True)
    page = shopper.do("/account/sign-in", username="ines", password="nine green apples")
    assert "You are signed in as staff." in page
    assert "1 item" in shopper.add("MUG")


@spec("DE-8", "IF-33")
def test_an_order_that_waits_for_approval_is_not_listed_before_it_is_placed(shopper: Shopper):
    shopper.register("Marta Ilves", "marta@example.com")
    marta = Customer.objects.get()
    wanted = Cart((CartLine("1", "MUG"),), at=AT, customer=customer_value(marta))
    rep = Deed(key="rep", body=b"", at=AT, actor="rita")
    referred = refer(wanted, rep, by_user=True).answer
    assert isinstance(referred, Done)
    assert referred.number not in shopper.see("/account")
    boss = Deed(key="boss", body=b"", at=AT, actor="dana")
    order = Order.objects.get(number=referred.number)
    approve(order.id, boss)
    place_pending(order.id, Deed(key="place", body=b"", at=AT, actor="rita"))
    assert referred.number in shopper.see("/account")
