"""Allotments over HTTP: their links, their uses, and what they gave (AL-1, AL-6, AL-9 to AL-13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from largesse.api.scopes import Scope
from largesse.catalog.models import ProductGroup
from largesse.crm.models import Organization
from largesse.offers import allotment_links
from largesse.offers.models import Allotment, AllotmentLink
from tests.api.callers import Program, cart, program, usd
from tests.words import spec

POTS = "SCHOOL-POTS"
MUGS = {
    "code": "CLUB-MUGS",
    "title": "Free mugs",
    "organization": "school",
    "product": "MUG",
    "product_group": "mugs",
    "quantity": 5,
}


def free(units: int = 1, sku: str = "POT", allotment: str = POTS) -> dict[str, Any]:
    line = {"sku": sku, "quantity": units, "allotment": allotment}
    return {**cart(), "lines": [line]}


def takes(api: Program, units: int = 1, *, post: bool = True, **said: Any) -> str:
    """The id of an order of free units, posted or not."""
    placed = api.do("/orders", free(units, **said))
    assert placed.status == 201, placed.body
    order: str = placed.json["id"]
    if post:
        assert api.do(f"/orders/{order}/post", {}).status == 200
    return order


def units(api: Program, code: str = POTS) -> tuple[int, int, int]:
    told = api.get(f"/allotments/{code}").json
    return told["quantity"], told["used"], told["available"]


def change(api: Program, code: str, version: str = "*", **fields: Any) -> Any:
    return api.call("PATCH", f"/allotments/{code}", fields, **{"If-Match": version})


# --- records -----------------------------------------------------------------------------------------


@spec("AL-1", "AL-3")
def test_an_allotment_is_granted_once_for_its_code_and_read_by_its_id_or_code(api: Program) -> None:
    made = api.post("/allotments", MUGS)

    assert made.status == 201
    told = made.json
    assert made.headers["Location"] == f"/v1/allotments/{told['id']}"
    assert told == {
        **MUGS,
        "object": "allotment",
        "id": told["id"],
        "used": 0,
        "available": 5,
        "starts": None,
        "ends": None,
        "members_only": False,
        "closed": False,
    }
    assert (
        api.get("/allotments/CLUB-MUGS").json == api.get(f"/allotments/{told['id']}").json == told
    )
    assert api.post("/allotments", MUGS).code == "already_exists"
    assert api.get("/allotments/NONE").code == "not_found"


@spec("AL-3")
def test_without_a_product_group_the_default_one_is_taken_or_asked_for(api: Program) -> None:
    said = {name: value for name, value in MUGS.items() if name != "product_group"}
    assert api.post("/allotments", said).fields == ["product_group"]

    ProductGroup.objects.filter(code="mugs").update(is_default=True)
    assert api.post("/allotments", said).json["product_group"] == "mugs"


@spec("AL-1", "AL-3")
def test_all_that_is_wrong_with_a_grant_is_told_at_once(api: Program) -> None:
    names = {"organization": "nobody", "product": "NO", "product_group": "none"}
    assert set(api.post("/allotments", {**MUGS, **names}).fields) == set(names)

    ends = {"starts": "2027-01-01T00:00:00Z", "ends": "2026-01-01T00:00:00Z"}
    told = api.post("/allotments", {**MUGS, **ends, "title": " ", "product_group": "hats"})
    assert set(told.fields) == {"title", "product", "ends"}
    assert api.post("/allotments", {**MUGS, "quantity": 0}).fields == ["quantity"]
    assert not Allotment.objects.filter(code="CLUB-MUGS").exists()


@spec("AL-11")
def test_title_quantity_members_and_window_change_and_the_link_stays(api: Program) -> None:
    link = api.get(f"/allotments/{POTS}/link").json
    read = api.get(f"/allotments/{POTS}")

    said = {"title": "Pans", "quantity": 9, "members_only": True, "ends": "2030-01-01T00:00:00Z"}
    told = change(api, POTS, read.headers["ETag"], reason="More pupils.", **said)

    assert told.status == 200
    assert {name: told.json[name] for name in said} == said
    assert told.headers["ETag"] != read.headers["ETag"]
    assert change(api, POTS, read.headers["ETag"], title="Lids").code == "changed_meanwhile"
    assert change(api, POTS, told.headers["ETag"], ends=None).json["ends"] is None
    assert api.get(f"/allotments/{POTS}/link").json == link


@spec("AL-11")
def test_a_use_is_no_change_that_another_program_has_to_read_again(api: Program) -> None:
    version = api.get(f"/allotments/{POTS}").headers["ETag"]
    takes(api)

    assert change(api, POTS, version, title="Pans").status == 200


@spec("AL-11")
def test_the_quantity_is_not_lowered_below_what_is_used_or_reserved(api: Program) -> None:
    takes(api)
    takes(api, post=False)

    assert change(api, POTS, quantity=1).fields == ["quantity"]
    assert change(api, POTS, quantity=2).json["available"] == 0


@spec("AL-11")
def test_a_closed_allotment_is_charged_keeps_its_record_and_stays_as_it_is(api: Program) -> None:
    takes(api)
    closed = [api.post(f"/allotments/{POTS}/close") for _ in range(2)]

    assert [each.json["closed"] for each in closed] == [True, True]
    assert closed[0].headers["ETag"] == closed[1].headers["ETag"]
    assert units(api) == (3, 1, 2)
    assert change(api, POTS, title="Pans").code == "conflict"
    assert api.post("/quotes", free()).json["due"] == usd("110.00")


@spec("AL-1")
def test_allotments_are_listed_by_page_and_filter(api: Program) -> None:
    Organization.objects.create(code="club", name="Chess Club")
    api.post("/allotments", MUGS)
    api.post("/allotments", {**MUGS, "code": "CHESS", "organization": "club", "title": "Cups"})
    api.post("/allotments/CHESS/close")

    def found(query: str) -> list[str]:
        return [each["code"] for each in api.get(f"/allotments{query}").json["data"]]

    assert found("") == ["CHESS", "CLUB-MUGS", POTS]
    assert found("?organization=club") == found("?q=chess") == found("?closed=true") == ["CHESS"]
    assert found("?product=MUG&closed=false") == found("?q=free") == ["CLUB-MUGS"]
    assert found("?product_group=pots") == [POTS]
    first = api.get("/allotments?limit=2").json
    assert found(f"?limit=2&after={first['next']}") == [POTS]


# --- links -------------------------------------------------------------------------------------------


@spec("AL-5", "AL-6")
def test_a_link_is_told_with_its_host_and_a_revoked_one_is_another(api: Program) -> None:
    old = api.get(f"/allotments/{POTS}/link").json
    assert old["path"].startswith("/register/POT/")
    assert old["url"] == f"http://testserver{old['path']}"
    assert old["allotment"] == api.get(f"/allotments/{POTS}").json["id"]
    assert api.get(f"/allotments/{POTS}/link").json == old

    new = api.post(f"/allotments/{POTS}/link/revoke").json

    assert new["path"] != old["path"]
    assert api.get(f"/allotments/{POTS}/link").json == new
    AllotmentLink.objects.filter(revoked_at=None).update(revoked_at=datetime.now(UTC))
    assert api.get(f"/allotments/{POTS}/link").code == "not_found"
    assert AllotmentLink.objects.filter(revoked_at=None).count() == 0, "reading makes none"
    last = api.post(f"/allotments/{POTS}/link/revoke").json
    for link, outcome in ((old, "revoked"), (new, "revoked"), (last, "opened")):
        _, _, sku, token = link["path"].split("/")
        assert allotment_links.opened(sku, token, at=datetime.now(UTC)).outcome == outcome
    assert AllotmentLink.objects.exclude(revoked_by="").get().revoked_by == "API key Test"


@spec("QU-40")
def test_who_may_read_allotments_may_not_change_them_nor_see_who_used_them(store: None) -> None:
    reader = program(Scope.ALLOTMENTS_READ)

    assert reader.get(f"/allotments/{POTS}/link").status == 200
    for path in ("close", "link/revoke"):
        assert reader.post(f"/allotments/{POTS}/{path}").code == "scope_missing"
    assert reader.get(f"/allotments/{POTS}/uses").code == "scope_missing"


# --- uses --------------------------------------------------------------------------------------------


@spec("AL-9", "AL-10")
def test_uses_tell_who_on_which_order_and_what_came_back(api: Program) -> None:
    order = takes(api, 2)
    for _ in range(2):
        back = {"lines": [{"id": "1", "units": 1}]}
        assert api.post(f"/orders/{order}/refund", back, "once").status == 200

    (use,) = api.get(f"/allotments/{POTS}/uses").json["data"]
    assert use["id"].startswith("use_")
    assert use["back_at"] is not None
    assert {name: use[name] for name in ("order", "customer", "name", "state")} == {
        "order": order,
        "customer": "anna",
        "name": "Anna",
        "state": "partly_returned",
    }
    assert (use["units"], use["units_returned"]) == (1, 1)
    assert units(api) == (3, 1, 2)


@spec("AL-9")
def test_uses_are_listed_by_page_and_found_by_name_or_number(api: Program) -> None:
    orders = [takes(api) for _ in range(3)]
    path = f"/allotments/{POTS}/uses"

    first = api.get(f"{path}?limit=2").json
    second = api.get(f"{path}?limit=2&after={first['next']}").json
    assert [use["order"] for use in first["data"] + second["data"]] == orders[::-1]
    assert (first["has_more"], second["has_more"]) == (True, False)

    number = first["data"][1]["number"]
    assert [use["order"] for use in api.get(f"{path}?q={number}").json["data"]] == [orders[1]]
    assert len(api.get(f"{path}?q=ANN").json["data"]) == 3
    assert api.get(f"{path}?q=%00").status == 422


@spec("AL-9", "QU-40")
def test_a_key_bound_to_locations_sees_the_uses_of_their_orders_alone(api: Program) -> None:
    takes(api)
    path = f"/allotments/{POTS}/uses"

    assert len(program(locations=["main"]).get(path).json["data"]) == 1
    assert program(locations=["vienna"]).get(path).json["data"] == []


# --- the report --------------------------------------------------------------------------------------


@spec("AL-13", "IF-22")
def test_the_report_tells_units_and_values_by_organization_and_product(api: Program) -> None:
    api.post("/allotments", MUGS)
    order = takes(api, 2)
    api.do(f"/orders/{order}/refund", {"lines": [{"id": "1", "units": 1}]})
    takes(api, 3, sku="MUG", allotment="CLUB-MUGS")
    takes(api, post=False)

    report = api.get("/allotment-usage").json
    (school,) = report["organizations"]
    assert [(each["product"], each["name"]) for each in school["products"]] == [
        ("MUG", "Mug"),
        ("POT", "Pot"),
    ]
    assert school["products"][1]["figures"] == {
        "used": 2,
        "returned": 1,
        "net": 1,
        "held": 1,
        "value_used": usd("200.00"),
        "value_returned": usd("100.00"),
    }
    assert school["figures"] == report["figures"]
    assert report["figures"]["value_used"] == usd("237.50")


@spec("AL-13")
def test_the_report_is_of_some_days_and_one_product_or_organization(api: Program) -> None:
    takes(api)
    today = datetime.now(UTC).date()
    span = f"day_from={today - timedelta(days=1)}&day_until={today}"

    def used(query: str) -> int:
        figures: dict[str, int] = api.get(f"/allotment-usage?{query}").json["figures"]
        return figures["used"]

    assert used(span) == used("organization=school") == used("product=POT") == 1
    assert used(f"day_until={today - timedelta(days=2)}") == used("product=MUG") == 0
    assert used("day_until=9999-12-31") == 1
    told = api.get("/allotment-usage?organization=no&product=no")
    assert (told.status, set(told.fields)) == (422, {"organization", "product"})


@spec("AL-13", "QU-40")
def test_a_key_bound_to_locations_reads_the_report_of_their_orders_and_the_whole_of_what_is_left(
    api: Program,
) -> None:
    order = takes(api, 2)
    api.do(f"/orders/{order}/refund", {"lines": [{"id": "1", "units": 1}]})
    whole = api.get("/allotment-usage").json

    here, elsewhere = program(locations=["main"]), program(locations=["vienna"])
    assert here.get("/allotment-usage").json == whole
    nothing = elsewhere.get("/allotment-usage").json
    assert nothing["organizations"] == []
    assert nothing["figures"]["used"] == nothing["figures"]["returned"] == 0
    assert nothing["figures"]["value_used"] == usd("0.00")
    # An allotment is of no location: who sells must know what is left of it.
    assert units(here) == units(elsewhere) == units(api) == (3, 1, 2)


@spec("AL-13")
@pytest.mark.parametrize("step", ["day", "week", "calendar_month", "calendar_year"])
def test_the_report_is_divided_into_steps(api: Program, step: str) -> None:
    takes(api)

    (school,) = api.get(f"/allotment-usage?step={step}").json["organizations"]
    assert [line["first_day"] is not None for line in school["products"]] == [True]
    assert api.get("/allotment-usage?step=hour").status == 422
