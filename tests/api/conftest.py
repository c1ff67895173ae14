"""The small business of the orders' tests, and programs that call its API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.callers import Program, program
from tests.concurrency.shop import Shop, shops


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process remembers for a second is of another test's records."""
    from largesse.api import buyers, limits, shipping

    monkeypatch.setattr(buyers, "_remembered", {})
    monkeypatch.setattr(shipping, "_until", 0.0)
    monkeypatch.setattr(limits, "_counts", {})


@pytest.fixture
def store(db: None) -> Iterator[None]:
    """The small business; when a test is over, its books must balance."""
    from largesse.ledger import checking as journal
    from largesse.orders.checking import orders as checking
    from tests.orders.store import set_up

    set_up()
    yield
    assert journal.check() == ()
    assert checking.check() == ()


@pytest.fixture
def api(store: None) -> Program:
    """A program that may do everything."""
    return program()


@pytest.fixture
def shop(pytestconfig: pytest.Config) -> Iterator[Shop]:
    """A server as its owner runs it; after each test its books must balance (QU-28)."""
    one = shops(pytestconfig).plain
    yield one
    assert one.office.check() == []
