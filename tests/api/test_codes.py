"""Single-use codes over the API: made a batch at a time, listed, used (PR-6)."""

from __future__ import annotations

import pytest

from tests.api.callers import Program
from tests.orders.offers import buys, on_offer
from tests.words import spec

pytestmark = pytest.mark.django_db

CODES = "/promotions/SPRING/codes"


@pytest.fixture
def spring(api: Program) -> Program:
    on_offer(single_use_codes=True)
    return api


@spec("PR-6")
def test_codes_are_made_and_listed_the_newest_first_in_pages(spring: Program) -> None:
    made = spring.do(CODES, {"count": 5, "prefix": "fair-", "label": "The fair"})
    assert made.status == 201
    assert (made.json["count"], made.json["promotion"]) == (5, "SPRING")
    other = spring.do(CODES, {"count": 1}).json
    first = spring.get(f"{CODES}?limit=4").json
    rest = spring.get(f"{CODES}?limit=4&after={first['next']}").json
    codes = [each["code"] for each in (*first["data"], *rest["data"])]
    assert (len(codes), len(set(codes)), rest["has_more"]) == (6, 6, False)
    assert first["data"][0]["batch"] == other["id"]
    found = spring.get(f"{CODES}?batch={made.json['id']}").json["data"]
    assert sorted(each["code"] for each in found) == sorted(codes[1:])
    assert all(each["code"].startswith("FAIR-") for each in found)


@spec("PR-6")
def test_a_code_that_an_order_has_taken_is_used(spring: Program) -> None:
    spring.do(CODES, {"count": 2})
    code = spring.get(CODES).json["data"][0]["code"]
    buys("1 POT", codes=(code,))
    (used,) = spring.get(f"{CODES}?state=used").json["data"]
    assert (used["code"], used["state"]) == (code, "used")
    assert spring.get(f"{CODES}?code={code.lower()}").json["data"] == [used]
    (free,) = spring.get(f"{CODES}?state=free").json["data"]
    assert free["code"] != code


@spec("PR-6", "OR-3")
def test_the_same_key_makes_one_batch(spring: Program) -> None:
    first = spring.post(CODES, {"count": 3}, "k")
    again = spring.post(CODES, {"count": 3}, "k")
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(spring.get(CODES).json["data"]) == 3
    other = spring.post(CODES, {"count": 4}, "k")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert spring.post(CODES, {"count": 3}).code == "idempotency_key_missing"


@spec("PR-6", "BI-1")
def test_what_is_wrong_with_a_batch_is_told_by_field(spring: Program) -> None:
    wrong = spring.do(CODES, {"count": 100_000, "length": 6, "prefix": "é"})
    assert (wrong.status, wrong.fields) == (422, ["length", "prefix"])
    assert spring.do(CODES, {"count": 0}).fields == ["count"]
    assert spring.do("/promotions/NONE/codes", {"count": 1}).status == 404


@spec("PR-6")
def test_a_promotion_that_takes_no_codes_gets_none(api: Program) -> None:
    on_offer()
    refused = api.do(CODES, {"count": 1})
    assert (refused.status, refused.fields) == (422, ["promotion"])
    assert "set single_use_codes" in refused.json["detail"]
