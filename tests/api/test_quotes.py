"""What a cart costs, asked over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pytest

from largesse.api.scopes import Scope
from largesse.api.telling import quote_out, stored_quote_out
from largesse.catalog.models import Location
from largesse.offers import promotions
from largesse.orders.quoting import priced
from tests.api.callers import Program, cart, program, usd
from tests.orders import store as shop
from tests.words import spec


@spec("IF-20", "IF-22", "OR-2")
def test_a_quote_tells_the_price_and_every_adjustment_in_exact_decimals(api: Program) -> None:
    told = api.post("/quotes", cart("3 MUG"))
    assert told.status == 200, told.body
    assert told.json["gross"] == usd("37.50")
    assert told.json["net"] == usd("25.00")
    assert told.json["tax"] == usd("3.75")
    assert told.json["due"] == usd("28.75")
    (adjustment,) = told.json["adjustments"]
    assert (adjustment["offer"], adjustment["amount"]) == ("MUGS-3-FOR-2", usd("12.50"))
    assert told.json["proven"] is True
    assert told.json["book"]["version"] > 0


@spec("OR-2", "VO-1")
def test_a_quote_says_what_it_would_consume_and_consumes_nothing(api: Program) -> None:
    for _ in range(2):
        told = api.post("/quotes", cart("1 POT", codes=["DV1"]))
        assert told.json["consumptions"] == [{"kind": "voucher", "code": "DV1", "units": 1}]
        assert told.json["refusals"] == []


@spec("EX-1")
def test_a_code_that_does_nothing_is_refused_with_its_reason(api: Program) -> None:
    told = api.post("/quotes", cart("1 POT", codes=["NOPE"]))
    (refusal,) = told.json["refusals"]
    assert (refusal["offer"], refusal["code"]) == ("NOPE", "unknown_code")


@spec("EX-2")
def test_near_misses_are_told_when_asked_for(api: Program) -> None:
    assert "near_misses" not in api.post("/quotes", cart("2 MUG")).json
    told = api.post("/quotes", cart("2 MUG", expand=["near_misses"]))
    (miss,) = told.json["near_misses"]
    assert (miss["sku"], miss["units"], miss["saving"]) == ("MUG", 1, usd("12.50"))


@spec("EX-1")
def test_offers_are_explained_when_asked_for(api: Program) -> None:
    told = api.post("/quotes", cart("3 MUG", explain=["MUGS-3-FOR-2", "LOYAL"]))
    given, refused = told.json["explanations"]
    assert given == {"offer": "MUGS-3-FOR-2", "applied": True, "amount": usd("12.50")}
    assert refused["applied"] is False
    assert refused["refusal"]["code"] == "too_few_units"
    unknown = api.post("/quotes", cart("3 MUG", explain=["LOYAL", "NO-SUCH"]))
    assert (unknown.status, unknown.fields) == (422, ["explain[1]"])


@spec("BI-1", "IF-21")
def test_all_that_is_wrong_with_a_cart_is_told_at_once(api: Program) -> None:
    body = {
        "lines": [
            {"sku": "MUGG"},
            {"sku": "MUG", "quantity": "1.5", "unit_price": {"amount": "1.234", "currency": "USD"}},
            {"sku": "MUG", "quantity": 0},
        ],
        "customer": "nobody",
        "location": "mars",
        "codes": [""],
    }
    told = api.post("/quotes", body)
    assert (told.status, told.code) == (422, "invalid_request")
    assert set(told.fields) == {
        "lines[0].sku", "lines[1].quantity", "lines[1].unit_price.amount", "lines[2].quantity",
        "customer", "location", "codes[0]",
    }  # fmt: skip
    wrong = next(e for e in told.json["errors"] if e["field"] == "lines[0].sku")
    assert wrong["value"] == "MUGG"
    assert "did you mean 'MUG'" in wrong["message"]


@spec("BI-1", "IF-21")
def test_fields_of_a_wrong_kind_are_told_at_once_in_words(api: Program) -> None:
    body = {"lines": [{"sku": 7, "quantity": 1.5}, {"quantity": 1}], "chanel": "shop", "codes": {}}
    told = api.post("/quotes", body)
    messages = {error["field"]: error["message"] for error in told.json["errors"]}
    assert messages == {
        "lines[0].sku": "is text, not a number",
        "lines[0].quantity": "is a whole number or text, not a number",
        "lines[1].sku": "is missing",
        "codes": "is a list, not an object",
        "chanel": "is not a field here; did you mean 'channel'?",
    }


@spec("QU-43")
@pytest.mark.parametrize("field", ["unit_price", "gross", "less"])
def test_a_price_is_taken_only_from_a_key_that_may_set_prices(store: None, field: str) -> None:
    body = {"lines": [{"sku": "MUG", "quantity": 1, field: usd("1.00")}]}
    refused = program(Scope.QUOTES_WRITE).post("/quotes", body)
    assert (refused.status, refused.code) == (403, "scope_missing")
    assert refused.fields == [f"lines[0].{field}"]
    trusted = program(Scope.QUOTES_WRITE, Scope.PRICES_SET).post("/quotes", body)
    assert trusted.json["net"] == usd("11.50" if field == "less" else "1.00")


@spec("QU-43")
def test_shipping_is_the_locations_charge_unless_the_key_may_set_prices(store: None) -> None:
    Location.objects.filter(code="main").update(shipping=490)
    shopper, trusted = program(Scope.QUOTES_WRITE), program()
    assert shopper.post("/quotes", cart("1 MUG", channel="shop")).json["shipping"] == usd("4.90")
    assert shopper.post("/quotes", cart("1 MUG")).json["shipping"] == usd("0.00")
    named = cart("1 MUG", channel="shop", shipping=usd("0.00"))
    refused = shopper.post("/quotes", named)
    assert (refused.code, refused.fields) == ("scope_missing", ["shipping"])
    assert trusted.post("/quotes", named).json["shipping"] == usd("0.00")


@spec("IF-21")
def test_a_key_bound_to_locations_asks_for_them_alone(store: None) -> None:
    bound = program(Scope.QUOTES_WRITE, locations=["vienna"])
    assert bound.post("/quotes", cart("1 MUG", location="vienna")).status == 200
    for location in ("main", None):
        told = bound.post("/quotes", cart("1 MUG", location=location))
        assert (told.status, told.code) == (403, "location_not_allowed")


@spec("IF-22")
def test_a_customer_is_named_by_number_or_by_id(api: Program) -> None:
    from largesse.crm.models import Customer

    anna = Customer.objects.get(number="anna")
    by_number, by_id = (
        api.post("/quotes", cart("1 MUG", customer=said)) for said in ("anna", anna.public_id)
    )
    assert by_number.body == by_id.body


@spec("IF-20")
def test_an_amount_in_another_currency_is_refused(api: Program) -> None:
    line = {"sku": "MUG", "unit_price": {"amount": "1.00", "currency": "EUR"}}
    told = api.post("/quotes", {"lines": [line]})
    assert (told.status, told.fields) == (422, ["lines[0].unit_price.currency"])


OFF_POTS = {"kind": "discount_order_line", "percent": "10", "include": "pots"}


def offer(code: str, *actions: dict[str, Any], **fields: Any) -> None:
    promotions.revise({"code": code, "actions": list(actions), **fields}, by=None, at=shop.AT)


@spec("AC-3")
def test_discounts_are_told_as_the_cart_shows_them(api: Program) -> None:
    offer("A", OFF_POTS, title="A tenth off pots")
    offer("B", {**OFF_POTS, "include": "hats", "percent": "20"}, title="A fifth off hats")
    told = api.post("/quotes", cart("1 POT", "1 HAT")).json["discounts"]
    assert told == [{"title": "Item discounts", "amount": usd("18.00"), "offers": ["A", "B"]}]

    offer("B", {**OFF_POTS, "include": "hats", "display": "separate"}, title="A tenth off hats")
    told = api.post("/quotes", cart("1 POT", "1 HAT")).json["discounts"]
    assert told == [
        {"title": "A tenth off pots", "amount": usd("10.00"), "offers": ["A"]},
        {"title": "A tenth off hats", "amount": usd("4.00"), "offers": ["B"]},
    ]


@spec("PR-3")
def test_suggestions_are_told_when_asked_for_and_answered_in_the_cart(api: Program) -> None:
    offer("ASK", OFF_POTS, title="A tenth off", description="For pots.", suggest="unchecked")
    plain = api.post("/quotes", cart("1 POT"))
    assert "suggestions" not in plain.json
    assert plain.json["discount"] == usd("0.00")
    asked = api.post("/quotes", cart("1 POT", expand=["suggestions"]))
    suggestion = {
        "offer": "ASK", "title": "A tenth off", "description": "For pots.", "accepted": False,
        "saving": usd("10.00"),
    }  # fmt: skip
    assert asked.json["suggestions"] == [suggestion]

    yes = api.post("/quotes", cart("1 POT", answers={"ASK": True}, expand=["suggestions"]))
    assert yes.json["discount"] == usd("10.00")
    assert yes.json["suggestions"] == [{**suggestion, "accepted": True}]
    assert api.do("/orders", cart("1 POT", answers={"ASK": True})).json["total"] == usd("100.00")


@spec("AC-7")
def test_a_gift_is_chosen_in_the_cart(api: Program) -> None:
    offer("FREE", {"kind": "gift_choice", "products": ["MUG", "HAT"]}, title="A gift")
    (gift,) = api.post("/quotes", cart("1 POT")).json["gifts"]
    assert gift == {
        "offer": "FREE", "title": "A gift", "products": ["MUG", "HAT"], "units": 1, "chosen": None,
    }  # fmt: skip
    told = api.post("/quotes", cart("1 POT", gifts={"FREE": "HAT", "NO-SUCH": "POT"})).json
    assert told["gifts"] == [{**gift, "chosen": "HAT"}]
    assert [(line["sku"], line.get("added_by")) for line in told["lines"]] == [
        ("POT", None), ("HAT", "FREE"),
    ]  # fmt: skip
    assert told["net"] == usd("100.00")


@spec("AC-7", "PR-5")
def test_credits_rights_and_limits_are_told(api: Program) -> None:
    credit = {"kind": "award_credit", "account": "bonus", "amount": "5.00"}
    offer("LATER", OFF_POTS, single_use_codes=True)
    right = {"kind": "delayed_promotion", "promotion": "LATER", "holds_for": 7}
    offer("BACK", credit, right, title="Come back", max_uses=100, budget="50.00")
    told = api.post("/quotes", cart("1 POT")).json
    assert told["credits"] == [
        {"offer": "BACK", "revision": 1, "title": "Come back", "account": "bonus",
         "owner": "anna", "to": "buyer", "amount": usd("5.00")}
    ]  # fmt: skip
    (given,) = told["rights"]
    assert (given["promotion"], given["customer"]) == ("LATER", "anna")
    starts, ends = (datetime.fromisoformat(given[edge]) for edge in ("starts", "ends"))
    assert (ends - starts).days in (6, 7)
    assert told["consumptions"] == [
        {"kind": "uses", "code": "BACK", "units": 1, "limit": 100},
        {"kind": "budget", "code": "BACK", "units": usd("5.00"), "limit": usd("50.00")},
    ]


@spec("CO-4")
def test_how_and_whereto_a_cart_is_shipped_is_said_in_it(api: Program) -> None:
    offer("POST", OFF_POTS, conditions=[{"kind": "shipping_method", "methods": ["post"]}])
    offer(
        "AT", {**OFF_POTS, "include": "hats"}, conditions=[{"kind": "country", "countries": ["AT"]}]
    )
    told = api.post("/quotes", cart("1 POT", "1 HAT", shipping_method="post", country="AT"))
    assert {a["offer"] for a in told.json["adjustments"]} == {"POST", "AT"}
    assert api.post("/quotes", cart("1 POT", "1 HAT")).json["adjustments"] == []


@spec("BI-1", "IF-21")
def test_a_malformed_answer_or_gift_is_told_at_its_field(api: Program) -> None:
    body = cart("1 POT", answers={"A": "yes", "B": True}, gifts={"C": ""}, country="Austria")
    told = api.post("/quotes", body)
    assert (told.status, told.fields) == (422, ["answers.A", "gifts.C", "country"])
    assert api.post("/quotes", cart("1 POT", answers={"a\0b": True})).fields == ["answers.a\\0b"]
    assert api.post("/quotes", cart("1 POT", gifts={"": "MUG"})).fields == ["gifts"]


@spec("EX-4", "OR-2")
def test_a_stored_quote_is_told_as_the_live_one_was(store: None) -> None:
    from largesse.engine.cart import CartLine

    offer("LATER", OFF_POTS, single_use_codes=True)
    offer("GIFT", {"kind": "gift_choice", "products": ["HAT", "MUG"]}, title="A gift")
    offer(
        "BACK",
        {"kind": "award_credit", "account": "bonus", "amount": "5.00"},
        {"kind": "delayed_promotion", "promotion": "LATER"},
        {**OFF_POTS, "display": "separate"},
        max_uses_per_customer=3,
        budget="4.00",
    )
    free = CartLine("f", "POT", 2, allotment="SCHOOL-POTS")
    for each in (
        shop.cart("1 POT", "3 MUG", gifts={"GIFT": "HAT"}),
        shop.cart("3 MUG", "1 HAT", codes=("DV1", "NOPE")),
        shop.cart(free, CartLine("t", "TEA", shop.cart("1 MUG").lines[0].quantity), codes=("GV1",)),
        shop.cart("1 MUG", location="vienna", shipping=490, buyer=None),
    ):
        found = priced(each)
        live = msgspec.json.encode(quote_out(found.quote, found.book_version))
        data = msgspec.json.decode(found.quote.to_json())
        assert msgspec.json.encode(stored_quote_out(data, found.book_version)) == live
