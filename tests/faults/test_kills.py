"""What was acknowledged survives `kill -9` of the server and of the database, once (QU-22).

Run with -s, the tests print how often they killed what, and how long it took to be back.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.concurrency import bugs
from tests.concurrency.behaviours import Bought, cart, keeps_buying, line
from tests.concurrency.clients import MOMENT, Client
from tests.concurrency.running import ready
from tests.concurrency.shop import Shop
from tests.words import soak, spec

BUYERS = 16
LOAD = 0.5
"""Seconds of load before each kill."""

PATIENCE = 120.0
"""Seconds that a buyer waits for an answer before it gives up."""

WITHIN = 5.0
"""Seconds in which the server is healthy again, on two cores with nothing else to do."""

WITHIN_BUSY = 60.0
"""The same where other tests run beside: there, only that it comes back is shown."""


class Ordeal(NamedTuple):
    """What came of a shop that was killed again and again under load."""

    bought: list[Bought]
    away: list[float]
    """How many seconds it took each time until the server was ready again."""


def endured(shop: Shop, times: int, kill: Callable[[Shop], float]) -> Ordeal:
    """Buyers buy while what serves them is killed, and wait until it is back for their last answers."""
    away: list[float] = []
    bought: list[Bought] = []
    for _ in range(times):
        ends = time.time() + MOMENT + LOAD
        wait = shop.crowd.begin(shop.address, BUYERS, keeps_buying, ends, PATIENCE)
        time.sleep(MOMENT + LOAD / 2)
        away.append(kill(shop))
        bought += [one for part in wait() for client in part for one in client]
    return Ordeal(bought, away)


def kill_server(shop: Shop) -> float:
    """Kill the server and its workers, and start it as whoever watches over it would."""
    shop.server.kill()
    return shop.server.start()


def kill_database(shop: Shop) -> float:
    """Kill all of PostgreSQL, and start it again; the server stays as it is."""
    shop.postgresql.kill()
    began = time.monotonic()
    shop.postgresql.start()
    shop.server.wait_until_ready()
    return time.monotonic() - began


def check_nothing_lost(shop: Shop, bought: list[Bought]) -> None:
    """Each acknowledged order is there once, and nothing was ordered that nobody asked for."""
    made = shop.office.orders_by_key()
    for key, answers in bought:
        assert answers[-1].status == 201, answers[-1]
        assert made.get(key) == [answers[-1].json["id"]]


def check_answers(bought: list[Bought]) -> None:
    """While it was away, clients saw broken connections, or 503 with Retry-After, and nothing else."""
    for one in bought:
        assert all(answer.is_away for answer in one.answers[:-1])


def tell(what: str, ordeal: Ordeal, capsys: pytest.CaptureFixture[str]) -> None:
    answers = [answer for one in ordeal.bought for answer in one.answers]
    broken = sum(answer.status == 0 for answer in answers)
    busy = sum(answer.status == 503 for answer in answers)
    replayed = sum(one.answers[-1].replayed for one in ordeal.bought)
    with capsys.disabled():
        print(
            f"\n{what} killed {len(ordeal.away)} times: {len(ordeal.bought)} orders acknowledged, "
            f"{broken} connections broken, {busy} × 503, {replayed} had been carried out before the "
            f"answer was lost; ready again after {statistics.median(ordeal.away):.2f} s in the "
            f"median, {max(ordeal.away):.2f} s at most"
        )


KILLS: list[Any] = [
    pytest.param("server", kill_server, id="server"),
    pytest.param("database", kill_database, id="database"),
]


@spec("QU-21", "QU-22", "QU-28", "OR-3")
@pytest.mark.parametrize(("what", "kill"), KILLS)
def test_nothing_acknowledged_is_lost_or_doubled_by_a_kill(
    shop: Shop, what: str, kill: Callable[[Shop], float], capsys: pytest.CaptureFixture[str]
) -> None:
    if what == "database" and shop.engine.name == "sqlite":
        pytest.skip("SQLite has no server to kill")
    before = Client(shop.address).post("/orders", WANTED, f"before-{what}")
    ordeal = endured(shop, 3, kill)
    tell(what, ordeal, capsys)
    check_nothing_lost(shop, ordeal.bought)
    check_answers(ordeal.bought)
    assert max(ordeal.away) < WITHIN_BUSY
    # A key of before is answered as before.
    again = Client(shop.address).post("/orders", WANTED, f"before-{what}")
    assert (again.body, again.replayed) == (before.body, True)


WANTED = cart(line("POT", allotment="PLENTY"), line("MUG", 3))


@soak
@spec("QU-22", "QU-28")
@pytest.mark.parametrize(("what", "kill"), KILLS)
def test_nothing_acknowledged_is_lost_or_doubled_by_a_hundred_kills(
    shop: Shop, what: str, kill: Callable[[Shop], float], capsys: pytest.CaptureFixture[str]
) -> None:
    """KILLS says how often, where a hundred times take too long."""
    if what == "database" and shop.engine.name == "sqlite":
        pytest.skip("SQLite has no server to kill")
    ordeal = endured(shop, int(os.environ.get("KILLS", "100")), kill)
    tell(what, ordeal, capsys)
    check_nothing_lost(shop, ordeal.bought)
    check_answers(ordeal.bought)
    assert statistics.median(ordeal.away) < WITHIN
    assert ready(shop.server.port)


def test_control_an_answer_before_the_commit_is_lost_by_a_kill(rigged: Shop) -> None:
    assert rigged.planted is not None
    with rigged.planted.bugs(bugs.TOO_EARLY):
        ordeal = endured(rigged, 1, kill_server)
    with pytest.raises(AssertionError):
        check_nothing_lost(rigged, ordeal.bought)
