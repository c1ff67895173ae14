"""Credit accounts over HTTP: listed by customer, read, and their statements by pages (IF-20, SP-13)."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.api.scopes import Scope
from largesse.engine.money import Currency
from largesse.orders.credit.by_hand import Booked, give, take
from tests.api.callers import Program, program, usd
from tests.orders.offers import bought, buys, gives_back
from tests.orders.store import deed
from tests.orders.test_paying_by_credit import ALL, gives
from tests.words import spec

USD = Currency.of("USD")


@pytest.fixture(autouse=True)
def accounts(store: None) -> None:
    """Anna has 30.00 on the store's account, of which an order holds 12.00; Dora owes 5.00."""
    gives("30.00")
    bought("1 POT")
    buys("1 HAT", credit={"store": 1200})
    answer = take("dora", "", 500, USD, deed(reason="paid twice"), below_zero=True)
    assert isinstance(answer.answer, Booked)


def listed(api: Program, query: str = "") -> list[dict[str, Any]]:
    return list(api.get(f"/credit-accounts{query}").json["data"])


def statement(api: Program, id: str, query: str = "") -> Any:
    return api.get(f"/credit-accounts/{id}/statement{query}").json


@spec("IF-20", "SP-13")
def test_an_account_tells_its_balance_what_is_held_and_what_it_can_pay(api: Program) -> None:
    (found,) = listed(api, "?customer=anna")
    assert found.pop("id").startswith("cra_")
    assert found == {
        "object": "credit_account",
        "customer": "anna",
        "account": "store",
        "balance": usd("30.00"),
        "held": usd("12.00"),
        "payable": usd("18.00"),
    }


@spec("IF-20", "SP-12")
def test_accounts_below_zero_are_listed(api: Program) -> None:
    (found,) = listed(api, "?below_zero=true")
    assert (found["customer"], found["account"]) == ("dora", "")
    assert (found["balance"], found["payable"]) == (usd("-5.00"), usd("0.00"))
    assert [each["customer"] for each in listed(api, "?below_zero=false")] == ["anna"]


@spec("IF-21")
def test_accounts_are_listed_by_pages(api: Program) -> None:
    for name in ("", "points", "rewards"):
        give("anna", name, 100, USD, deed(reason="late"))
    whole = listed(api)
    first = api.get("/credit-accounts?limit=3").json
    rest = api.get(f"/credit-accounts?limit=3&after={first['next']}").json
    assert first["data"] + rest["data"] == whole
    assert (first["has_more"], rest["has_more"], len(whole)) == (True, False, 5)


@spec("IF-20", "SP-13")
def test_one_account_is_read_by_its_id(api: Program) -> None:
    (found,) = listed(api, "?customer=anna")
    assert api.get(f"/credit-accounts/{found['id']}").json == found


@pytest.mark.parametrize("id", ["cra_01j0b3v1mmeefaxagkpjk9hbcs", "anna", "ord_nothing"])
def test_an_account_that_is_not_there_is_a_problem(api: Program, id: str) -> None:
    for path in (f"/credit-accounts/{id}", f"/credit-accounts/{id}/statement"):
        assert (api.get(path).status, api.get(path).code) == (404, "not_found")


def test_an_account_of_another_kind_is_not_there(api: Program) -> None:
    from largesse.ids import public_id
    from largesse.ledger.models import Account

    sales = Account.objects.get(kind="income:sales")
    assert api.get(f"/credit-accounts/{public_id('cra', sales.id)}").status == 404


@spec("IF-20", "SP-13")
def test_a_statement_tells_each_movement_and_the_balance_after_it(api: Program) -> None:
    paid = bought("1 POT", credit=ALL)
    gives_back(paid)
    (found,) = listed(api, "?customer=anna")
    rows = statement(api, found["id"])["data"]
    assert [(row["what"], row["back"], row["change"]["amount"]) for row in rows] == [
        ("promotion", True, "-30.00"),
        ("payment", True, "18.00"),
        ("payment", False, "-18.00"),
        ("promotion", False, "30.00"),
        ("promotion", False, "30.00"),
    ]
    newest = rows[0]
    assert newest["balance"] == found["balance"] == usd("30.00")
    assert (newest["offer"], newest["actor"]) == ("GIVES-STORE", "ines")
    assert api.get(f"/orders/{newest['order']}").json["object"] == "order"
    entries = api.get(f"/journal-entries?order={newest['order']}").json["data"]
    assert newest["id"] in {each["id"] for each in entries}


@spec("IF-20", "SP-13")
def test_what_staff_did_by_hand_has_a_reason_and_no_order(api: Program) -> None:
    (found,) = listed(api, "?customer=dora")
    (row,) = statement(api, found["id"])["data"]
    assert (row["what"], row["offer"], row["order"]) == ("by_hand", None, None)
    assert (row["reason"], row["change"], row["balance"]) == (
        "paid twice",
        usd("-5.00"),
        usd("-5.00"),
    )


@spec("IF-21")
def test_a_statement_is_read_by_pages_and_by_days(api: Program) -> None:
    for amount in (100, 200, 300):
        give("dora", "", amount, USD, deed(reason="late"))
    (found,) = listed(api, "?customer=dora")
    whole = statement(api, found["id"])
    first = statement(api, found["id"], "?limit=3")
    rest = statement(api, found["id"], f"?limit=3&after={first['next']}")
    assert first["data"] + rest["data"] == whole["data"]
    assert (first["has_more"], rest["has_more"], whole["next"]) == (True, False, None)
    before = rest["data"][0]["id"]
    assert statement(api, found["id"], f"?limit=2&before={before}")["data"] == whole["data"][1:3]
    assert (
        len(statement(api, found["id"], "?day_from=2026-06-01&day_until=2026-06-01")["data"]) == 4
    )
    assert statement(api, found["id"], "?day_from=2026-06-02")["data"] == []


@spec("IF-21")
@pytest.mark.parametrize(
    "query", ["?after=x", "?before=ent_01j0b3v1mmeefaxagkpjk9hbcs", "?limit=0", "?day_from=soon"]
)
def test_a_page_that_is_none_is_a_problem(api: Program, query: str) -> None:
    (found,) = listed(api, "?customer=anna")
    told = api.get(f"/credit-accounts/{found['id']}/statement{query}")
    assert (told.status, told.code) == (422, "invalid_request")


@spec("QU-40")
def test_a_key_of_one_location_is_not_told_the_orders_of_others(api: Program) -> None:
    elsewhere = program(Scope.CUSTOMERS_READ, locations=["vienna"])
    (found,) = listed(elsewhere, "?customer=anna")
    (row,) = statement(elsewhere, found["id"])["data"]
    assert row["order"] is None
    at_home = program(Scope.CUSTOMERS_READ, locations=["main"])
    assert statement(at_home, found["id"])["data"][0]["order"] is not None
