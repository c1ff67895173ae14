"""A referred order is decided about once and edited once, however many try at once (DE-8)."""

from __future__ import annotations

import itertools
import time
from collections import Counter

from tests.concurrency import bugs
from tests.concurrency.behaviours import cart, decides, decides_edits_or_cancels, edits, line, sends
from tests.concurrency.clients import Answer
from tests.concurrency.shop import Shop
from tests.words import spec

CLIENTS = 32
ROUNDS = 5
"""So many orders are fought over, one after the other."""

_numbers = itertools.count(1)


def opened(shop: Shop) -> Shop:
    """The shop with its deal on offer, which every worker of the server has seen."""
    shop.office.offer_deal()
    for _ in range(2):
        shop.all_at_once(CLIENTS, sends, "/quotes", cart(line("POT")), "")
        time.sleep(0.5)
    return shop


def referred(shop: Shop) -> tuple[str, str]:
    """An order that waits for approval, and its own voucher."""
    voucher = f"REF{next(_numbers)}"
    shop.office.grant_voucher(number=voucher)
    return shop.office.refer(voucher=voucher), voucher


def told(answers: list[Answer]) -> Counter[str]:
    return Counter(a.code or str(a.json["state"]) if a.status else a.error for a in answers)


@spec("DE-8", "DE-14", "QU-20")
def test_of_many_approvers_one_decides(shop: Shop) -> None:
    opened(shop)
    for _ in range(ROUNDS):
        order, voucher = referred(shop)
        found = told(shop.all_at_once(CLIENTS, decides, order))
        assert found["wrong_state"] == CLIENTS - 1
        assert found["pending"] + found["declined"] == 1
        held = 1 - shop.office.left(kind="rights:voucher", owner=voucher, asset="use")
        assert held == found["pending"]


@spec("DE-8", "OR-3", "QU-20")
def test_of_many_edits_one_takes_the_place_of_the_order(shop: Shop) -> None:
    opened(shop)
    for _ in range(ROUNDS):
        order, voucher = referred(shop)
        found = told(shop.all_at_once(CLIENTS, edits, order, voucher))
        assert found["wrong_state"] == CLIENTS - 1
        kept = "placed" if found["placed"] else "referred"
        assert shop.office.states(voucher=voucher) == sorted(["cancelled", kept])
        assert shop.office.left(kind="rights:voucher", owner=voucher, asset="use") == 0


@spec("DE-8", "OR-6", "QU-20")
def test_decisions_edits_and_cancellations_at_once_leave_one_order_or_none(shop: Shop) -> None:
    opened(shop)
    for _ in range(ROUNDS):
        order, voucher = referred(shop)
        answers = shop.all_at_once(CLIENTS, decides_edits_or_cancels, order, voucher)
        assert {answer.status for answer in answers} <= {200, 201, 409}
        alive = [s for s in shop.office.states(voucher=voucher) if s != "cancelled"]
        assert len(alive) <= 1
        left = shop.office.left(kind="rights:voucher", owner=voucher, asset="use")
        assert left == (0 if alive and alive != ["declined"] else 1)


# --- control: with a bug planted, these figures are wrong ------------------------------------------


def test_control_who_does_not_look_decides_again(rigged: Shop) -> None:
    assert rigged.planted is not None
    opened(rigged)
    order, _ = referred(rigged)
    with rigged.planted.bugs(bugs.DECIDED_AGAIN):
        found = told(rigged.all_at_once(CLIENTS, decides, order))
    assert found["pending"] + found["declined"] > 1
