"""Free units are given exactly once, and nobody is charged unasked, however many buy at once (AL-8)."""

from __future__ import annotations

import time
from collections import Counter

from tests.concurrency import bugs
from tests.concurrency.behaviours import buys_as_told, takes_free_units
from tests.concurrency.clients import MOMENT
from tests.concurrency.shop import Shop
from tests.concurrency.test_limits import left, statuses, unguarded
from tests.words import spec

CLIENTS = 64
FREE = 10
GRANTED = 60
PRICE = 11_000
"""What a pot costs with its tax, in cents."""


def granted(shop: Shop, code: str, units: int = FREE) -> str:
    """A new allotment, seen by every worker of the server."""
    shop.office.grant_units(code=code, units=units)
    shop.see_the_book()
    return code


@spec("AL-8", "QU-20")
def test_of_64_buyers_ten_are_free_and_the_others_are_asked_and_not_charged(shop: Shop) -> None:
    code = granted(shop, "ASKED")
    found = shop.all_at_once(CLIENTS, takes_free_units, code, 1, ["keep"])
    answers = [answer for _, some in found for answer in some]

    assert statuses(answers) == {201: FREE, 409: CLIENTS - FREE}
    asked = [answer for answer in answers if answer.status == 409]
    assert Counter(answer.code for answer in asked) == {"price_changed": CLIENTS - FREE}
    assert {answer.json["quote"]["due"]["amount"] for answer in asked} == {"110.00"}
    assert shop.office.uses(code=code) == [[1, 0]] * FREE


@spec("AL-7", "AL-8", "QU-20")
def test_buyers_of_several_units_pay_exactly_what_they_were_asked(shop: Shop) -> None:
    code = granted(shop, "SEVERAL")
    found = shop.all_at_once(CLIENTS, buys_as_told, code, 3)

    placed = [(confirmed, answers[-1]) for confirmed, answers in found]
    assert {answer.status for _, answer in placed} == {201}
    for confirmed, answer in placed:
        assert answer.json["due"]["amount"] == confirmed
    # Whoever got fewer free units than three was asked before, and pays for the others.
    uses = shop.office.uses(code=code)
    assert sum(units for units, _ in uses) == FREE
    assert all(due == (3 - units) * PRICE for units, due in uses)
    assert left(shop, code) == 0


@spec("AL-11", "QU-20")
def test_a_quantity_that_is_lowered_while_orders_are_placed_stays_above_what_is_used(
    shop: Shop,
) -> None:
    code = granted(shop, "LOWERED", GRANTED)
    wait = shop.crowd.begin(shop.address, CLIENTS, takes_free_units, code, 1, ["keep"])
    time.sleep(MOMENT)  # until they begin
    lowered = sum(shop.office.lower(code=code) for _ in range(30))
    found = [one for part in wait() for one in part]

    assert statuses(a for _, answers in found for a in answers).keys() <= {201, 409}
    kept = sum(kept for kept, _ in found)
    assert sum(units for units, _ in shop.office.uses(code=code)) == kept
    assert min(lowered, kept) > 0
    assert left(shop, code) == GRANTED - lowered - kept
    # What is left is free, and nothing more.
    more = shop.all_at_once(CLIENTS, takes_free_units, code, 1, ["keep"])
    assert kept + sum(kept for kept, _ in more) == GRANTED - lowered
    assert not shop.office.lower(code=code)


# --- controls: with a bug planted, these figures are wrong -----------------------------------------


def test_control_who_is_not_asked_is_charged(rigged: Shop) -> None:
    assert rigged.planted is not None
    code = granted(rigged, "UNASKED")
    with rigged.planted.bugs(bugs.SLOWLY, bugs.UNASKED):
        found = rigged.all_at_once(CLIENTS, takes_free_units, code, 1, ["keep"])
    answers = [answer for _, some in found for answer in some]
    assert statuses(answers)[201] > FREE
    assert any(answer.json["due"]["amount"] == "110.00" for answer in answers)


def test_control_without_the_guard_more_units_are_free_than_there_are(rigged: Shop) -> None:
    assert rigged.planted is not None
    code = granted(rigged, "OVERUSED")
    with unguarded(rigged), rigged.planted.bugs(bugs.SLOWLY, bugs.UNGUARDED):
        rigged.all_at_once(CLIENTS, takes_free_units, code, 1, ["keep"])
    assert sum(units for units, _ in rigged.office.uses(code=code)) > FREE
    assert any(code in finding for finding in rigged.office.check())
