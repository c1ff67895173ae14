"""Credit pays for orders over HTTP (SP-13)."""

from __future__ import annotations

import msgspec
import pytest

from largesse.api.telling import quote_out, stored_quote_out
from largesse.orders.quoting import priced
from tests.api.callers import Program, cart, usd
from tests.orders import store as shop
from tests.orders.offers import bought
from tests.orders.test_paying_by_credit import gives
from tests.words import spec


@pytest.fixture(autouse=True)
def thirty(store: None) -> None:
    """Anna has 30.00 on her account."""
    gives("30.00")
    bought("1 POT")


@spec("IF-20", "SP-13", "ST-4")
def test_a_quote_tells_what_credit_pays_and_what_is_left_to_pay(api: Program) -> None:
    told = api.post("/quotes", cart("1 HAT", credit={"store": usd("25.00")})).json
    assert told["payments"] == [
        {
            "kind": "credit_account",
            "code": "store",
            "amount": usd("25.00"),
            "forfeited": usd("0.00"),
        }
    ]
    assert (told["total"], told["due"]) == (usd("44.00"), usd("19.00"))
    assert told["consumptions"] == [
        {
            "kind": "credit",
            "code": "store",
            "units": usd("25.00"),
            "of": "anna",
            "limit": usd("30.00"),
        }
    ]


@spec("IF-20", "SP-13")
def test_an_order_is_placed_with_credit_and_the_next_one_is_told_that_none_is_left(
    api: Program,
) -> None:
    wanted = cart("1 HAT", credit={"store": usd("99.00")}, confirmed_due=usd("14.00"))
    assert api.do("/orders", wanted).json["due"] == usd("14.00")
    late = api.do("/orders", wanted)
    assert (late.status, late.json["code"]) == (409, "price_changed")
    (refusal,) = late.json["quote"]["refusals"]
    assert (refusal["offer"], refusal["code"]) == ("store", "no_credit_left")
    assert (refusal["needed"], refusal["found"]) == (usd("99.00"), usd("0.00"))


@spec("IF-22", "SP-13")
def test_an_amount_that_is_none_is_refused_under_its_field(api: Program) -> None:
    told = api.post("/quotes", cart("1 HAT", credit={"store": usd("-1.00")}))
    assert told.status == 422
    assert told.fields == ["credit.store.amount"]


@spec("IF-20", "EX-4")
def test_an_order_tells_the_same_of_its_quote_as_it_did_before_it_was_kept() -> None:
    found = priced(shop.cart("1 HAT", credit={"store": 2500, "points": 100}))
    live = msgspec.json.encode(quote_out(found.quote, found.book_version))
    data = msgspec.json.decode(found.quote.to_json())
    assert msgspec.json.encode(stored_quote_out(data, found.book_version)) == live


@spec("IF-21", "SP-13", "OR-3")
def test_credit_that_was_taken_back_is_told_with_what_is_missing_and_the_order_placed_anew(
    api: Program,
) -> None:
    wanted = cart("1 HAT", credit={"store": usd("99.00")}, confirmed_due=usd("14.00"))
    placed = api.do("/orders", wanted).json["id"]
    (earned,) = api.get("/orders?state=posted").json["data"]
    api.do(f"/orders/{earned['id']}/refund")
    told = api.post(f"/orders/{placed}/post", None, "post")
    assert (told.status, told.code) == (409, "credit_taken_back")
    assert "30.00 is missing" in told.json["detail"]
    assert told.json["errors"] == [
        {
            "field": "credit.store",
            "value": "30.00",
            "message": "30.00 is missing on the account",
        }
    ]
    assert api.post(f"/orders/{placed}/post", None, "post").body == told.body
    other = cart("1 HAT", customer="dora", replaces=placed)
    assert api.do("/orders", other).code == "other_customer"
    anew = api.do("/orders", {**wanted, "confirmed_due": usd("44.00"), "replaces": placed}).json
    assert api.do(f"/orders/{anew['id']}/post").json["state"] == "posted"
    assert api.get(f"/orders/{placed}").json["state"] == "cancelled"
