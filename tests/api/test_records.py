"""Products, groups, locations, customers, organizations, partners and promotions over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.catalog.models import Product
from largesse.offers.current import current
from largesse.offers.models import PromotionRevision
from tests.api.callers import Program, cart, usd
from tests.words import spec

NEW: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "products": (
        "sku",
        {"sku": "CUP", "name": "Cup", "price": usd("9.90"), "floor": usd("1.00")},
        {"name": "Big cup"},
    ),
    "product-groups": (
        "code",
        {"code": "cups", "title": "Cups", "products": ["MUG", "POT"], "location": "main"},
        {"products": ["MUG"]},
    ),
    "locations": (
        "code",
        {"code": "graz", "title": "Graz", "tax": {"standard": "20", "food": "12.5"}},
        {"tax": {"standard": "21"}},
    ),
    "customers": (
        "number",
        {"number": "carl", "name": "Carl", "tags": ["gold", "new"], "organizations": ["school"]},
        {"tags": [], "birthday": "1990-02-28"},
    ),
    "organizations": ("code", {"code": "club", "name": "Club"}, {"active": False}),
    "partners": ("code", {"code": "inn", "name": "Inn"}, {"email": "inn@example.com"}),
}
KINDS = pytest.mark.parametrize("kind", NEW)


@spec("IF-20", "IF-21")
@KINDS
def test_a_record_is_created_read_found_and_changed(api: Program, kind: str) -> None:
    natural, new, change = NEW[kind]
    made = api.post(f"/{kind}", new)
    assert made.status == 201, made.body
    assert new.items() <= made.json.items()
    assert made.headers["Location"] == f"/v1/{kind}/{made.json['id']}"
    for name in (made.json["id"], new[natural]):
        read = api.get(f"/{kind}/{name}")
        assert (read.body, read.headers["ETag"]) == (made.body, made.headers["ETag"])
    (found,) = api.get(f"/{kind}?code={new[natural]}").json["data"]
    assert found == made.json
    assert made.json in api.get(f"/{kind}?q={new[natural][1:]}").json["data"]
    path = f"/{kind}/{made.json['id']}"
    changed = api.call("PATCH", path, change, **{"If-Match": made.headers["ETag"]})
    assert changed.status == 200, changed.body
    assert changed.json == {**made.json, **change}
    assert api.get(path).json == changed.json


@spec("IF-21")
@KINDS
def test_a_change_names_the_version_that_it_is_of(api: Program, kind: str) -> None:
    _, new, change = NEW[kind]
    made = api.post(f"/{kind}", new)
    path = f"/{kind}/{made.json['id']}"
    assert api.call("PATCH", path, change).code == "if_match_missing"
    etag = made.headers["ETag"]
    assert api.call("PATCH", path, change, **{"If-Match": etag}).status == 200
    lost = api.call("PATCH", path, {}, **{"If-Match": etag})
    assert (lost.status, lost.code) == (412, "changed_meanwhile")
    assert api.call("PATCH", path, {}, **{"If-Match": "*"}).status == 200


@spec("IF-21")
def test_a_version_that_the_program_has_is_not_sent_again(api: Program) -> None:
    etag = api.get("/products/MUG").headers["ETag"]
    same = api.get("/products/MUG", **{"If-None-Match": etag})
    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", etag)
    assert api.get("/products/MUG", **{"If-None-Match": '"other"'}).status == 200


@spec("IF-21")
@KINDS
def test_a_code_is_taken_once_and_stays(api: Program, kind: str) -> None:
    natural, new, _ = NEW[kind]
    made = api.post(f"/{kind}", new)
    twice = api.post(f"/{kind}", new)
    assert (twice.status, twice.code, twice.fields) == (409, "already_exists", [natural])
    path = f"/{kind}/{made.json['id']}"
    told = api.call("PATCH", path, {natural: "other"}, **{"If-Match": "*"})
    assert (told.status, told.fields) == (422, [natural])


@spec("BI-1", "IF-21")
def test_all_that_is_wrong_with_a_record_is_told_at_once(api: Program) -> None:
    product = {
        "sku": "", "name": "Kit", "price": {"amount": "1", "currency": "usd"},
        "quantity_decimals": 4, "components": [{"sku": "MUG", "units": 0}], "colour": "red",
    }  # fmt: skip
    assert set(api.post("/products", product).fields) == {
        "sku", "price.currency", "quantity_decimals", "components[0].units", "colour",
    }  # fmt: skip
    kit = {"sku": "K", "name": "K", "price": usd("1.00"), "quantity_decimals": 1}
    kit["components"] = [{"sku": "NO"}, {"sku": "MUG"}, {"sku": "MUG"}]
    told = api.post("/products", kit)
    assert told.fields == ["components[0].sku", "components[2].sku", "quantity_decimals"]
    customer = {"number": "x", "name": "X", "email": "no", "organizations": ["no"]}
    assert api.post("/customers", customer).fields == ["organizations[0]", "email"]
    location = {"code": "a b", "title": "A", "tax": {"standard": "101"}, "floor_margin": "100.5"}
    fields = {"code", "tax.standard", "floor_margin"}
    assert set(api.post("/locations", location).fields) == fields


@spec("AC-7", "IF-20")
def test_a_customer_belongs_to_a_distributor_and_to_nobody_else(api: Program) -> None:
    rep = {"number": "rep", "name": "Rosa", "type": "distributor"}
    api.post("/customers", rep)
    api.post("/customers", {"number": "buyer", "name": "Ben", "sponsor": "rep"})

    refused = api.post("/customers", {"number": "eve", "name": "Eve", "sponsor": "buyer"})

    assert api.get("/customers/buyer").json["sponsor"] == "rep"
    assert refused.fields == ["sponsor"]


@spec("QU-6")
def test_a_changed_price_is_in_the_next_quote(api: Program) -> None:
    path, change = "/products/MUG", {"price": usd("20.00")}
    assert api.call("PATCH", path, change, **{"If-Match": "*"}).status == 200
    assert api.post("/quotes", cart("1 MUG")).json["gross"] == usd("20.00")


@spec("QU-6")
def test_kits_and_taxes_are_in_the_book_as_they_were_written(api: Program) -> None:
    kit = {"sku": "SET", "name": "Set", "price": usd("20.00")}
    api.post("/products", {**kit, "components": [{"sku": "MUG", "units": 2}]})
    change = {"tax": {"standard": "5"}}
    api.call("PATCH", "/locations/main", change, **{"If-Match": "*"})
    catalog = current(fresh=True).book.catalog
    assert catalog.products["SET"].components == {"MUG": 2}
    assert catalog.locations["main"].tax == {"standard": 50_000}


@spec("AL-12", "IF-21")
def test_a_product_names_its_options_in_their_order(api: Program) -> None:
    for sku in ("WRAP", "CARD"):
        api.post("/products", {"sku": sku, "name": sku, "price": usd("4.00")})

    for options in (["WRAP", "CARD"], ["CARD", "WRAP"], ["WRAP"], []):
        told = api.call("PATCH", "/products/MUG", {"options": options}, **{"If-Match": "*"})
        assert (told.status, told.json["options"]) == (200, options)
        assert api.get("/products/MUG").json["options"] == options


@spec("AL-12", "BI-1")
def test_an_option_is_another_product_in_whole_units(api: Program) -> None:
    api.post("/products", {"sku": "TEA", "name": "T", "price": usd("1.00"), "quantity_decimals": 3})
    options = ["NO", "POT", "POT", "MUG", "TEA"]

    told = api.call("PATCH", "/products/MUG", {"options": options}, **{"If-Match": "*"})

    assert told.fields == ["options[0]", "options[2]", "options[3]", "options[4]"]


@spec("AL-12")
@pytest.mark.parametrize(
    ("option_of", "fields"),
    [("a", []), ("no", ["lines[1].option_of"]), ("b", ["lines[1].option_of"])],
)
def test_an_option_in_a_cart_names_its_line(
    api: Program, option_of: str, fields: list[str]
) -> None:
    lines = [{"id": "a", "sku": "MUG"}, {"id": "b", "sku": "POT", "option_of": option_of}]

    told = api.post("/quotes", {**cart(), "lines": lines})

    assert told.status == (422 if fields else 200)
    assert fields == (told.fields if fields else [])


@spec("IF-21")
def test_who_changed_a_record_is_in_its_history(api: Program) -> None:
    api.call("PATCH", "/products/MUG", {"name": "Cup"}, **{"If-Match": "*"})
    mug = Product.objects.get(sku="MUG")
    assert mug.history.first().history_change_reason == "API key Test"


SPRING = {
    "code": "SPRING",
    "title": "A fifth off mugs",
    "actions": [{"kind": "discount_order_line", "percent": "20", "include": "mugs"}],
}


@spec("IF-20", "PR-8")
def test_a_promotion_is_put_read_changed_and_live(api: Program) -> None:
    made = api.call("PUT", "/promotions/SPRING", {"definition": SPRING, "reason": "campaign"})
    assert (made.status, made.json["revision"]) == (200, 1), made.body
    assert api.post("/quotes", cart("1 MUG")).json["discount"] == usd("2.50")
    read = api.get("/promotions/SPRING")
    assert (read.body, read.headers["ETag"]) == (made.body, made.headers["ETag"])
    assert api.get(f"/promotions/{read.json['id']}").body == read.body
    half = {**SPRING, "actions": [{**SPRING["actions"][0], "percent": "50"}]}  # type: ignore[dict-item]
    assert api.call("PUT", "/promotions/SPRING", {"definition": half}).code == "if_match_missing"
    etag = {"If-Match": read.headers["ETag"]}
    changed = api.call("PUT", "/promotions/SPRING", {"definition": half}, **etag)
    assert (changed.status, changed.json["revision"]) == (200, 2)
    lost = api.call("PUT", "/promotions/SPRING", {"definition": SPRING}, **etag)
    assert lost.code == "changed_meanwhile"
    found = PromotionRevision.objects.filter(promotion__code="SPRING").values_list("reason")
    reasons = [reason for (reason,) in found]
    assert reasons == ["API key Test", "API key Test: campaign"]
    codes = [each["code"] for each in api.get("/promotions?q=fifth").json["data"]]
    assert codes == ["SPRING"]


@spec("BI-1")
def test_what_is_wrong_with_a_promotion_is_told_at_its_place(api: Program) -> None:
    action = {"kind": "discount_order_line", "percent": "x", "include": "nothing"}
    told = api.call("PUT", "/promotions/BAD", {"definition": {"actions": [action]}})
    assert (told.status, told.code) == (422, "invalid_request")
    assert set(told.fields) == {"definition.actions[0].percent", "definition.actions[0].include"}
    other = api.call("PUT", "/promotions/BAD", {"definition": SPRING})
    assert other.fields == ["definition.code"]
    version = api.call("PUT", "/promotions/BAD", {"definition": {}}, **{"If-Match": '"x"'})
    assert version.code == "changed_meanwhile"
