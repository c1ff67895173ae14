"""Deals over HTTP: put and read, applied to carts, proven, ordered."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.api import quoted_deals
from largesse.api.telling import quote_out, stored_quote_out
from largesse.offers import deals
from largesse.offers.models import DealRevision
from tests.api.callers import Program, cart, usd
from tests.api.test_openapi import checked
from tests.orders.store import AT
from tests.words import spec

POTS: dict[str, Any] = {
    "code": "POTS",
    "title": "A tenth off pots",
    "sets": [{"products": "pots"}],
    "tiers": [{"min_units": 2, "benefit": {"kind": "percentage", "percent": "10"}}],
}


def offer(code: str, *tiers: dict[str, Any], on: str = "pots", **fields: Any) -> None:
    """A deal on a product group."""
    definition = {"code": code, "sets": [{"products": on}], "tiers": list(tiers), **fields}
    deals.revise(definition, by=None, at=AT)


def tier(kind: str, units: int = 1, **fields: Any) -> dict[str, Any]:
    return {"min_units": units, "benefit": {"kind": kind, **fields}}


# --- the records -----------------------------------------------------------------------------------


@spec("IF-20", "IF-21", "DE-1")
def test_a_deal_is_put_read_changed_and_live(api: Program) -> None:
    made = api.call("PUT", "/deals/POTS", {"definition": POTS, "reason": "trade fair"})
    assert (made.status, made.json["revision"], made.json["object"]) == (200, 1, "deal"), made.body
    assert api.post("/quotes", cart("2 POT")).json["discount"] == usd("20.00")
    read = api.get("/deals/POTS")
    assert (read.body, read.headers["ETag"]) == (made.body, made.headers["ETag"])
    assert api.get(f"/deals/{read.json['id']}").body == read.body
    assert api.get("/deals/POTS", **{"If-None-Match": read.headers["ETag"]}).status == 304

    pinned = {**POTS, "pinned": True}
    assert api.call("PUT", "/deals/POTS", {"definition": pinned}).code == "if_match_missing"
    etag = {"If-Match": read.headers["ETag"]}
    changed = api.call("PUT", "/deals/POTS", {"definition": pinned}, **etag)
    assert (changed.status, changed.json["revision"], changed.json["pinned"]) == (200, 2, True)
    assert api.call("PUT", "/deals/POTS", {"definition": POTS}, **etag).code == "changed_meanwhile"
    reasons = DealRevision.objects.values_list("reason", flat=True)
    assert list(reasons) == ["API key Test", "API key Test: trade fair"]

    gone = {"definition": {**pinned, "archived": True}}
    api.call("PUT", "/deals/POTS", gone, **{"If-Match": changed.headers["ETag"]})
    assert api.post("/quotes", cart("2 POT")).json["deals"] == []


@spec("BI-1", "DE-1")
def test_what_is_wrong_with_a_deal_is_told_at_its_place(api: Program) -> None:
    told = api.call("PUT", "/deals/BAD", {"definition": {**POTS, "code": "BAD", "title": "x" * 30}})
    assert (told.status, told.fields) == (422, ["definition.title"])
    promotion = api.call("PUT", "/deals/LOYAL", {"definition": {**POTS, "code": "LOYAL"}})
    (error,) = promotion.json["errors"]
    assert (error["field"], error["message"]) == ("definition.code", "is the code of a promotion")
    clash = {"definition": {"actions": [{"kind": "discount_order_line", "percent": "5"}]}}
    offer("POTS", tier("percentage", percent=10))
    (error,) = api.call("PUT", "/promotions/POTS", clash).json["errors"]
    assert (error["field"], error["message"]) == ("definition.code", "is the code of a deal")


@spec("IF-21")
def test_deals_are_listed_by_their_flags_in_pages(api: Program) -> None:
    for code in ("A", "B", "C"):
        pins = code == "B"
        offer(code, tier("percentage", percent=10), pinned=pins, referable=not pins)

    def codes(path: str) -> list[str]:
        return [each["code"] for each in api.get(path).json["data"]]

    assert codes("/deals") == ["C", "B", "A"]
    assert codes("/deals?pinned=true") == ["B"]
    assert codes("/deals?referable=true&q=a") == ["A"]
    assert codes("/deals?manual=true") == []
    first = api.get("/deals?limit=2").json
    assert first["has_more"] is True
    assert codes(f"/deals?limit=2&after={first['next']}") == ["A"]


@spec("IF-3", "IF-20")
def test_the_description_knows_what_a_deal_is_made_of() -> None:
    checked(POTS, {"$ref": "#/components/schemas/DealDefinition"})
    bad = {**POTS, "tiers": [{"benefit": {"kind": "no_such"}}]}
    with pytest.raises(Exception, match="is not valid under any of the given schemas"):
        checked(bad, {"$ref": "#/components/schemas/DealDefinition"})


# --- in quotes -------------------------------------------------------------------------------------


@spec("DE-3", "DE-4", "DE-5")
def test_a_quote_tells_the_deals_and_the_deal_of_each_line(api: Program) -> None:
    offer("POTS", tier("percentage", 2, percent=10), title="A tenth off pots")
    offer("BACK", tier("rebate", percent=5), on="hats")
    told = api.post("/quotes", cart("2 POT", "1 HAT", "1 MUG")).json

    pots, back = sorted(told["deals"], key=lambda deal: -len(deal["title"]))
    assert pots == {
        "offer": "POTS", "revision": 1, "title": "A tenth off pots", "tier": 1, "lines": ["1"],
        "off": usd("20.00"), "rebate": usd("0.00"), "credit": usd("0.00"), "used": usd("0.00"),
        "left": usd("0.00"), "benefit": usd("20.00"), "referred": False,
    }  # fmt: skip
    assert (back["rebate"], back["benefit"]) == (usd("2.00"), usd("2.00"))
    assert [line.get("deal") for line in told["lines"]] == ["POTS", "BACK", None]
    (credit,) = told["credits"]
    assert (credit["by"], credit["lines"], credit["amount"]) == ("deal", ["2"], usd("2.00"))
    assert "assignment" not in told


@spec("DE-6")
def test_a_line_is_picked_for_a_deal_or_kept_off_all(api: Program) -> None:
    offer("POTS", tier("percentage", percent=10))
    offer("LESS", tier("percentage", percent=5))
    line = {"sku": "POT", "quantity": 1}

    def discount(**fields: Any) -> Any:
        return api.post("/quotes", {"location": "main", "lines": [line | fields]}).json["discount"]

    assert discount() == usd("10.00")
    assert discount(deal="LESS") == usd("5.00")
    assert discount(deal="") == usd("0.00")
    picked = {"location": "main", "lines": [line], "assign": "picked"}
    assert api.post("/quotes", picked).json["discount"] == usd("0.00")
    refused = api.post("/quotes", {"location": "main", "lines": [line | {"deal": "NO-SUCH"}]})
    assert [each["code"] for each in refused.json["refusals"]] == ["pick_not_valid"]


@spec("DE-9", "DE-12", "DE-13", "DE-15")
def test_giveaways_use_the_credit_of_a_deal(api: Program) -> None:
    offer("10+1", tier("bonus_stock", 10, every=10), on="mugs", selection="mugs")
    told = api.post("/quotes", cart("20 MUG", giveaways=[{"deal": "10+1", "sku": "MUG"}])).json
    (deal,) = told["deals"]
    assert (deal["credit"], deal["used"], deal["left"]) == (
        usd("25.00"),
        usd("12.50"),
        usd("12.50"),
    )
    *_, bonus = told["lines"]
    assert (bonus["bonus"], bonus["net"], bonus["added_by"]) == (True, usd("0.00"), "10+1")
    wrong = api.post(
        "/quotes", cart("1 MUG", giveaways=[{"deal": "10+1", "sku": "MUG", "units": 0}])
    )
    assert wrong.fields == ["giveaways[0].units"]


@spec("DE-8", "DE-14")
def test_a_deal_is_referred_with_the_credit_that_is_asked_for(api: Program) -> None:
    offer("10+1", tier("bonus_stock", 10, every=10), on="mugs", selection="mugs", referable=True)
    body = {"lines": [{"sku": "MUG", "quantity": 4, "deal": "10+1"}], "location": "main"}
    told = api.post("/quotes", {**body, "referred": {"10+1": usd("12.50")}}).json
    (deal,) = told["deals"]
    assert (deal["referred"], deal["credit"]) == (True, usd("12.50"))
    euros = {"10+1": {"amount": "1.00", "currency": "EUR"}}
    assert api.post("/quotes", {**body, "referred": euros}).fields == ["referred.10+1.currency"]


@spec("BE-1", "BE-2", "DE-5", "EX-1")
def test_progress_restrictions_and_the_proof_are_told_when_asked_for(api: Program) -> None:
    offer("POTS", tier("percentage", 2, percent=10))
    offer("MANY", tier("percentage", 5, percent=20))
    body = cart("2 POT", expand=["deal_progress", "restrictions", "assignment"], explain=["MANY"])
    told = api.post("/quotes", body).json

    many, pots = told["deal_progress"]
    assert (pots["state"], pots["brings"], pots["tier"]) == ("applied", usd("20.00"), 1)
    assert (many["state"], many["would_bring"]) == ("not_met", usd("0.00"))
    assert (many["lacks"]["needed"], many["lacks"]["found"]) == (5, 2)
    assert {each["rule"] for each in told["restrictions"]} == {"one_deal_a_line", "no_splitting"}
    assert told["assignment"] == {
        "plan": {"1": "POTS"}, "value": usd("20.00"), "bound": usd("20.00"),
        "checked_bound": usd("20.00"), "proven": True, "wrong": [],
    }  # fmt: skip
    (explained,) = told["explanations"]
    assert (explained["applied"], explained["refusal"]["code"]) == (False, "too_few_units")


@spec("BE-1")
def test_a_proof_that_would_take_long_to_check_is_not_checked_while_a_caller_waits(
    api: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quoted_deals, "CHECKED_MOST", 0)
    offer("POTS", tier("percentage", 2, percent=10))
    told = api.post("/quotes", cart("2 POT", expand=["assignment"])).json["assignment"]
    assert (told["proven"], told["wrong"]) == (True, None)


@spec("DE-5", "OR-2")
def test_an_order_is_placed_with_its_deals_and_read_with_them(api: Program) -> None:
    offer("POTS", tier("percentage", 2, percent=10))
    placed = api.do("/orders", cart("2 POT"))
    assert placed.json["total"] == usd("198.00"), placed.body
    order = api.get(f"/orders/{placed.json['id']}?expand[]=quote&expand[]=lines").json
    assert [deal["offer"] for deal in order["quote"]["deals"]] == ["POTS"]
    assert [line["deal"] for line in order["quote"]["lines"]] == ["POTS"]
    assert [(line["deal"], line["bonus"]) for line in order["lines"]] == [("POTS", False)]
    refused = api.do("/orders", {**cart("1 MUG"), "assign": "sometimes"})
    assert refused.fields == ["assign"]


@spec("EX-4")
def test_the_quote_that_an_order_keeps_tells_its_deals_as_they_were(store: None) -> None:
    import msgspec

    from largesse.orders.quoting import priced
    from tests.orders import store as shop

    offer("10+1", tier("bonus_stock", 10, every=10), on="mugs", selection="mugs")
    offer("BACK", tier("rebate", percent=5), on="hats")
    found = priced(shop.cart("20 MUG", "1 HAT"))

    kept = stored_quote_out(msgspec.json.decode(found.quote.to_json()), found.book_version)

    assert msgspec.json.encode(kept) == msgspec.json.encode(
        quote_out(found.quote, found.book_version)
    )
