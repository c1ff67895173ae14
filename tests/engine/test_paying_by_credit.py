"""A credit account pays a part or all of what is payable, never more than it has left (SP-13)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

import largesse as lg
from largesse.engine.formats.stored import price_again
from tests.words import book, cart, customer, priced, reason, refused, spec, usd, voucher

ANNA = customer("anna")
VAT = lg.Location("shop", tax={"standard": lg.percent("10")})


def quoted(
    left: Mapping[str, str], *offers: lg.Voucher, who: lg.Customer | None = ANNA, **asked: str
) -> lg.Quote:
    """The quote of a mug at 100.00, 110.00 with tax, where credit accounts have so much left."""
    wanted = {account: usd(most) for account, most in asked.items()}
    plain = priced(cart("1 mug @ 100.00", customer=who, credit=wanted), *offers, location=VAT)
    credit = {a: lg.CreditBalance(given=usd("500.00"), left=usd(most)) for a, most in left.items()}
    facts = msgspec.structs.replace(plain.facts, credit=credit)
    return lg.price(plain.book, plain.cart, facts)


def paid(quote: lg.Quote) -> dict[str, str]:
    return {payment.code: quote.format(payment.amount) for payment in quote.payments}


@spec("SP-13", "ST-4")
@pytest.mark.parametrize(
    ("asked", "left", "pays"),
    [
        ("30.00", "50.00", "30.00"),
        ("60.00", "50.00", "50.00"),
        ("200.00", "150.00", "110.00"),
        ("0.01", "0.01", "0.01"),
    ],
)
def test_it_pays_what_is_asked_but_no_more_than_is_left_or_payable(asked, left, pays):
    quote = quoted({"store": left}, store=asked)

    assert quote.payments == (lg.Payment("credit_account", "store", usd(pays)),)
    assert quote.due == usd("110.00") - usd(pays)
    assert (quote.total, quote.adjustments, quote.tax) == (usd("110.00"), (), usd("10.00"))


@spec("SP-13")
def test_placing_would_take_it_from_all_that_was_given_to_the_customer():
    quote = quoted({"store": "50.00"}, store="30.00")

    taken = lg.Consumption("credit", "store", usd("30.00"), "anna", usd("500.00"))
    assert quote.consumptions == (taken,)


@spec("SP-13", "ST-1")
def test_accounts_pay_after_the_value_voucher_in_the_order_of_their_names():
    left = {"store": "100.00", "points": "15.00"}
    quote = quoted(left, voucher("80.00"), store="100.00", points="20.00")

    assert list(paid(quote).items()) == [("DV1", "80.00"), ("points", "15.00"), ("store", "15.00")]
    assert quote.due == 0


@spec("SP-13")
@pytest.mark.parametrize("left", [{}, {"store": "0.00"}, {"points": "10.00"}])
def test_an_account_with_nothing_left_is_refused(left):
    quote = quoted(left, store="30.00")

    refusal = refused(quote, "store")
    assert (refusal.code, refusal.needed, refusal.found) == ("no_credit_left", 3000, 0)
    assert (quote.payments, quote.consumptions, quote.due) == ((), (), usd("110.00"))


@spec("SP-13")
def test_without_a_customer_nothing_is_looked_up_and_nothing_is_paid():
    quote = quoted({"store": "50.00"}, who=None, store="30.00")

    assert quote.book.facts_needed(quote.cart).credit == ()
    assert reason(quote, "store") == "customer_needed"
    assert quote.due == quote.total


@spec("SP-13")
def test_where_a_voucher_pays_all_the_account_is_left_alone():
    quote = quoted({"store": "50.00"}, voucher("200.00"), store="30.00")

    assert reason(quote, "store") == "nothing_to_give"
    assert [each.kind for each in quote.consumptions] == ["voucher"]


@spec("SP-13")
def test_who_asks_for_nothing_pays_nothing_and_is_refused_nothing():
    quote = quoted({}, store="0.00")

    assert (quote.payments, quote.refusals) == ((), ())


@spec("SP-13")
def test_what_is_needed_names_the_accounts_that_are_to_pay():
    wanted = cart("1 mug @ 1.00", customer=ANNA, credit={"store": 5, "points": 5})

    assert book().facts_needed(wanted).credit == ("points", "store")


@spec("SP-13", "EX-3")
def test_the_receipt_says_what_the_account_paid():
    receipt = quoted({"store": "50.00"}, store="30.00").receipt()

    assert [line.split() for line in receipt.splitlines() if "Credit" in line] == [
        ["Credit", "account", "store", "-30.00"]
    ]
    assert "Due USD" in receipt


@spec("SP-13", "DE-3")
def test_the_main_account_has_an_empty_name():
    wanted = {"": usd("30.00")}
    plain = priced(cart("1 mug @ 100.00", customer=ANNA, credit=wanted))
    known = lg.Facts(credit={"": lg.CreditBalance(given=5000, left=2000)})
    quote = lg.price(plain.book, plain.cart, known)

    assert refused(plain, "").sentence == (
        "The main credit account was to pay 30.00; nothing is left on it."
    )
    assert quote.due == usd("80.00")
    assert price_again(quote.to_json(), quote.book).to_json() == quote.to_json()


@spec("SP-13", "EX-4")
def test_a_stored_quote_is_priced_again_to_the_same_bytes():
    quote = quoted({"store": "50.00"}, store="30.00")
    stored = quote.to_json()

    assert price_again(stored, quote.book).to_json() == stored
    assert msgspec.json.decode(stored)["facts"]["credit"] == [
        {"account": "store", "given": "500.00", "left": "50.00"}
    ]


@spec("SP-13", "EX-4")
def test_a_cart_that_asks_for_no_credit_is_stored_as_ever():
    stored = msgspec.json.decode(quoted({}).to_json())

    assert "credit" not in stored["cart"]
    assert "credit" not in stored["facts"]


@spec("BI-1", "SP-13")
@pytest.mark.parametrize(
    ("account", "most", "place"), [("store", -1, "credit.store"), ("s" * 65, 1, "credit")]
)
def test_an_amount_below_zero_or_a_name_that_is_too_long_is_a_fault(account, most, place):
    with pytest.raises(lg.Faults) as told:
        priced(cart("1 mug @ 1.00", customer=ANNA, credit={account: most}))

    assert [fault.place for fault in told.value.faults] == [place]
