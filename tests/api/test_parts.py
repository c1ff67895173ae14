"""Shared actions and conditions over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from largesse.offers.models import PartRevision
from tests.api.callers import Program, Told, cart, usd
from tests.words import spec

TEN = {"name": "ten", "kind": "discount_order_line", "percent": "10", "include": "mugs"}
VIP = {"name": "vip", "kind": "customer_tags", "tags": ["vip"]}
BASES = pytest.mark.parametrize(("base", "definition"), [("action", TEN), ("condition", VIP)])


def put(api: Program, path: str, definition: dict[str, Any], etag: str = "", **more: Any) -> Told:
    headers = {"If-Match": etag} if etag else {}
    return api.call("PUT", path, {"definition": definition, **more}, **headers)


@spec("IF-20", "IF-21", "PR-8")
@BASES
def test_a_shared_part_is_put_read_found_changed_and_archived(
    api: Program, base: str, definition: dict[str, Any]
) -> None:
    name = definition["name"]
    path = f"/{base}s/{name}"
    made = put(api, path, definition, title="Mine", description="For all.", reason="new")
    assert made.status == 200, made.body
    assert made.json | {"id": ""} == {
        "object": base, "id": "", "name": name, "title": "Mine", "description": "For all.",
        "kind": definition["kind"], "archived": False, "revision": 1, "definition": definition,
    }  # fmt: skip
    read = api.get(path)
    assert (read.body, read.headers["ETag"]) == (made.body, made.headers["ETag"])
    assert api.get(f"/{base}s/{made.json['id']}").body == read.body
    same = api.get(path, **{"If-None-Match": read.headers["ETag"]})
    assert (same.status, same.body) == (304, b"")
    for search in (f"q={name[1:]}", "q=mine", f"kind={definition['kind']}", "archived=false"):
        assert api.get(f"/{base}s?{search}").json["data"] == [made.json]
    for search in ("q=other", "kind=all", "archived=true"):
        assert api.get(f"/{base}s?{search}").json["data"] == []

    assert put(api, path, definition).code == "if_match_missing"
    changed = put(api, path, definition, read.headers["ETag"], archived=True)
    assert (changed.status, changed.json["archived"], changed.json["title"]) == (200, True, "")
    assert put(api, path, definition, read.headers["ETag"]).code == "changed_meanwhile"
    assert put(api, f"/{base}s/other", definition | {"name": "other"}, '"x"').code == (
        "changed_meanwhile"
    )
    assert list(PartRevision.objects.values_list("reason", flat=True)) == [
        "API key Test", "API key Test: new",
    ]  # fmt: skip


@spec("PR-8", "QU-6")
def test_a_promotion_names_a_shared_part_and_changes_with_it(api: Program) -> None:
    made = put(api, "/actions/ten", TEN)
    promotion = put(api, "/promotions/SPRING", {"actions": ["ten"]})
    assert promotion.json["definition"]["actions"] == [TEN]
    assert api.post("/quotes", cart("1 MUG")).json["discount"] == usd("1.25")

    changed = put(api, "/actions/ten", {**TEN, "percent": "20"}, made.headers["ETag"])

    assert changed.status == 200, changed.body
    assert api.get("/promotions/SPRING").json["revision"] == 2
    assert api.post("/quotes", cart("1 MUG")).json["discount"] == usd("2.50")
    assert "promotions" not in changed.json
    for told in (
        api.get("/actions/ten?expand[]=promotions"),
        api.get("/actions?expand[]=promotions"),
    ):
        (part,) = told.json.get("data", [told.json])
        assert part["promotions"] == ["SPRING"]
    etag = api.get("/actions/ten?expand[]=promotions").headers["ETag"]
    assert etag == changed.headers["ETag"]


@spec("BI-1", "PR-8")
def test_what_is_wrong_with_a_shared_part_is_told_at_its_place(api: Program) -> None:
    made = put(api, "/actions/ten", TEN)
    put(
        api,
        "/promotions/SPRING",
        {"actions": ["ten", {"kind": "gift_choice", "products": ["MUG"]}]},
    )

    wrong = put(api, "/actions/new", {**TEN, "name": "new", "percent": "x", "include": "no"})
    assert set(wrong.fields) == {"definition.percent", "definition.include"}
    assert put(api, "/actions/new", TEN).fields == ["definition.name"]
    assert put(api, "/actions/new", {"title": "x"}).fields == ["definition.title"]
    assert put(api, "/conditions/new", {**TEN, "name": "new"}).fields == ["definition.kind"]
    choice = {"kind": "gift_choice", "products": ["POT"]}
    broken = put(api, "/actions/ten", choice, made.headers["ETag"])
    (error,) = broken.json["errors"]
    assert "the promotion SPRING, which names it" in error["message"]
    other = put(api, "/promotions/OTHER", {"actions": [{**TEN, "percent": "11"}]})
    assert other.fields == ["definition.actions[0].name"]
    unknown = put(api, "/promotions/OTHER", {"actions": ["nine"]})
    assert unknown.fields == ["definition.actions[0]"]


@spec("IF-20")
@pytest.mark.django_db
def test_the_schema_of_the_file_format_is_served_to_everybody() -> None:
    told = Program(None).get("/schema")
    assert told.status == 200
    assert told.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "Action.discount_order_line" in told.json["$defs"]
