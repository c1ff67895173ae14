"""Credit is given and taken off over HTTP: with a reason, once for its key (SP-13)."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.api.scopes import Scope
from largesse.crm.models import Customer
from largesse.ledger.models import Event
from tests.api.callers import Program, Told, program, usd
from tests.orders.offers import bought, buys
from tests.orders.test_paying_by_credit import gives
from tests.words import spec

REASON = "A parcel that came two weeks late"


@pytest.fixture(autouse=True)
def accounts(store: None) -> None:
    """Anna has 30.00 on the store's account, of which an order holds 12.00."""
    gives("30.00")
    bought("1 POT")
    buys("1 HAT", credit={"store": 1200})


def giving(**said: Any) -> dict[str, Any]:
    return {"customer": "dora", "amount": usd("15.00"), "reason": REASON, **said}


def account(api: Program, customer: str = "anna") -> dict[str, Any]:
    (found,) = api.get(f"/credit-accounts?customer={customer}").json["data"]
    return dict(found)


def takes(api: Program, amount: str, *, id: str | None = None, **said: Any) -> Told:
    path = f"/credit-accounts/{id or account(api)['id']}/take"
    return api.do(path, {"amount": usd(amount), "reason": "Given twice", **said})


@spec("IF-20", "SP-13")
def test_credit_that_is_first_given_opens_the_main_account(api: Program) -> None:
    told = api.do("/credit-accounts", giving())
    found = account(api, "dora")
    assert (told.status, told.json) == (
        200,
        {
            "object": "credit_by_hand",
            "credit_account": found["id"],
            "customer": "dora",
            "account": "",
            "change": usd("15.00"),
        },
    )
    assert (found["balance"], found["payable"]) == (usd("15.00"), usd("15.00"))


@spec("SP-13", "OR-1")
def test_the_statement_and_the_journal_say_who_gave_it_and_why(api: Program) -> None:
    api.do("/credit-accounts", giving(account="store", customer="anna"))
    row = api.get(f"/credit-accounts/{account(api)['id']}/statement").json["data"][0]
    event = Event.objects.latest("at", "id")
    assert (row["what"], row["reason"], row["change"]) == ("by_hand", REASON, usd("15.00"))
    assert row["actor"] == event.actor
    assert event.kind == "credit.given"
    assert event.actor == "API key Test"


@spec("IF-20", "SP-13")
def test_an_account_that_there_is_is_given_more(api: Program) -> None:
    id = account(api)["id"]
    told = api.do(f"/credit-accounts/{id}/give", {"amount": usd("5.00"), "reason": REASON})
    assert (told.status, told.json["account"], told.json["change"]) == (200, "store", usd("5.00"))
    assert account(api)["balance"] == usd("35.00")


@spec("IF-20", "SP-13")
def test_no_more_is_taken_off_than_it_can_pay_unless_it_may_go_below_zero(api: Program) -> None:
    told = takes(api, "18.01")
    assert (told.status, told.code) == (409, "credit_too_small")
    assert "18.00" in told.json["detail"]
    assert account(api)["balance"] == usd("30.00")
    assert takes(api, "18.00").json["change"] == usd("-18.00")
    assert takes(api, "20.00", below_zero=True).status == 200
    assert account(api)["balance"] == usd("-8.00")


@spec("OR-3", "SP-13")
@pytest.mark.parametrize("path", ["/credit-accounts", "/credit-accounts/{id}/take"])
def test_a_key_acts_once_and_is_answered_with_the_same_bytes(api: Program, path: str) -> None:
    path = path.replace("{id}", account(api)["id"])
    body = {"amount": usd("7.00"), "reason": REASON}
    asked = body if path.endswith("take") else giving(**body)
    first, second = (api.post(path, asked, "twice") for _ in range(2))
    assert (first.status, first.body) == (200, second.body)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Event.objects.filter(key="api:twice").count() == 1
    other = api.post(path, {**asked, "amount": usd("8.00")}, "twice")
    assert (other.status, other.code) == (422, "idempotency_key_reused")


@spec("OR-3", "SP-13")
def test_a_key_is_answered_as_before_after_the_customer_has_left(api: Program) -> None:
    first = api.post("/credit-accounts", giving(), "once")
    Customer.objects.filter(number="dora").update(active=False)
    assert api.post("/credit-accounts", giving(), "once").body == first.body
    assert api.do("/credit-accounts", giving()).fields == ["customer"]


@spec("OR-3", "SP-13")
def test_what_was_refused_is_refused_again_under_its_key(api: Program) -> None:
    path = f"/credit-accounts/{account(api)['id']}/take"
    asked = {"amount": usd("20.00"), "reason": REASON}
    first = api.post(path, asked, "no")
    api.do("/credit-accounts", giving(customer="anna", account="store"))
    second = api.post(path, asked, "no")
    assert (first.code, first.body) == ("credit_too_small", second.body)
    assert second.headers["Idempotent-Replayed"] == "true"


@spec("IF-21", "SP-13", "BI-1")
@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"customer": "nobody"}, ["customer"]),
        ({"account": "shop"}, ["account"]),
        ({"amount": usd("0.00")}, ["amount.amount"]),
        ({"amount": {"amount": "1.00", "currency": "EUR"}}, ["amount.currency"]),
        ({"amount": usd("-1.00")}, ["amount.amount"]),
        ({"reason": ""}, ["reason"]),
        ({"reason": "x" * 201}, ["reason"]),
        ({"why": "x"}, ["why"]),
        (
            {"customer": "no", "account": "no", "amount": usd("0.00")},
            ["customer", "account", "amount.amount"],
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once(
    api: Program, said: dict[str, Any], fields: list[str]
) -> None:
    told = api.do("/credit-accounts", giving(**said))
    assert (told.status, told.code, told.fields) == (422, "invalid_request", fields)
    assert not Event.objects.filter(kind="credit.given").exists()


@spec("SP-13")
def test_a_reason_is_more_than_white_space(api: Program) -> None:
    told = api.do("/credit-accounts", giving(reason="  "))
    assert (told.status, told.code) == (422, "reason_needed")


@spec("OR-3")
def test_without_an_idempotency_key_nothing_is_given(api: Program) -> None:
    told = api.post("/credit-accounts", giving())
    assert (told.status, told.code) == (400, "idempotency_key_missing")


@spec("IF-20")
@pytest.mark.parametrize("deed", ["give", "take"])
def test_an_account_that_is_not_there_is_a_problem(api: Program, deed: str) -> None:
    body = {"amount": usd("1.00"), "reason": REASON}
    told = api.do(f"/credit-accounts/cra_01j0b3v1mmeefaxagkpjk9hbcs/{deed}", body)
    assert (told.status, told.code) == (404, "not_found")


@spec("QU-40", "SP-13")
def test_who_may_change_customers_may_give_no_credit_by_that(api: Program) -> None:
    told = program(Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE).do("/credit-accounts", giving())
    assert (told.status, told.code) == (403, "scope_missing")
    assert program(Scope.CREDIT_GIVE).do("/credit-accounts", giving()).status == 200
