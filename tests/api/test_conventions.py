"""What all operations have in common: problems, pages, versions, limits, request ids."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError

from largesse.api import hot
from largesse.api.openapi import every_route
from largesse.api.problems import KINDS, Trouble
from largesse.catalog.models import Product
from tests.api.callers import Program, cart, program, usd
from tests.orders.offers import bought
from tests.orders.test_paying_by_credit import gives
from tests.words import spec

PATHS = ["/quotes", "/orders", "/products"]


@spec("IF-21")
def test_a_problem_has_its_type_title_status_detail_and_code(api: Program) -> None:
    told = api.post("/quotes", {"lines": [{"sku": "NO"}]})
    assert told.headers["Content-Type"] == "application/problem+json"
    assert told.json == {
        "type": "/docs/codes#invalid_request",
        "title": "Invalid request",
        "status": 422,
        "detail": "lines[0].sku no product 'NO'.",
        "code": "invalid_request",
        "errors": [{"field": "lines[0].sku", "value": "NO", "message": "no product 'NO'"}],
    }


@spec("IF-21")
@pytest.mark.parametrize("code", KINDS)
def test_every_problem_can_be_told(code: str) -> None:
    trouble = Trouble(code)
    assert trouble.problem.status == trouble.status == KINDS[code].status
    assert code.encode() in trouble.body()
    assert KINDS[code].meaning.endswith(".")


@spec("IF-21")
@pytest.mark.parametrize("path", PATHS)
def test_what_is_no_json_is_told_as_such(api: Program, path: str) -> None:
    for body in (b"", b"{", b"\xff", b'{"a": 1} x', b"[" * 100_000):
        told = api.post(path, body, "k")
        assert (told.status, told.code) == (400, "malformed_request"), body[:10]
    told = api.post(path, b"[]", "k")
    assert (told.status, told.code) == (422, "invalid_request")


@spec("IF-21")
@pytest.mark.parametrize("path", PATHS)
def test_a_body_has_a_largest_size(api: Program, path: str) -> None:
    told = api.post(path, b'"' + b"a" * (1 << 20) + b'"', "k")
    assert (told.status, told.code) == (413, "body_too_large")


@spec("IF-21")
@pytest.mark.parametrize("path", PATHS)
def test_a_null_character_is_refused_where_it_stands(api: Program, path: str) -> None:
    body = {**cart("1 MUG"), "codes": ["a\0"]} if path != "/products" else None
    body = body or {"sku": "a\0", "name": "A", "price": usd("1.00")}
    told = api.post(path, body, "k")
    assert (told.status, len(told.fields)) == (422, 1)
    assert api.get("/products?q=%00").status == 422
    assert api.get("/products/%00").status == 404


@spec("IF-21")
def test_an_address_that_is_not_there_is_a_problem_too(api: Program) -> None:
    assert (api.get("/nothing").status, api.get("/nothing").code) == (404, "not_found")
    told = api.call("DELETE", "/products/MUG")
    assert (told.status, told.code) == (405, "method_not_allowed")
    assert "GET" in told.headers["Allow"]
    assert api.get("/quotes").code == "method_not_allowed"


@spec("IF-21")
@pytest.mark.parametrize(("method", "path"), [("POST", "/quotes"), ("GET", "/products")])
def test_every_answer_has_a_request_id(api: Program, method: str, path: str) -> None:
    body = cart("1 MUG") if method == "POST" else None
    assert re.fullmatch(r"req_\w{32}", api.call(method, path, body).headers["X-Request-Id"])
    for given, usable in (("my-own-1", True), ("two words", False), ("x" * 101, False)):
        told = api.call(method, path, body, **{"X-Request-Id": given})
        assert (told.headers["X-Request-Id"] == given) is usable


@spec("IF-21")
@pytest.mark.parametrize(("method", "path"), [("POST", "/quotes"), ("GET", "/products")])
def test_beyond_its_limit_a_key_is_told_to_wait(store: None, method: str, path: str) -> None:
    caller = program(requests_per_minute=2)
    body = cart("1 MUG") if method == "POST" else None
    left = [caller.call(method, path, body).headers["RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    told = caller.call(method, path, body)
    assert (told.status, told.code) == (429, "rate_limited")
    assert 0 < int(told.headers["Retry-After"]) <= 60
    assert told.headers["RateLimit-Limit"] == "2"


@spec("QU-22")
@pytest.mark.parametrize(("method", "path"), [("POST", "/quotes"), ("GET", "/products")])
def test_a_database_that_does_not_answer_is_503_with_retry_after(
    api: Program, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    def down(*_: object, **__: object) -> None:
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(hot, "priced", down)
    monkeypatch.setattr(Product._default_manager, "all", down)
    told = api.call(method, path, cart("1 MUG") if method == "POST" else None)
    assert (told.status, told.code) == (503, "unavailable")
    assert told.headers["Retry-After"] == "1"


@spec("QU-22")
@pytest.mark.parametrize("fault", [RuntimeError, IntegrityError, ProgrammingError])
@pytest.mark.parametrize(("method", "path"), [("POST", "/quotes"), ("GET", "/products")])
def test_a_fault_of_ours_tells_nothing_of_the_inside(
    api: Program,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    fault: type[Exception],
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault("the secret inside")

    monkeypatch.setattr(hot, "priced", broken)
    monkeypatch.setattr(Product._default_manager, "all", broken)
    told = api.call(method, path, cart("1 MUG") if method == "POST" else None)
    assert (told.status, told.code) == (500, "internal_error")
    assert b"secret inside" not in told.body


@spec("IF-21")
def test_a_list_is_walked_from_cursor_to_cursor_and_back(api: Program) -> None:
    every = [product["id"] for product in api.get("/products").json["data"]]
    assert len(every) == 4
    first = api.get("/products?limit=3").json
    assert (first["has_more"], first["next"]) == (True, every[2])
    assert [product["id"] for product in first["data"]] == every[:3]
    last = api.get(f"/products?limit=3&after={first['next']}").json
    assert (last["has_more"], last["next"]) == (False, None)
    assert [product["id"] for product in last["data"]] == every[3:]
    back = api.get(f"/products?limit=2&before={every[3]}").json
    assert [product["id"] for product in back["data"]] == every[1:3]
    assert (back["has_more"], back["next"]) == (True, every[1])


@spec("IF-21")
@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=x", "before=prd_x"])
def test_a_wrong_page_is_told_by_its_field(api: Program, query: str) -> None:
    told = api.get(f"/products?{query}")
    assert (told.status, told.fields) == (422, [query.partition("=")[0]])
    assert api.get("/products?after=x&before=y").fields == ["before"]


@spec("IF-21")
def test_all_lists_are_paged_alike(api: Program) -> None:
    gives()
    bought("1 POT")
    lists = [route for route in every_route() if route.name.startswith("list_")]
    assert len(lists) == 23
    for route in lists:
        path = route.path
        if "{id}" in path:
            path = path.replace("{id}", api.get(f"/{route.tag}").json["data"][0]["id"])
        told = api.get(f"{path}?limit=1")
        assert told.status == 200, route.path
        assert (set(told.json), told.json["object"]) == (
            {"object", "data", "has_more", "next"},
            "list",
        )
