"""Shoppers pay with their credit, a part or all, and read what moved on their accounts (SP-13)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from largesse.crm.models import Customer
from largesse.engine.money import Currency
from largesse.orders.answers import Deed
from largesse.orders.credit.accounts import CreditAccount, of_customer
from largesse.orders.credit.by_hand import Booked, give, take
from largesse.orders.models import Cart, Order
from largesse.orders.posting import post
from largesse.orders.refunding import refund
from tests.shop.store import Shopper
from tests.words import spec

USD = Currency.of("USD")


def deed(reason: str = "") -> Deed:
    return Deed(key=uuid4().hex, body=b"", at=timezone.now(), actor="ines", reason=reason)


def given(amount: int, account: str = "", reason: str = "A late parcel") -> None:
    """Marta is given credit by hand."""
    number = Customer.objects.get().number
    assert isinstance(give(number, account, amount, USD, deed(reason)).answer, Booked)


def account(name: str = "") -> CreditAccount:
    (found,) = (each for each in of_customer(Customer.objects.get().number) if each.account == name)
    return found


@pytest.fixture
def buyer(shopper: Shopper) -> Shopper:
    """Marta, with 30.00 of credit, and an apron in the cart: 55.00 with tax, and 6.50 shipping."""
    shopper.register("Marta Ilves", "marta@example.com")
    given(3000)
    shopper.add("APRON")
    return shopper


def uses(buyer: Shopper, amount: str, account: str = "") -> str:
    """What the page says after credit was to pay so much at checkout."""
    return buyer.do("/checkout/credit", account=account, amount=amount, at="checkout")


# --- at checkout -----------------------------------------------------------------------------------


@spec("SP-13", "IF-33")
def test_credit_pays_a_part_and_the_test_card_the_rest(buyer: Shopper) -> None:
    page = buyer.check_out()
    assert "Pay with credit Main account, 30.00 on it" in page
    page = uses(buyer, "12.00")
    assert "12.00 of your credit pays Main account, 30.00 on it before this order" in page
    assert "Total 61.50 Credit, main account −12.00 To pay USD 49.50" in page
    page = buyer.pay()
    order = Order.objects.get(state=Order.State.PLACED)
    assert (order.total, order.due) == (6150, 4950)
    assert "Credit, main account −12.00 Paid by you 49.50" in page
    assert (account().balance, account().held, account().payable) == (3000, 1200, 1800)


@spec("SP-13", "IF-33")
def test_credit_pays_all_and_no_card_is_asked_for(buyer: Shopper) -> None:
    given(9000)
    buyer.check_out()
    page = uses(buyer, "61.50")
    assert "Card number" not in page
    assert "nothing was due" in buyer.pay(card="")
    assert Order.objects.get(state=Order.State.PLACED).due == 0
    assert account().payable == 12000 - 6150


@spec("SP-13")
def test_more_than_the_order_comes_to_is_cut_at_that(buyer: Shopper) -> None:
    given(9000)
    buyer.check_out()
    uses(buyer, "100.00")
    assert Order.objects.get(state=Order.State.HELD).due == 0
    assert account().held == 6150


@spec("SP-13")
def test_the_amount_is_changed_and_taken_back_and_the_hold_follows(buyer: Shopper) -> None:
    buyer.check_out()
    uses(buyer, "12.00")
    uses(buyer, "20.00")
    assert account().held == 2000
    page = buyer.do("/checkout/credit", account="", none="1", at="checkout")
    assert "Pay with credit" in page
    assert "Total USD 61.50" in page
    assert account().held == 0
    assert Order.objects.filter(state=Order.State.HELD).count() == 1


@spec("SP-13", "IF-38")
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("30.01", "Only 30.00 is on this account."),
        ("0", "Enter an amount, such as 5.00."),
        ("", "Enter an amount, such as 5.00."),
        ("-1", "-1 is negative; it is 0 or more."),
        ("lots", "lots"),
    ],
)
def test_an_amount_that_can_not_be_is_told_beside_its_field_and_nothing_changes(
    buyer: Shopper, typed: str, told: str
) -> None:
    buyer.check_out()
    page = buyer.client.post(
        "/checkout/credit", {"account": "", "amount": typed, "at": "checkout"}
    ).content.decode()
    assert told in page
    assert 'aria-describedby="credit-1-e"' in page
    assert f'value="{typed}"' in page
    assert account().held == 0


@spec("SP-13", "OR-2")
def test_what_is_taken_back_meanwhile_is_not_paid_and_the_price_is_asked_for_again(
    buyer: Shopper,
) -> None:
    buyer.check_out()
    uses(buyer, "30.00")
    # Back to the cart, which keeps what was chosen; the credit is gone when they come again.
    buyer.do("/checkout/leave")
    seen = buyer.due()
    assert seen == "3150"
    answer = take(account().number, "", 3000, USD, deed("late")).answer
    assert isinstance(answer, Booked)
    page = buyer.do("/checkout/start", due=seen)
    assert "61.50" in page
    assert not Order.objects.filter(state=Order.State.HELD).exists()


@spec("SP-13")
def test_what_was_chosen_stands_in_the_cart_and_is_taken_back_there(buyer: Shopper) -> None:
    buyer.check_out()
    uses(buyer, "12.00")
    buyer.do("/checkout/leave")
    page = buyer.see("/cart")
    assert "Credit, main account −12.00 To pay USD 49.50" in page
    assert "Credit, main account pays 12.00" in page
    page = buyer.do("/checkout/credit", account="", none="1")
    assert "Total USD 61.50" in page
    assert Cart.objects.get().credit == {}


@spec("SP-13")
def test_accounts_pay_in_the_order_of_their_names(buyer: Shopper) -> None:
    given(500, "rewards")
    page = buyer.check_out()
    assert "Rewards, 5.00 on it" in page
    uses(buyer, "5.00", "rewards")
    page = uses(buyer, "30.00")
    assert "Credit, main account −30.00 Credit, rewards −5.00 To pay USD 26.50" in page


@spec("QU-43", "SP-13")
def test_nobody_pays_with_credit_of_others_or_of_nobody(buyer: Shopper, shop: None) -> None:
    guest = Shopper()
    guest.add("MUG")
    guest.check_out()
    guest.do("/checkout/credit", account="", amount="5.00", at="checkout")
    other = Shopper()
    other.register("Nils Berg", "nils@example.com")
    other.add("MUG")
    assert "Pay with credit" not in other.check_out()
    other.do("/checkout/credit", account="", amount="5.00", at="checkout")
    assert all(order.due == order.total for order in Order.objects.all())


# --- the account -----------------------------------------------------------------------------------


@spec("SP-13", "IF-33")
def test_the_account_tells_what_there_is_and_what_orders_hold(buyer: Shopper) -> None:
    buyer.check_out()
    uses(buyer, "12.00")
    page = buyer.see("/account")
    assert "Your credit" in page
    assert "Main account 12.00 18.00 30.00" in page


@spec("SP-13")
def test_without_credit_the_account_has_no_such_part(shopper: Shopper) -> None:
    shopper.register("Marta Ilves", "marta@example.com")
    assert "Your credit" not in shopper.see("/account")


@spec("SP-13", "IF-33")
def test_a_statement_tells_what_moved_in_the_shoppers_words(buyer: Shopper) -> None:
    buyer.check_out()
    uses(buyer, "12.00")
    buyer.pay()
    order = Order.objects.get(state=Order.State.PLACED)
    post(order.id, deed())
    page = buyer.see(f"/account/credit/{account().public_id}")
    assert f"Paid for an order Order {order.number} −12.00 18.00" in page
    assert "From Alder & Finch A late parcel +30.00 30.00" in page
    assert "ines" not in page
    refund(order.id, deed("broken"), None)
    page = buyer.see(f"/account/credit/{account().public_id}")
    assert "Given back to your credit" in page


@spec("SP-12", "SP-13")
def test_a_statement_below_zero_says_what_has_to_be_given_first(buyer: Shopper) -> None:
    take(account().number, "", 3700, USD, deed("late"), below_zero=True)
    page = buyer.see(f"/account/credit/{account().public_id}")
    assert "The account pays again once more than 7.00 was given." in page
    assert "Pay with credit" not in buyer.check_out()


@spec("SP-13")
def test_a_long_statement_has_pages(buyer: Shopper) -> None:
    for _ in range(40):
        given(100)
    url = f"/account/credit/{account().public_id}"
    html = buyer.html(url)
    assert html.count("From Alder") == 30
    older = html.partition("?after=")[2].partition('"')[0]
    assert buyer.html(f"{url}?after={older}").count("From Alder") == 11
    assert buyer.html(f"{url}?after=nothing").count("From Alder") == 30


@spec("QU-40")
def test_a_statement_of_another_customer_is_not_there(buyer: Shopper) -> None:
    url = f"/account/credit/{account().public_id}"
    other = Shopper()
    other.register("Nils Berg", "nils@example.com")
    assert other.client.get(url).status_code == 404
    assert other.client.get("/account/credit/cra_01j0b3v1mmeefaxagkpjk9hbcs").status_code == 404
    assert "Sign in" in Shopper().see(url)


@spec("QU-40", "AC-7")
def test_credit_for_orders_of_others_does_not_tell_which_they_were(buyer: Shopper) -> None:
    from largesse.offers import promotions
    from tests.shop.store import AT

    action = {"kind": "award_credit", "account": "thanks", "amount": "2.00", "to": "referrer"}
    promotions.revise(
        {"code": "FRIENDS", "title": "For bringing friends", "actions": [action]}, by=None, at=AT
    )
    marta = Customer.objects.get()
    friend = Shopper()
    friend.register("Nils Berg", "nils@example.com")
    Customer.objects.exclude(pk=marta.pk).update(referred_by=marta)
    friend.add("MUG")
    friend.check_out()
    friend.pay()
    order = Order.objects.get(state=Order.State.PLACED)
    post(order.id, deed())
    (thanks,) = (each for each in of_customer(marta.number) if each.account == "thanks")
    page = buyer.see(f"/account/credit/{thanks.public_id}")
    assert "You were awarded For bringing friends +2.00 2.00" in page
    assert order.number not in page
