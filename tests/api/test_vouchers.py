"""Vouchers and their books over HTTP (VO-1, VO-13 to VO-19)."""

from __future__ import annotations

import pytest

from largesse.api.scopes import Scope
from largesse.catalog.models import Location
from largesse.offers.models import BookEvent, Voucher, VoucherBook
from largesse.offers.vouchers import books
from tests.api.callers import Program, Told, cart, program, usd
from tests.words import spec

RANDOM = {"kind": "random", "count": 20, "label": "Spring", "percent": "12.5"}
RUN = {"kind": "sequential", "count": 5, "first": "ab1", "percent": "10"}


def made(api: Program, **fields: object) -> dict[str, object]:
    told = api.do("/voucher-books", {**RANDOM, **fields})
    assert told.status == 201, told.body
    found: dict[str, object] = told.json
    return found


def numbers(api: Program, book: str) -> list[str]:
    found = api.get(f"/vouchers?book={book}&limit=100").json["data"]
    return [each["number"] for each in sorted(found, key=lambda each: each["position"])]


def faults(told: Told) -> list[tuple[str, str]]:
    assert told.status == 422, told.body
    return [(error["field"], error["message"]) for error in told.json["errors"]]


@spec("VO-13")
def test_a_book_of_random_numbers_is_made_once_for_its_key(api: Program) -> None:
    told = [api.post("/voucher-books", RANDOM, "one-key") for _ in range(2)]

    assert [each.status for each in told] == [201, 201]
    assert told[0].json == told[1].json
    book = told[0].json
    assert (book["count"], book["made"], book["percent"]) == (20, 20, "12.5")
    assert told[0].headers["Location"] == f"/v1/voucher-books/{book['id']}"
    assert VoucherBook.objects.count() == 1
    assert len(numbers(api, book["id"])) == 20
    reused = api.post("/voucher-books", {**RANDOM, "count": 21}, "one-key")
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    assert api.post("/voucher-books", RANDOM).code == "idempotency_key_missing"


@spec("VO-13")
def test_a_large_book_is_answered_while_it_is_made(
    api: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "SLICE", 3)
    book = made(api)
    assert (book["made"], book["count"]) == (15, 20)
    books.make_rest(VoucherBook.objects.get())
    assert api.get(f"/voucher-books/{book['id']}").json["made"] == 20


@spec("VO-15", "VO-16")
def test_runs_are_made_whole_or_refused_with_the_first_collision(api: Program) -> None:
    first = api.do("/voucher-books", RUN).json
    assert (first["first"], first["last"]) == ("AB0000001", "AB0000005")

    ((field, message),) = faults(api.do("/voucher-books", {**RUN, "first": "AB0", "count": 9}))
    assert field == "first"
    assert "leads to AB0000001" in message
    assert faults(api.do("/voucher-books", {"kind": "sequential", "count": 1}))[0][0] == "first"
    assert faults(api.do("/voucher-books", {**RUN, "kind": "preprinted"}))[0][0] == "partner"
    assert faults(api.do("/voucher-books", {**RANDOM, "first": "AB1"}))[0][0] == "first"
    told = api.do("/voucher-books", {**RUN, "kind": "preprinted", "first": "P1", "partner": "cafe"})
    (part,) = told.json["ranges"]
    assert (part["partner"], part["count"], part["percent"]) == ("cafe", 5, "10")


@spec("VO-17", "VO-14")
def test_numbers_are_assigned_with_the_last_one_confirmed(api: Program) -> None:
    book = made(api, percent=None)
    listed = numbers(api, str(book["id"]))
    path = f"/voucher-books/{book['id']}/assign"
    said = {"first": listed[0], "count": 5, "last": listed[4], "partner": "cafe", "percent": "20"}

    assert faults(api.post(path, {**said, "last": listed[5]}))[0][0] == "last"
    assert faults(api.post(path, {**said, "percent": None}))[0][0] == "percent"
    assert faults(api.post(path, {**said, "partner": "nobody"}))[0][0] == "partner"
    assert api.post(path, said).json["ranges"][0]["last"] == listed[4]

    state = {number: api.get(f"/vouchers/{number}").json["state"] for number in listed[4:6]}
    assert list(state.values()) == ["assigned", "created"]
    other = api.do("/voucher-books", RUN).json["id"]
    assert "another book" in str(faults(api.post(f"/voucher-books/{other}/assign", said)))


@spec("VO-19")
def test_a_number_is_drawn_for_a_person_once(api: Program) -> None:
    book = api.do("/voucher-books", {**RUN, "partner": "cafe"}).json["id"]
    path = f"/voucher-books/{book}/draw"

    first = api.post(path, {"person": "@anna", "customer": "anna"})
    again = api.post(path, {"person": " @ANNA"})

    assert first.json["number"] == again.json["number"] == "AB0000001"
    assert first.json["customer"] == "anna"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.post(path, {"person": "@ben"}).json["number"] == "AB0000002"
    assert faults(api.post(path, {"person": "@ben", "customer": "nobody"}))[0][0] == "customer"


@spec("VO-1")
def test_vouchers_are_made_one_by_one_found_and_made_void(api: Program) -> None:
    said = {"number": "gift 1", "value": usd("25.00"), "minimum": usd("50.00"), "partner": "cafe"}
    gift = api.post("/vouchers", said)
    assert gift.status == 201
    assert (gift.json["number"], gift.json["value"]) == ("GIFT1", usd("25.00"))
    assert api.get("/vouchers/Gift 1".replace(" ", "%20")).json == gift.json
    assert api.get(f"/vouchers/{gift.json['id']}").json == gift.json
    assert api.post("/vouchers", said).code == "already_exists"
    assert faults(api.post("/vouchers", {"value": usd("1.00"), "percent": "5"}))
    assert faults(api.post("/vouchers", {"value": {"amount": "1", "currency": "EUR"}}))
    random = api.post("/vouchers", {"percent": "5"}).json["number"]
    assert random.startswith("DV")
    assert api.get(f"/vouchers/{random}").json["state"] == "created"
    assert len(random) == 15

    for _ in range(2):
        told = api.post("/vouchers/GIFT1/void", {"reason": "printed twice"})
        assert (told.status, told.json["state"]) == (200, "void")
    api.do("/orders", cart("1 POT", codes=["DV1"]))
    assert "is used" in str(faults(api.post("/vouchers/DV1/void")))
    assert api.get("/vouchers/DV1").json["state"] == "redeemed"
    assert api.get("/vouchers/nothing").status == 404


@spec("VO-1")
def test_a_book_or_a_part_of_it_is_made_void(api: Program) -> None:
    book = api.do("/voucher-books", RUN).json["id"]
    path = f"/voucher-books/{book}/void"
    assert faults(api.post(path, {"count": 2}))[0][0] == "first"
    api.post(path, {"first": "AB0000002", "count": 2, "reason": "torn"})
    found = api.get("/vouchers?state=void").json["data"]
    assert {each["number"] for each in found} == {"AB0000002", "AB0000003"}
    assert api.post(path).json["stopped_at"] is not None
    assert not Voucher.objects.filter(book__isnull=False).exclude(state="void").exists()


@spec("VO-20")
def test_vouchers_are_listed_by_partner_state_and_number(api: Program) -> None:
    def found(query: str) -> set[str]:
        return {each["number"] for each in api.get(f"/vouchers?{query}").json["data"]}

    assert found("") == {"DV1", "GV1"}
    assert found("partner=cafe") == {"DV1", "GV1"}
    assert found("number=dv1") == {"DV1"}
    api.do("/orders", cart("1 POT", codes=["DV1"]))
    assert found("state=redeemed") == {"DV1"}
    assert found("state=assigned") == {"GV1"}
    assert found("book=nonsense") == set()
    assert api.get("/voucher-books?kind=random&label=spr").json["data"] == []


@spec("QU-40")
def test_that_a_program_read_a_book_s_numbers_is_kept_with_the_book(api: Program) -> None:
    book = made(api)
    numbers(api, str(book["id"]))

    event = BookEvent.objects.get(kind="read")
    assert (event.by, event.count) == ("API key Test", 20)


@spec("QU-40")
def test_numbers_are_read_by_keys_with_the_scope_alone(api: Program) -> None:
    book = made(api)["id"]
    reader, writer = program(Scope.VOUCHERS_READ), program(Scope.VOUCHERS_WRITE)
    assert reader.get(f"/voucher-books/{book}").status == 200
    assert writer.get("/vouchers").code == "scope_missing"
    assert reader.do("/voucher-books", RANDOM).code == "scope_missing"
    assert program(Scope.OFFERS_READ).get("/vouchers").code == "scope_missing"


@spec("VO-18")
def test_a_program_adds_partners_where_the_location_may(api: Program) -> None:
    said = {"code": "gym", "name": "Gym", "added_in": "vienna"}
    assert "tick promotional partner" in str(faults(api.post("/partners", said)))
    assert "no location" in str(faults(api.post("/partners", {**said, "added_in": "nowhere"})))
    Location.objects.filter(code="vienna").update(promotional_partner=True)
    told = api.post("/partners", said)
    assert (told.status, told.json["added_in"]) == (201, "vienna")
    head = {"If-Match": "*"}
    assert faults(api.call("PATCH", "/partners/gym", {"added_in": None}, **head))
    assert api.call("PATCH", "/partners/gym", {"name": "The gym"}, **head).status == 200
