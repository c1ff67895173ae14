"""Credit accounts from the command line (SP-12, SP-13)."""

from __future__ import annotations

import json

import pytest

from largesse.crm.models import Customer
from largesse.ledger.models import Event
from largesse.orders.credit.accounts import of_customer
from largesse.orders.models import Order
from tests.cli.command import run
from tests.orders.offers import bought, buys
from tests.orders.store import set_up
from tests.orders.test_paying_by_credit import gives
from tests.words import spec

pytestmark = pytest.mark.django_db
LATE = ("--reason", "A late parcel")


@pytest.fixture(autouse=True)
def accounts(db: None) -> None:
    """Anna has 30.00 on the store's account, of which an order holds 12.00."""
    set_up()
    gives("30.00")
    bought("1 POT")
    buys("1 HAT", credit={"store": 1200})


def balances(customer: str) -> dict[str, int]:
    return {each.account: each.balance for each in of_customer(customer)}


@spec("SP-13")
def test_credit_accounts_are_listed_with_what_they_can_pay() -> None:
    told = run("credit", "list")
    line = "Anna (anna), Store  30.00 USD  can pay 18.00\n"
    assert (told.exit_code, told.output) == (0, line)
    assert run("credit", "list", "--customer", "anna").output == line
    assert run("credit", "list", "--customer", "dora").output == ""


@spec("SP-12")
def test_accounts_below_zero_are_listed() -> None:
    assert run("credit", "list", "--below-zero").output == ""
    taken = ("take", "anna", "31.00", *LATE, "--account", "store", "--below-zero")
    assert run("credit", *taken).exit_code == 0
    told = run("credit", "list", "--below-zero").output
    assert told == "Anna (anna), Store  -1.00 USD  can pay 0.00\n"


@spec("SP-13", "OR-1")
def test_credit_is_given_with_a_reason_and_the_journal_says_by_what() -> None:
    told = run("credit", "give", "dora", "15.00", *LATE)
    said = "15.00 USD given to Dora (dora), Main account. Its balance is 15.00.\n"
    assert (told.exit_code, told.output) == (0, said)
    event = Event.objects.get(kind="credit.given")
    assert (event.actor, event.reason) == ("command line", "A late parcel")


@spec("SP-13")
def test_no_more_is_taken_off_than_it_can_pay_unless_it_may_go_below_zero() -> None:
    of = ("anna", "18.01", *LATE, "--account", "store")
    told = run("credit", "take", *of)
    assert (told.exit_code, told.stderr) == (
        2,
        "The account can pay 18.00; take that off, or less.\n",
    )
    assert balances("anna") == {"store": 3000}
    told = run("credit", "take", *of, "--below-zero")
    said = "18.01 USD taken off Anna (anna), Store. Its balance is 11.99.\n"
    assert (told.exit_code, told.output) == (0, said)


@spec("SP-13", "OR-3")
def test_a_deed_with_a_key_is_done_once() -> None:
    sent = ("credit", "give", "dora", "15.00", *LATE, "--key", "parcel-7")
    assert run(*sent).exit_code == 0
    Customer.objects.filter(number="dora").update(active=False)
    again = run(*sent)
    said = "15.00 USD given to Dora (dora), Main account before. Its balance is 15.00.\n"
    assert (again.exit_code, again.output) == (0, said)
    other = run("credit", "give", "dora", "16.00", *LATE, "--key", "parcel-7")
    assert (other.exit_code, "was used with another request" in other.stderr) == (2, True)
    assert balances("dora") == {"": 1500}


@spec("SP-13")
def test_a_statement_has_each_movement_with_the_balance_after_it() -> None:
    run("credit", "give", "anna", "5.00", *LATE, "--account", "store")
    rows = run("credit", "statement", "anna", "--account", "store").output.splitlines()
    number = Order.objects.get(state=Order.State.POSTED).number
    assert rows[0] == (
        f"2026-06-01  Award of a promotion, GIVES-STORE, order {number}  +30.00  30.00  ines"
    )
    assert rows[1].endswith("  Given by hand  +5.00  35.00  command line: A late parcel")
    told = run("credit", "statement", "anna", "--account", "store", "--from", "2026-06-02")
    assert told.output.splitlines() == ["2026-06-02  Balance before  30.00", rows[1]]
    told = run("credit", "statement", "anna", "--account", "store", "--to", "2026-06-01")
    assert told.output.splitlines() == rows[:1]


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


@spec("IF-10", "SP-13")
def test_programs_read_accounts_as_the_api_tells_them() -> None:
    (of,) = of_customer("anna")

    told = json.loads(run("credit", "list", "--json").stdout)

    assert told == [
        {
            "object": "credit_account",
            "id": of.public_id,
            "customer": "anna",
            "account": "store",
            "balance": usd("30.00"),
            "held": usd("12.00"),
            "payable": usd("18.00"),
        }
    ]
    assert json.loads(run("credit", "list", "--customer", "dora", "--json").stdout) == []


@spec("IF-10", "SP-13", "OR-3")
def test_programs_read_what_was_booked_by_hand_and_whether_it_was_before() -> None:
    sent = ("credit", "give", "dora", "15.00", *LATE, "--key", "parcel-7", "--json")
    told = json.loads(run(*sent).stdout)

    assert told == {
        "object": "credit_by_hand",
        "credit_account": of_customer("dora")[0].public_id,
        "customer": "dora",
        "account": "",
        "change": usd("15.00"),
        "balance": usd("15.00"),
        "repeated": False,
    }
    assert json.loads(run(*sent).stdout) == {**told, "repeated": True}
    taken = json.loads(run("credit", "take", "dora", "4.00", *LATE, "--json").stdout)
    assert (taken["change"], taken["balance"]) == (usd("-4.00"), usd("11.00"))


@spec("IF-10", "SP-13")
def test_programs_read_a_statement_with_the_balance_before_it() -> None:
    run("credit", "give", "anna", "5.00", *LATE, "--account", "store")
    of = ("credit", "statement", "anna", "--account", "store", "--json")

    told = json.loads(run(*of).stdout)

    assert told["credit_account"]["balance"] == usd("35.00")
    assert told["balance_before"] == usd("0.00")
    award, by_hand = told["movements"]
    order = Order.objects.get(state=Order.State.POSTED)
    assert (award["what"], award["offer"]) == ("promotion", "GIVES-STORE")
    assert (award["order"], award["day"]) == (order.public_id, "2026-06-01")
    assert (by_hand["change"], by_hand["balance"]) == (usd("5.00"), usd("35.00"))
    assert (by_hand["actor"], by_hand["reason"]) == ("command line", "A late parcel")
    assert by_hand["at"].endswith("Z")
    later = json.loads(run(*of, "--from", "2026-06-02").stdout)
    assert (later["balance_before"], later["movements"]) == (usd("30.00"), [by_hand])


@spec("SP-13", "BI-1")
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (("give", "nobody", "1.00", *LATE), "CUSTOMER: 'nobody' is no active customer's number"),
        (
            ("give", "dora", "1.00", *LATE, "--account", "shop"),
            "--account: 'shop' is no account that an offer gives to: store",
        ),
        (("give", "dora", "0", *LATE), "AMOUNT: 0 is not more than 0"),
        (("give", "dora", "1.001", *LATE), "AMOUNT: "),
        (("give", "dora", "1.00", "--reason", " "), "Say why."),
        (("give", "dora", "1.00"), "--reason"),
        (("take", "anna", "1.00", *LATE), "'anna' has no account 'Main account'; there are: store"),
        (("statement", "dora"), "'dora' has no account 'Main account'; there are: none"),
        (
            ("statement", "anna", "--from", "2026-06-02", "--to", "2026-06-01"),
            "--to 2026-06-01 is before --from 2026-06-02",
        ),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_is_booked(sent: tuple[str, ...], said: str) -> None:
    events = Event.objects.exclude(kind="refused").count()
    told = run("credit", *sent)
    assert (told.exit_code, said in told.stderr) == (2, True), told.stderr
    assert Event.objects.exclude(kind="refused").count() == events
