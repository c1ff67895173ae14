"""Staff see every credit account and its statement, and give credit by hand (SP-12, SP-13)."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from largesse.crm.models import Customer
from largesse.engine.money import Currency
from largesse.ledger.models import Event
from largesse.orders.credit.accounts import CreditAccount, of_customer
from largesse.orders.credit.by_hand import Booked, give, take
from tests.backoffice.browsing import sent_by
from tests.backoffice.conftest import ClientOf
from tests.orders.offers import bought, buys, gives_back
from tests.orders.store import deed
from tests.orders.test_paying_by_credit import ALL, gives
from tests.words import spec

USD = Currency.of("USD")
LIST = "admin:backoffice_creditaccount_changelist"


@pytest.fixture(autouse=True)
def accounts(store: None) -> UUID:
    """Anna has 30.00 on the store's account, of which an order holds 12.00; Dora owes 5.00."""
    gives("30.00")
    order_id = bought("1 POT")
    buys("1 HAT", credit={"store": 1200})
    answer = take("dora", "", 500, USD, deed(reason="paid twice"), below_zero=True)
    assert isinstance(answer.answer, Booked)
    return order_id


def account(who: str = "anna", name: str = "store") -> CreditAccount:
    (found,) = (each for each in of_customer(who) if each.account == name)
    return found


def listed(client: Client, **query: str) -> list[str]:
    """The numbers of the customers whose accounts a list shows, in its order."""
    rows = client.get(reverse(LIST), query).context["cl"].result_list
    return [row.value.number for row in rows]


def shown(client: Client, of: CreditAccount, **query: str) -> Any:
    return client.get(reverse("admin:backoffice_creditaccount_change", args=[of.id]), query)


def csv_of(answer: Any) -> list[str]:
    return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()


# --- the list --------------------------------------------------------------------------------------


@spec("SP-12", "IF-30")
def test_the_list_tells_balances_what_is_held_and_what_can_be_paid(owner: Client) -> None:
    page = owner.get(reverse(LIST)).content.decode()
    for text in ("Anna", "Store", "30.00", "12.00", "18.00", "Dora", "Main account", "−5.00"):
        assert text in page


@spec("SP-12", "IF-30")
def test_accounts_below_zero_are_a_filter(owner: Client) -> None:
    assert listed(owner, balance="below") == ["dora"]
    assert listed(owner, balance="above") == ["anna"]
    assert listed(owner, balance="zero") == []


@spec("IF-30")
@pytest.mark.parametrize(
    ("words", "found"), [("ann", ["anna"]), ("main", ["dora"]), ("store", ["anna"]), ("x", [])]
)
def test_accounts_are_searched_by_customer_and_name(
    owner: Client, words: str, found: list[str]
) -> None:
    assert listed(owner, q=words) == found


@spec("IF-30")
@pytest.mark.parametrize(
    ("column", "first"),
    [("0", "anna"), ("-0", "dora"), ("1", "dora"), ("2", "dora"), ("-4", "anna")],
)
def test_accounts_are_sorted_by_each_column(owner: Client, column: str, first: str) -> None:
    assert listed(owner, o=column)[0] == first


@spec("IF-30", "QU-44")
def test_what_the_filters_leave_is_exported_as_a_file_and_as_a_workbook(owner: Client) -> None:
    url = reverse("admin:backoffice_creditaccount_export")
    Customer.objects.filter(number="dora").update(name="=Dora")
    head, row = csv_of(owner.get(url, {"balance": "below", "as": "csv"}))
    assert head.startswith("Customer number,Customer,Account,Currency,Balance")
    assert row == "dora,'=Dora,Main account,USD,-5.0,0.0,0.0"
    book = owner.get(url, {"balance": "below", "as": "xlsx"})
    assert sheet(book)[1:] == [["dora", "=Dora", "Main account", "USD", -5, 0, 0]]


def sheet(answer: Any) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return list(book.get_sheet_by_index(0).to_python())


def test_an_empty_list_says_how_accounts_come_about(owner: Client) -> None:
    page = owner.get(reverse(LIST), {"q": "nobody"}).content.decode()
    assert "Nothing found" in page


@spec("QU-40")
def test_the_navigation_has_the_list_for_those_who_may_see_it(client_of: ClientOf) -> None:
    for role, sees in (("Support", True), ("Cashier", True), ("Rep", False)):
        page = client_of(role).get(reverse("admin:index")).content.decode()
        assert ("Credit accounts" in page) == sees, role


# --- a statement -----------------------------------------------------------------------------------


@spec("SP-13")
def test_a_statement_tells_each_movement_its_order_its_offer_and_who(
    owner: Client, accounts: UUID
) -> None:
    gives_back(accounts)
    page = shown(owner, account()).content.decode()
    for text in (
        "Award of a promotion",
        "Award taken back",
        "GIVES-STORE",
        "ines",
        "+30.00",
        "−30.00",
        reverse("admin:orders_order_change", args=[accounts]),
    ):
        assert text in page


@spec("SP-13", "SP-12")
def test_a_statement_of_an_account_below_zero_says_when_it_pays_again(owner: Client) -> None:
    page = shown(owner, account("dora", "")).content.decode()
    assert "Below zero" in page
    assert "It pays again once more than 5.00 was given." in page
    assert "paid twice" in page


@spec("SP-13")
def test_a_statement_of_days_begins_with_the_balance_before_them(owner: Client) -> None:
    since = shown(owner, account(), since="2026-06-02")
    assert (since.context["opening"], since.context["rows"]) == (3000, [])
    whole = shown(owner, account(), since="2026-06-01", until="2026-06-01")
    assert (whole.context["opening"], len(whole.context["rows"])) == (0, 1)
    wrong = shown(owner, account(), since="2026-06-02", until="2026-06-01")
    assert "ends before it begins" in wrong.content.decode()


@spec("SP-13")
def test_a_long_statement_has_pages(owner: Client) -> None:
    for _ in range(60):
        give("dora", "", 100, USD, deed(reason="late"))
    first = shown(owner, account("dora", ""))
    assert len(first.context["rows"]) == 50
    assert "newer_url" not in first.context
    url = reverse("admin:backoffice_creditaccount_change", args=[account("dora", "").id])
    second = owner.get(f"{url}{first.context['older_url']}")
    assert len(second.context["rows"]) == 11
    again = owner.get(f"{url}{second.context['newer_url']}")
    assert again.context["rows"] == first.context["rows"]
    # A place that isn't there is the first page.
    assert len(shown(owner, account("dora", ""), after="x").context["rows"]) == 50


@spec("SP-13")
def test_a_statement_is_a_file_of_its_days_the_oldest_first(owner: Client) -> None:
    bought("1 HAT", credit=ALL)
    _, first, second = csv_of(shown(owner, account(), **{"as": "csv"}))
    assert first.split(",")[2:4] == ["Award of a promotion", "GIVES-STORE"]
    assert first.split(",")[-2:] == ["30.0", "30.0"]
    assert second.split(",")[2] == "Paid for an order"
    assert second.split(",")[-2:] == ["-18.0", "12.0"]
    assert len(sheet(shown(owner, account(), **{"as": "xlsx"}))) == 3
    assert len(csv_of(shown(owner, account(), since="2026-06-02", **{"as": "csv"}))) == 1


@spec("QU-40")
def test_a_statement_links_to_what_its_reader_may_open(client_of: ClientOf, accounts: UUID) -> None:
    offer = reverse("admin:offers_promotion_changelist")
    order = reverse("admin:orders_order_change", args=[accounts])
    for role, sees_offers in (("Support", True), ("Cashier", False)):
        page = shown(client_of(role), account()).content.decode()
        assert order in page
        assert (f"{offer}" in page.partition("<main")[2]) == sees_offers, role


# --- by hand ---------------------------------------------------------------------------------------

GIVE = "admin:backoffice_creditaccount_give"
TAKE = "admin:backoffice_creditaccount_take"


def form_of(client: Client, url: str) -> dict[str, str]:
    """What a browser would send of the page's form, untouched."""
    page = client.get(url).content.decode()
    sent = sent_by(page.partition("<main")[2])
    return {name: values[-1] for name, values in sent.items() if name != "csrfmiddlewaretoken"}


@spec("SP-13")
def test_support_gives_credit_to_a_customer_with_a_reason(client_of: ClientOf) -> None:
    client = client_of("Support")
    anna = Customer.objects.get(number="anna")
    sent = form_of(client, f"{reverse(GIVE)}?customer={anna.pk}")
    assert sent["customer"] == str(anna.pk)
    sent |= {"account": "/", "amount": "12.50", "reason": "A late parcel"}
    answer = client.post(reverse(GIVE), sent)
    assert answer["Location"] == reverse(
        "admin:backoffice_creditaccount_change", args=[account("anna", "").id]
    )
    assert account("anna", "").balance == 1250
    event = Event.objects.get(kind="credit.given")
    assert (event.actor, event.reason) == ("support", "A late parcel")
    # The same form, sent again.
    client.post(reverse(GIVE), sent)
    assert account("anna", "").balance == 1250


@spec("SP-13")
def test_credit_is_given_to_the_account_of_a_statement(owner: Client) -> None:
    url = f"{reverse(GIVE)}?account={account().id}"
    sent = form_of(owner, url) | {"amount": "1.00", "reason": "r"}
    assert "customer" not in sent
    owner.post(url, sent)
    assert account().balance == 3100


@spec("SP-13")
def test_more_than_an_account_can_pay_is_taken_off_only_where_it_is_said(owner: Client) -> None:
    url = reverse(TAKE, args=[account().id])
    sent = form_of(owner, url) | {"amount": "18.01", "reason": "r"}
    sent.pop("below_zero", None)
    refused = owner.post(url, sent)
    assert "The account can pay 18.00; take that off, or less." in refused.content.decode()
    assert account().balance == 3000
    again = sent_by(refused.content.decode().partition("<main")[2])
    assert again["key"] != [sent["key"]]
    sent |= {"key": again["key"][-1], "below_zero": "on"}
    owner.post(url, sent)
    assert (account().balance, account().payable) == (1199, 0)


@spec("SP-13", "IF-30")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": "0"}, "Enter more than 0."),
        ({"amount": "x"}, "is not"),
        ({"reason": ""}, "This field is required."),
        ({"customer": ""}, "This field is required."),
    ],
)
def test_what_is_wrong_with_the_form_stands_beside_its_field(
    owner: Client, changed: dict[str, str], said: str
) -> None:
    anna = Customer.objects.get(number="anna")
    sent = form_of(owner, f"{reverse(GIVE)}?customer={anna.pk}")
    sent |= {"account": "/", "amount": "1.00", "reason": "r", **changed}
    assert said in owner.post(reverse(GIVE), sent).content.decode()
    assert not [each for each in of_customer("anna") if each.account == ""]


@spec("QU-40")
def test_who_may_not_give_credit_has_no_button_and_no_page(client_of: ClientOf) -> None:
    for role, may in (("Approver", True), ("Auditor", False), ("Cashier", False)):
        client = client_of(role)
        assert ("Give credit" in client.get(reverse(LIST)).content.decode()) == may, role
        for url in (reverse(GIVE), reverse(TAKE, args=[account().id])):
            assert client.get(url).status_code == (200 if may else 403), role


# --- on the customer's page ------------------------------------------------------------------------


@spec("SP-13")
def test_the_customers_page_tells_their_accounts_and_leads_to_the_statements(
    owner: Client, client_of: ClientOf
) -> None:
    anna = Customer.objects.get(number="anna")
    url = reverse("admin:crm_customer_change", args=[anna.pk])
    page = owner.get(url).content.decode()
    assert reverse("admin:backoffice_creditaccount_change", args=[account().id]) in page
    assert f"{reverse(GIVE)}?customer={anna.pk}" in page
    assert (
        f"{reverse(GIVE)}?customer={anna.pk}" not in client_of("Auditor").get(url).content.decode()
    )
