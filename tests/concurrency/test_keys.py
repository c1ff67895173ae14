"""One idempotency key has one effect and one answer, for ever (QU-21)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.concurrency import bugs
from tests.concurrency.behaviours import cart, line, sends
from tests.concurrency.clients import Answer, Client
from tests.concurrency.shop import Shop
from tests.words import spec

CLIENTS = 64
WANTED = cart(line("POT", allotment="PLENTY"), line("MUG", 3))


@spec("QU-21", "OR-3")
def test_a_key_that_is_sent_64_times_at_once_has_one_effect_and_one_answer(shop: Shop) -> None:
    order = sent(shop, "/orders", WANTED, "place-1").json["id"]
    sent(shop, f"/orders/{order}/post", {}, "post-1")
    sent(shop, f"/orders/{order}/refund", {"lines": [{"id": "2", "units": 1}]}, "refund-1")
    assert shop.office.orders_by_key()["place-1"] == [order]


@spec("QU-21", "OR-3")
def test_a_key_is_refused_with_another_request(shop: Shop) -> None:
    client = Client(shop.address)
    assert client.post("/orders", WANTED, "place-2").status == 201
    other = client.post("/orders", {**WANTED, "reason": "another"}, "place-2")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert len(shop.office.orders_by_key()["place-2"]) == 1


def sent(shop: Shop, path: str, body: Any, key: str) -> Answer:
    """The one answer to a request that all clients send under one key at once."""
    answers: list[Answer] = shop.all_at_once(CLIENTS, sends, path, body, key)
    assert {answer.status for answer in answers} == {201 if path == "/orders" else 200}
    assert len({answer.body for answer in answers}) == 1
    assert Counter(answer.replayed for answer in answers) == {False: 1, True: CLIENTS - 1}
    return answers[0]


def test_control_a_key_that_is_not_claimed_has_an_effect_each_time(rigged: Shop) -> None:
    assert rigged.planted is not None
    before = rigged.office.order_count()
    with rigged.planted.bugs(bugs.UNCLAIMED):
        answers: list[Answer] = rigged.all_at_once(CLIENTS, sends, "/orders", WANTED, "place-3")
    assert rigged.office.order_count() - before == CLIENTS
    assert len({answer.body for answer in answers}) == CLIENTS
