"""The description of the API holds: every operation, example, problem and reference in it (IF-20)."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from django.test import Client
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from largesse.api.openapi import document, every_route
from largesse.api.problems import KINDS
from tests.words import spec

HERE = "urn:openapi"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def checked(value: Any, schema: dict[str, Any]) -> None:
    """A value is as a schema of the description says."""
    found = Resource.from_contents(document(), default_specification=DRAFT202012)
    registry: Any = Registry().with_resource(HERE, found)
    named = {"$ref": f"{HERE}{schema['$ref']}"}
    jsonschema.Draft202012Validator(named, registry=registry).validate(value)


@spec("IF-20")
def test_every_operation_is_described_and_nothing_else() -> None:
    described = {(path, method.upper()) for path, method, _ in operations()}
    assert described == {(f"/v1{route.path}", route.method) for route in every_route()}
    assert document()["openapi"].startswith("3.1.")


@spec("IF-20")
def test_every_reference_leads_somewhere() -> None:
    text = str(document())
    for kind, name in set(re.findall(r"#/components/(\w+)/([\w.-]+)", text)):
        assert name in document()["components"][kind], name
    assert "$defs" not in text


@spec("IF-20")
def test_every_example_of_a_body_is_as_its_schema_says() -> None:
    bodies = [
        o["requestBody"]["content"]["application/json"]
        for *_, o in operations()
        if "requestBody" in o
    ]
    assert len(bodies) == 41
    for body in bodies:
        checked(body["example"], body["schema"])


@spec("IF-21")
def test_every_problem_is_documented_with_an_example_where_it_may_happen() -> None:
    told: set[str] = set()
    for _, _, operation in operations():
        for status, answer in operation["responses"].items():
            for code, example in (
                answer.get("content", {})
                .get("application/problem+json", {})
                .get("examples", {})
                .items()
            ):
                told.add(code)
                assert KINDS[code].status == int(status)
                checked(example["value"], {"$ref": "#/components/schemas/Problem"})
    # Where nothing is, and where a method isn't, there is no operation to say so.
    assert told == {*KINDS} - {"method_not_allowed"}


@spec("IF-21")
def test_headers_have_their_own_names() -> None:
    named = {
        (operation["operationId"], parameter["name"])
        for _, _, operation in operations()
        for parameter in operation["parameters"]
        if parameter["in"] == "header" and parameter["required"]
    }
    verbs = ("create", "place", "post", "cancel", "refund", "approve", "decline")
    assert {name for name in named if name[1] == "Idempotency-Key"} == {
        *((f"{verb}_order", "Idempotency-Key") for verb in verbs),
        ("create_codes", "Idempotency-Key"),
        ("create_voucher_book", "Idempotency-Key"),
        *((f"{verb}_party", "Idempotency-Key") for verb in ("create", "close", "reopen")),
        ("settle_correction", "Idempotency-Key"),
        ("give_credit", "Idempotency-Key"),
        ("give_to_credit_account", "Idempotency-Key"),
        ("take_from_credit_account", "Idempotency-Key"),
    }
    assert {name for _, name in named} == {"Idempotency-Key", "If-Match"}


@spec("IF-20")
@pytest.mark.django_db
def test_the_documentation_loads_nothing_from_elsewhere() -> None:
    client = Client()
    assert client.get("/v1/openapi.json").json()["info"]["title"] == "Largesse"
    for page in ("/docs", "/docs/codes"):
        answer = client.get(page)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert not re.search(r"(src|href)=\"(https?:)?//", text)
        policy = answer.headers.get("Content-Security-Policy", "")
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    codes = client.get("/docs/codes").content.decode()
    assert all(f'id="{code}"' in codes for code in KINDS)
