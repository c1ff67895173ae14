"""Books of vouchers under many hands at once: nothing is made, drawn or used twice (QU-20, QU-41)."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

from tests.concurrency.behaviours import buys_with_voucher, draws, guesses, sends
from tests.concurrency.clients import Answer
from tests.concurrency.shop import Shop
from tests.words import spec

CLIENTS = 64


@spec("QU-20", "VO-4")
def test_of_64_buyers_with_one_number_of_a_book_exactly_one_gets_it(shop: Shop) -> None:
    number = shop.office.make_book(count=100)["numbers"][41]

    answers: list[Answer] = shop.all_at_once(CLIENTS, buys_with_voucher, number)

    assert Counter(a.status for a in answers) == {201: 1, 409: CLIENTS - 1}
    assert Counter(a.code for a in answers) == {"": 1, "price_changed": CLIENTS - 1}
    assert shop.office.left(kind="rights:voucher", owner=number, asset="use") == 0


@spec("QU-20", "VO-4", "VO-6")
def test_a_number_that_came_back_is_again_given_exactly_once(shop: Shop) -> None:
    number = shop.office.make_book(count=1)["numbers"][0]
    (first,) = shop.all_at_once(1, buys_with_voucher, number)
    cancelled = f"/orders/{first.json['id']}/cancel"
    (answer,) = shop.all_at_once(1, sends, cancelled, {}, uuid4().hex)
    assert answer.status == 200

    answers: list[Answer] = shop.all_at_once(CLIENTS, buys_with_voucher, number)

    assert Counter(a.status for a in answers) == {201: 1, 409: CLIENTS - 1}


@spec("QU-20", "VO-19")
def test_of_many_who_draw_at_once_each_person_gets_one_number_of_their_own(shop: Shop) -> None:
    book = shop.office.make_book(count=40, first="DR1")["id"]

    answers: list[Answer] = shop.all_at_once(CLIENTS, draws, book, 16)

    assert {a.status for a in answers} == {200}
    drawn = [a.json["number"] for a in answers]
    assert set(Counter(drawn).values()) == {CLIENTS // 16}
    assert len(set(drawn)) == 16
    assert sum(not a.replayed for a in answers) == 16


@spec("QU-20", "VO-15", "VO-2")
def test_of_many_who_make_one_run_at_once_one_makes_it_and_the_others_are_told(
    shop: Shop,
) -> None:
    run = {"kind": "sequential", "count": 200, "first": "RN1", "percent": "10"}

    answers: list[Answer] = shop.all_at_once(CLIENTS, sends, "/voucher-books", run, "")

    assert Counter(a.status for a in answers) == {201: 1, 422: CLIENTS - 1}
    told = {a.json["errors"][0]["message"] for a in answers if a.status == 422}
    assert len(told) == 1
    assert "leads to RN0000001" in told.pop()


@spec("QU-41")
def test_of_many_wrong_codes_at_once_as_many_are_answered_as_the_budget_has(shop: Shop) -> None:
    answers: list[Answer] = shop.all_at_once(CLIENTS, guesses, "dora")

    assert Counter(a.status for a in answers) == {200: 20, 429: CLIENTS - 20}
    assert {a.code for a in answers} == {"", "too_many_wrong_codes"}
