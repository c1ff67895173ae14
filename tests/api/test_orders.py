"""The life of an order over HTTP, each step once for its idempotency key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from largesse.api.scopes import Scope
from largesse.crm.models import Customer
from largesse.offers import promotions
from largesse.offers.models import Promotion
from largesse.orders.models import Order
from tests.api.callers import Program, Told, cart, program, usd
from tests.words import spec


def placed(api: Program, *lines: str, **fields: Any) -> str:
    told = api.do("/orders", cart(*lines, **fields))
    assert told.status == 201, told.body
    return str(told.json["id"])


def state(api: Program, order: str) -> str:
    return str(api.get(f"/orders/{order}").json["state"])


@spec("OR-1", "IF-20")
def test_an_order_is_placed_posted_and_refunded(api: Program) -> None:
    order = placed(api, "3 MUG", payment={"method": "card"})
    assert state(api, order) == "placed"
    assert api.do(f"/orders/{order}/post").json["state"] == "posted"
    part = api.do(f"/orders/{order}/refund", {"lines": [{"id": "1", "units": 1}]})
    assert (part.status, part.json["state"]) == (200, "partly_refunded")
    rest = api.do(f"/orders/{order}/refund")
    assert rest.json["state"] == "refunded"
    assert rest.json["refunded"] == usd("28.75")
    refunds = api.get(f"/refunds?order={order}").json["data"]
    assert [refund["id"] for refund in refunds] == [rest.json["refund"], part.json["refund"]]
    assert api.get(f"/refunds/{part.json['refund']}").json["total"] == part.json["refund_total"]


@spec("AL-12", "OR-1")
def test_an_order_keeps_what_an_option_goes_with(api: Program) -> None:
    lines = [{"id": "a", "sku": "POT"}, {"id": "b", "sku": "MUG", "option_of": "a"}]
    told = api.do("/orders", {**cart(), "lines": lines})
    assert told.status == 201, told.body
    order = told.json["id"]

    sold = api.get(f"/orders/{order}?expand[]=lines").json["lines"]

    assert [line["option_of"] for line in sold] == [None, "a"]


@spec("OR-4")
def test_a_held_order_is_placed_at_its_price(api: Program) -> None:
    held = api.do("/orders", cart("3 MUG", hold_minutes=15))
    assert (held.status, held.json["state"]) == (201, "held")
    assert datetime.fromisoformat(held.json["held_until"]) > datetime.now(UTC)
    told = api.do(f"/orders/{held.json['id']}/place", {"payment": {"method": "card"}})
    assert (told.status, told.json["state"], told.json["due"]) == (200, "placed", usd("28.75"))


@spec("OR-5")
def test_cancelling_gives_the_voucher_back(api: Program) -> None:
    order = placed(api, "1 POT", codes=["DV1"])
    (refusal,) = api.post("/quotes", cart("1 POT", codes=["DV1"])).json["refusals"]
    assert refusal["code"] == "voucher_redeemed"
    assert (
        api.do(f"/orders/{order}/cancel", {"reason": "changed mind"}).json["state"] == "cancelled"
    )
    assert api.post("/quotes", cart("1 POT", codes=["DV1"])).json["refusals"] == []


@spec("OR-2")
def test_a_price_that_has_become_worse_is_a_conflict_with_the_new_quote(api: Program) -> None:
    due = api.post("/quotes", cart("3 MUG")).json["due"]
    offer = Promotion.objects.get(code="MUGS-3-FOR-2")
    promotions.set_active(offer, False, by=None, at=datetime.now(UTC))
    told = api.post("/orders", cart("3 MUG", confirmed_due=due), "k1")
    assert (told.status, told.code) == (409, "price_changed")
    assert told.json["quote"]["due"] == usd("41.25")
    assert "28.75" in told.json["detail"]
    assert not Order.objects.exists()
    again = api.post("/orders", cart("3 MUG", confirmed_due=due), "k1")
    assert (again.body, again.headers["Idempotent-Replayed"]) == (told.body, "true")
    confirmed = told.json["quote"]["due"]
    assert api.post("/orders", cart("3 MUG", confirmed_due=confirmed), "k2").status == 201


VERBS = ["place", "post", "cancel", "refund"]


def prepared(api: Program, verb: str) -> str:
    """An order on which a verb can be done."""
    if verb == "place":
        return str(api.do("/orders", cart("3 MUG", hold_minutes=5)).json["id"])
    order = placed(api, "3 MUG")
    if verb == "refund":
        assert api.do(f"/orders/{order}/post").status == 200
    return order


@spec("OR-3", "QU-21")
@pytest.mark.parametrize("verb", ["create", *VERBS])
def test_the_same_key_and_body_give_the_same_bytes_and_another_body_is_refused(
    api: Program, verb: str
) -> None:
    path = "/orders" if verb == "create" else f"/orders/{prepared(api, verb)}/{verb}"
    body = cart("3 MUG") if verb == "create" else {"reason": "once"}
    first = api.post(path, body, "k")
    assert first.status in (200, 201)
    assert "Idempotent-Replayed" not in first.headers
    again = api.post(path, body, "k")
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = api.post(path, {**body, "reason": "another"}, "k")
    assert (other.status, other.code) == (422, "idempotency_key_reused")


@spec("OR-3")
def test_a_key_belongs_to_one_address(api: Program) -> None:
    order = placed(api, "1 MUG")
    assert api.post(f"/orders/{order}/post", {}, "k").status == 200
    told = api.post(f"/orders/{order}/cancel", {}, "k")
    assert (told.status, told.code) == (422, "idempotency_key_reused")


@spec("OR-3")
def test_a_refusal_is_kept_for_its_key_too(api: Program) -> None:
    order = placed(api, "1 MUG")
    told = api.post(f"/orders/{order}/refund", {}, "k")
    assert (told.status, told.code) == (409, "wrong_state")
    assert api.do(f"/orders/{order}/post").status == 200
    again = api.post(f"/orders/{order}/refund", {}, "k")
    assert (again.status, again.body) == (told.status, told.body)


@spec("OR-3")
def test_an_answer_is_repeated_although_the_cart_could_not_be_placed_any_more(api: Program) -> None:
    first = api.post("/orders", cart("1 MUG"), "k")
    anna = Customer.objects.get(number="anna")
    anna.active = False
    anna.save()
    again = api.post("/orders", cart("1 MUG"), "k")
    assert (again.status, again.body) == (first.status, first.body)
    new = api.post("/orders", cart("1 MUG"), "k2")
    assert (new.status, new.fields) == (422, ["customer"])


@spec("IF-21")
@pytest.mark.parametrize("verb", ["create", *VERBS])
def test_an_orders_verb_needs_an_idempotency_key(api: Program, verb: str) -> None:
    path = "/orders" if verb == "create" else f"/orders/{placed(api, '1 MUG')}/{verb}"
    told = api.post(path, cart("1 MUG") if verb == "create" else {})
    assert (told.status, told.code) == (400, "idempotency_key_missing")
    wrong = api.post(path, cart("1 MUG") if verb == "create" else {}, "with space")
    assert (wrong.status, wrong.fields) == (422, ["Idempotency-Key"])


@spec("OR-5")
def test_what_cannot_be_refunded_is_told_line_by_line(api: Program) -> None:
    order = placed(api, "3 MUG", "1 HAT")
    api.do(f"/orders/{order}/post")
    asked = {"lines": [{"id": "1", "units": 4}, {"id": "9", "units": 1}]}
    told = api.do(f"/orders/{order}/refund", asked)
    assert (told.status, told.code) == (409, "cannot_refund")
    assert told.fields == ["lines.1", "lines.9"]


@spec("IF-21")
def test_an_order_brings_along_what_is_expanded(api: Program) -> None:
    order = placed(api, "3 MUG")
    api.do(f"/orders/{order}/post", {"reason": "shipped"})
    plain = api.get(f"/orders/{order}").json
    assert {"lines", "events", "journal", "quote"}.isdisjoint(plain)
    path = f"/orders/{order}?expand[]=lines&expand[]=events&expand[]=journal&expand[]=quote"
    told = api.get(path).json
    (line,) = told["lines"]
    assert (line["id"], line["units"], line["net"]) == ("1", 3, usd("25.00"))
    assert [part["offer"] for part in line["parts"]] == ["MUGS-3-FOR-2"]
    assert [event["kind"] for event in told["events"]] == ["order.placed", "order.posted"]
    assert told["events"][1]["reason"] == "shipped"
    assert told["events"][1]["actor"] == "API key Test"
    sales = [e for e in told["journal"] if e["credited"]["kind"] == "income:sales"]
    assert sum(float(e["amount"]["amount"]) for e in sales) == 37.5
    assert told["quote"]["due"] == usd("28.75")
    unknown = api.get(f"/orders/{order}?expand[]=everything")
    assert (unknown.status, unknown.fields) == (422, ["expand[].0"])


@spec("QU-40")
def test_the_bookings_of_an_order_need_the_scope_of_the_journal(store: None) -> None:
    order = placed(program(), "1 MUG")
    reader = program(Scope.ORDERS_READ)
    assert reader.get(f"/orders/{order}?expand[]=lines").status == 200
    told = reader.get(f"/orders/{order}?expand[]=journal")
    assert (told.status, told.code) == (403, "scope_missing")


@spec("IF-20")
def test_orders_are_found_by_state_customer_location_and_time(api: Program) -> None:
    first, second = placed(api, "1 MUG"), placed(api, "1 HAT", customer="dora", location="vienna")
    api.do(f"/orders/{first}/post")

    def found(query: str) -> list[str]:
        told = api.get(f"/orders?{query}")
        assert told.status == 200, told.body
        return [order["id"] for order in told.json["data"]]

    dora = Customer.objects.get(number="dora").public_id
    assert found("") == [second, first]
    assert found("state=posted") == [first]
    assert found("customer=anna") == [first]
    assert found(f"customer={dora}") == [second]
    assert found("location=vienna") == [second]
    assert found("placed_from=2100-01-01T00:00:00Z") == []
    number = api.get(f"/orders/{first}").json["number"]
    assert found(f"number={number}") == [first]
    assert api.get(f"/orders/{number}").json["id"] == first
    naive = api.get("/orders?placed_from=2026-01-01T00:00:00")
    assert (naive.status, naive.fields) == (422, ["placed_from"])


@spec("IF-21", "QU-40")
def test_a_key_bound_to_locations_sees_and_touches_their_orders_alone(store: None) -> None:
    api, bound = program(), program(locations=["vienna"])
    here, there = placed(api, "1 MUG", location="vienna"), placed(api, "1 MUG")
    for order in (here, there):
        api.do(f"/orders/{order}/post")
    assert [order["id"] for order in bound.get("/orders").json["data"]] == [here]
    assert bound.get(f"/orders/{there}").status == 404
    for verb in VERBS:
        assert bound.do(f"/orders/{there}/{verb}").status == 404
    assert bound.do(f"/orders/{here}/refund").status == 200
    assert bound.do("/orders", cart("1 MUG")).code == "location_not_allowed"

    def orders_in(path: str) -> set[str]:
        return {row["order"] for row in bound.get(path).json["data"]}

    api.do(f"/orders/{there}/refund")
    for path in ("/refunds", "/journal-entries", "/events"):
        assert orders_in(path) == {here}, path


@spec("JO-1", "JO-4")
def test_the_journal_is_read_by_order_account_owner_and_day(api: Program) -> None:
    order = placed(api, "3 MUG", codes=["DV1"])
    api.do(f"/orders/{order}/post")

    def entries(query: str) -> Any:
        told: Told = api.get(f"/journal-entries?{query}")
        assert told.status == 200, told.body
        return told.json["data"]

    kinds = {entry["kind"] for entry in entries(f"order={order}")}
    assert kinds == {"grant", "hold", "post", "entry"}
    (given,) = entries("account=expenses:discounts:promotions")
    assert (given["debited"]["owner"], given["amount"]) == ("MUGS-3-FOR-2", usd("12.50"))
    used = entries("owner=DV1")
    assert {(entry["units"], entry["of"]) for entry in used} == {(1, "use")}
    assert entries("day_until=2020-01-01") == []
    events = api.get(f"/events?order={order}&kind=order.posted").json["data"]
    assert [event["number"] for event in events] == [2]


@spec("IF-21")
def test_an_order_that_is_not_there_is_not_found(api: Program) -> None:
    nobody = "ord_01j0b3v1mmeedtx9cpdgkfhbch"
    assert (api.get(f"/orders/{nobody}").status, api.get("/orders/x").status) == (404, 404)
    assert api.do(f"/orders/{nobody}/post").code == "not_found"
